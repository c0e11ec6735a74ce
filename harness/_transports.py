# -*- test-case-name: harness.test.test_transports -*-
"""Twisted's own transports, on simulated sockets.

Each class changes one thing, where its socket comes from; and those that may stand
under TLS or DNS see to it that these have the clock of their reactor.
"""

from typing import Any

from twisted.internet import tcp, udp

from harness._dns import set_dns_clock
from harness._old_twisted import adapt, set_tls_clock
from harness._resolver import asked_by
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness._sockets_udp import UDPSocket

adapt(tcp)


class StartsTLSOnVirtualTime:
    """Mixed into a transport: TLS that is begun on it has the clock of its reactor.

    Attributes:
        clear_left: While a trace is kept, how many bytes are still to be sent that were
            written before TLS was begun.
    """

    clear_left = 0
    reactor: Any

    def startTLS(self, ctx: Any, normal: bool = True) -> None:
        if self.reactor.host.network.trace is not None:
            self.clear_left = _unsent(self)
        super().startTLS(ctx, normal)  # type: ignore[misc]
        protocol: Any = self.protocol  # type: ignore[attr-defined]
        set_tls_clock(protocol, self.reactor)


def _unsent(transport: Any) -> int:
    """Return how many bytes a transport of Twisted's has in its own buffer."""
    written = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    return int(written)


class ServesOnVirtualTime(StartsTLSOnVirtualTime):
    """Mixed into an accepting transport: so has TLS that is there from the start."""

    def __init__(self, sock: Any, protocol: Any, *rest: Any) -> None:
        super().__init__(sock, protocol, *rest)  # type: ignore[call-arg]
        set_tls_clock(protocol, self.reactor)


class ConnectsOnVirtualTime:
    """Mixed into a connector: so has TLS of a client, and so has DNS."""

    reactor: Any

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)  # type: ignore[misc]
        set_tls_clock(protocol, self.reactor)
        set_dns_clock(protocol, self.reactor)
        return protocol


class VirtualServer(ServesOnVirtualTime, tcp.Server):
    """The accepting end of a TCP connection."""


class VirtualClient(StartsTLSOnVirtualTime, tcp.Client):
    """A TCP client on a simulated socket."""

    reactor: Any

    def __init__(
        self, host: str, port: int, bindAddress: Any, connector: Any, reactor: Any
    ) -> None:
        self.reactor = reactor  # the socket is made before the base class has it
        super().__init__(host, port, bindAddress, connector, reactor)

    def resolveAddress(self) -> None:
        with asked_by(self):
            super().resolveAddress()

    def createInternetSocket(self) -> Any:
        return TCPSocket(self.reactor.host, self.addressFamily)


# Traces have the name of the call.
VirtualClient.resolveAddress.__qualname__ = tcp.Client.resolveAddress.__qualname__


class VirtualConnector(ConnectsOnVirtualTime, tcp.Connector):
    """Makes `VirtualClient`."""

    def _makeTransport(self) -> tcp.Client:
        return VirtualClient(self.host, self.port, self.bindAddress, self, self.reactor)


class VirtualPort(tcp.Port):
    """A listening TCP port on a simulated socket."""

    reactor: Any
    transport: Any = VirtualServer

    def createInternetSocket(self) -> Any:
        listener = TCPListener(self.reactor.host, self.addressFamily)
        # The oldest Twisted that we support knows no other way than to reuse.
        listener.reuse_address = getattr(self, "_reuseAddress", True)
        listener.reuse_port = getattr(self, "_reusePort", False)
        return listener


class VirtualUDPPort(udp.Port):
    """A UDP port on a simulated socket."""

    reactor: Any

    def createInternetSocket(self) -> Any:
        return UDPSocket(self.reactor.host, self.addressFamily)


class VirtualMulticastPort(udp.MulticastPort):
    """A UDP port that can join groups, on a simulated socket."""

    reactor: Any

    def createInternetSocket(self) -> Any:
        udp_socket = UDPSocket(self.reactor.host, self.addressFamily)
        udp_socket.reuse_address = udp_socket.reuse_port = self.listenMultiple
        return udp_socket
