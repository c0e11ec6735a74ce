"""The kinds of stream that the contracts of streams are held against.

A kind says how to listen and how to connect. To check a transport of your own, write
another one: see `StreamKind`.
"""

import os
import shutil
import socket
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest import skipUnless

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.defer import maybeDeferred
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IConnector, IListeningPort
from twisted.internet.protocol import ClientFactory, Factory
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure

from harness.contracts._certificates import certificate
from harness.contracts._peers import Peer, RecordingFactory
from harness.contracts._running import Reactor, ReactorContract


@dataclass(frozen=True)
class Connection:
    """A connection, seen from everywhere at once. Iterating yields both peers."""

    client: Peer
    server: Peer
    connector: IConnector
    port: IListeningPort
    client_factory: RecordingFactory
    server_factory: RecordingFactory

    def __iter__(self) -> Iterator[Peer]:
        return iter((self.client, self.server))


class StreamKind(ReactorContract):
    """Where the two ends of a stream come from: to be mixed in before a contract.

    Attributes:
        reasons_of_abort: What an end may be told that aborts.
        reason_after_abort: What the other end is told then.
    """

    reasons_of_abort: tuple[type[Exception], ...] = (ConnectionAborted,)

    reason_after_abort: type[Exception] = ConnectionLost

    def listen(self, reactor: Reactor, factory: "Factory[Any]") -> IListeningPort:
        """Listen at an address that nobody else uses. To be overridden."""
        raise NotImplementedError("listen")

    def connect(
        self, reactor: Reactor, port: IListeningPort, factory: "ClientFactory[Any]"
    ) -> IConnector:
        """Connect to what `listen` returned. To be overridden."""
        raise NotImplementedError("connect")

    async def connection(
        self,
        reactor: Reactor,
        server: type[Peer] = Peer,
        client: type[Peer] | None = None,
    ) -> Connection:
        """Make a connection between two peers of the given types."""
        server_factory = RecordingFactory(reactor, server)
        client_factory = RecordingFactory(reactor, client or server)
        port = self.listen(reactor, server_factory)
        connector = self.connect(reactor, port, client_factory)
        connection = Connection(
            await client_factory.connected(),
            await server_factory.connected(),
            connector,
            port,
            client_factory,
            server_factory,
        )
        for peer in connection:
            self.addCleanup(hang_up, weakref.ref(peer))
        return connection


def hang_up(reference: "weakref.ref[Peer]") -> None:
    """Close a connection that is left when its test is over.

    A transport that is paused is unknown to its reactor, which cannot close it.
    """
    peer = reference()
    if peer is not None and peer.reason is None:
        transport: Any = peer.transport
        transport = getattr(transport, "transport", transport)  # below TLS
        transport.connectionLost(Failure(ConnectionLost()))


def number_of(port: IListeningPort) -> int:
    """Return the port number of a TCP or UDP port."""
    address = port.getHost()
    assert isinstance(address, (IPv4Address, IPv6Address))
    return address.port


async def close(port: IListeningPort) -> None:
    """Stop listening, and wait until that is done."""
    await maybeDeferred(port.stopListening)


class OverTCP(StreamKind):
    """Streams over TCP and IPv4.

    Attributes:
        interface: The address to listen at and to connect to.
    """

    interface = "127.0.0.1"

    def listen(self, reactor: Reactor, factory: "Factory[Any]") -> IListeningPort:
        port: IListeningPort = reactor.listenTCP(0, factory, interface=self.interface)
        return port

    def connect(
        self, reactor: Reactor, port: IListeningPort, factory: "ClientFactory[Any]"
    ) -> IConnector:
        return reactor.connectTCP(self.interface, number_of(port), factory)


class OverTCP6(OverTCP):
    """Streams over TCP and IPv6."""

    interface = "::1"


class OverTLS(OverTCP):
    """Streams over TLS, with the certificate verified."""

    # OpenSSL finds that the end is missing, and may be heard first.
    reasons_of_abort = (ConnectionAborted, ConnectionLost)

    def listen(self, reactor: Reactor, factory: "Factory[Any]") -> IListeningPort:
        port: IListeningPort = reactor.listenSSL(
            0, factory, certificate().options(), interface=self.interface
        )
        return port

    def connect(
        self, reactor: Reactor, port: IListeningPort, factory: "ClientFactory[Any]"
    ) -> IConnector:
        trusting = optionsForClientTLS("localhost", trustRoot=certificate())
        connector: IConnector = reactor.connectSSL(
            self.interface, number_of(port), factory, trusting
        )
        return connector

    async def connection(
        self,
        reactor: Reactor,
        server: type[Peer] = Peer,
        client: type[Peer] | None = None,
    ) -> Connection:
        connection = await super().connection(reactor, server, client)
        # Twisted calls connectionMade before the two ends have agreed on anything.
        for peer in connection:
            await peer.until(partial(getattr, peer, "secured"))
        return connection


class OverUNIX(StreamKind):
    """Streams over UNIX sockets, each at a path of its own."""

    # A UNIX socket knows no reset: an abort is a close.
    reason_after_abort = ConnectionDone

    def listen(self, reactor: Reactor, factory: "Factory[Any]") -> IListeningPort:
        port: IListeningPort = reactor.listenUNIX(self.new_path(), factory)
        return port

    def connect(
        self, reactor: Reactor, port: IListeningPort, factory: "ClientFactory[Any]"
    ) -> IConnector:
        address = port.getHost()
        assert isinstance(address, UNIXAddress)
        connector: IConnector = reactor.connectUNIX(address.name, factory)
        return connector

    def new_path(self) -> str:
        """Return a path where nothing is, short enough for a socket."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return os.path.join(folder, "socket")


def can_bind(address: str) -> bool:
    """Say whether this machine has an IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


#: Skips a test, or a whole test case, on machines without IPv6.
needs_ipv6 = skipUnless(can_bind("::1"), "this machine has no IPv6")
