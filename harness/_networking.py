# -*- test-case-name: harness.test.test_networking -*-
"""Ports and connections: the part of the reactor that makes transports."""

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from twisted.internet.interfaces import IConnector, IListeningPort
from twisted.internet.posixbase import PosixReactorBase

from harness._call_sites import call_site
from harness._errors import NotSimulated
from harness._old_twisted import tls_factory
from harness._transports import (
    VirtualConnector,
    VirtualMulticastPort,
    VirtualPort,
    VirtualUDPPort,
)
from harness._unix_transports import (
    VirtualConnectedUNIXDatagramPort,
    VirtualUNIXConnector,
    VirtualUNIXDatagramPort,
    VirtualUNIXPort,
)

if TYPE_CHECKING:
    from harness._host import Host


_DESCRIPTOR = "a real descriptor"


class MakesTransports(PosixReactorBase):
    """Listens and connects as Twisted does, on the sockets of a simulated machine."""

    host: "Host"

    # IReactorTCP

    def listenTCP(
        self, port: int, factory: Any, backlog: int = 50, interface: str = ""
    ) -> VirtualPort:
        listening = VirtualPort(port, factory, backlog, interface, self)
        listening.startListening()
        return listening

    def connectTCP(
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30,
        bindAddress: Any = None,
    ) -> IConnector:
        connector = VirtualConnector(host, port, factory, timeout, bindAddress, self)
        connector.connect()
        return connector

    # IReactorSSL

    def listenSSL(
        self,
        port: int,
        factory: Any,
        contextFactory: Any,
        backlog: int = 50,
        interface: str = "",
    ) -> IListeningPort:
        secure = tls_factory(contextFactory, False, factory, self)
        listening = self.listenTCP(port, secure, backlog, interface)
        listening._type = "TLS"
        return listening

    def connectSSL(  # noqa: PLR0913, PLR0917  (IReactorSSL says so)
        self,
        host: str,
        port: int,
        factory: Any,
        contextFactory: Any,
        timeout: float = 30,
        bindAddress: Any = None,
    ) -> IConnector:
        secure = tls_factory(contextFactory, True, factory, self)
        return self.connectTCP(host, port, secure, timeout, bindAddress)

    # IReactorUDP, IReactorMulticast

    def listenUDP(
        self, port: int, protocol: Any, interface: str = "", maxPacketSize: int = 8192
    ) -> IListeningPort:
        listening = VirtualUDPPort(port, protocol, interface, maxPacketSize, self)
        listening.startListening()
        return listening

    def listenMulticast(
        self,
        port: int,
        protocol: Any,
        interface: str = "",
        maxPacketSize: int = 8192,
        listenMultiple: bool = False,
    ) -> IListeningPort:
        listening = VirtualMulticastPort(
            port, protocol, interface, maxPacketSize, self, listenMultiple
        )
        listening.startListening()
        return listening

    # IReactorUNIX, IReactorUNIXDatagram

    def connectUNIX(
        self, address: Any, factory: Any, timeout: float = 30, checkPID: int = 0
    ) -> IConnector:
        connector = VirtualUNIXConnector(address, factory, timeout, self, checkPID)
        connector.connect()
        return connector

    def listenUNIX(
        self,
        address: Any,
        factory: Any,
        backlog: int = 50,
        mode: int = 0o666,
        wantPID: int = 0,
    ) -> IListeningPort:
        listening = VirtualUNIXPort(address, factory, backlog, mode, self, wantPID)
        listening.startListening()
        return listening

    def listenUNIXDatagram(
        self,
        address: Any,
        protocol: Any,
        maxPacketSize: int = 8192,
        mode: int = 0o666,
    ) -> IListeningPort:
        listening = VirtualUNIXDatagramPort(
            address, protocol, maxPacketSize, mode, self
        )
        listening.startListening()
        return listening

    def connectUNIXDatagram(
        self,
        address: Any,
        protocol: Any,
        maxPacketSize: int = 8192,
        mode: int = 0o666,
        bindAddress: Any = None,
    ) -> IListeningPort:
        listening = VirtualConnectedUNIXDatagramPort(
            address, protocol, maxPacketSize, mode, bindAddress, self
        )
        listening.startListening()
        return listening

    # What is not simulated

    def spawnProcess(self, *args: Any, **kwargs: Any) -> Any:
        # The protocol and the executable come first, or by their names.
        executable = kwargs.get("executable", args[1] if len(args) > 1 else "")
        self._refuse(f"spawnProcess({executable!r})", "a real process")

    def adoptStreamPort(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse("adoptStreamPort", _DESCRIPTOR)

    def adoptStreamConnection(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse("adoptStreamConnection", _DESCRIPTOR)

    def adoptDatagramPort(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse("adoptDatagramPort", _DESCRIPTOR)

    def _refuse(self, call: str, reason: str) -> NoReturn:
        where = f"on {self.host.name}, at {self.host.timers.now} s"
        asked_at = call_site(sys._getframe(1))
        raise NotSimulated(f"{call} {where}, at {asked_at}: {reason}")
