"""What stands at the ends of a connection: it remembers, and can be waited for."""

from collections.abc import Callable
from typing import cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import (
    IAddress,
    IConnector,
    IConsumer,
    IHalfCloseableProtocol,
    IHandshakeListener,
    IPushProducer,
    IReactorTime,
    ITCPTransport,
)
from twisted.internet.protocol import (
    ClientFactory,
    Factory,
    Protocol,
    connectionDone,
)
from twisted.python.failure import Failure
from zope.interface import implementer


class IStream(ITCPTransport, IConsumer, IPushProducer):
    """What all stream transports of Twisted have in common."""


class Observable:
    """Lets a coroutine wait until something is true of it.

    The coroutine goes on in a later turn of the reactor, never inside the callback
    that made it true.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._waiting: list[tuple[Callable[[], bool], Deferred[None]]] = []

    def until(self, condition: Callable[[], bool]) -> Deferred[None]:
        """Return a Deferred that fires when ``condition`` has become true."""
        if condition():
            return succeed(None)
        waited: Deferred[None] = Deferred()
        self._waiting.append((condition, waited))
        return waited

    def changed(self) -> None:
        """Ask all conditions again."""
        for entry in list(self._waiting):
            condition, waited = entry
            if condition():
                self._waiting.remove(entry)
                self._clock.callLater(0, _fire, waited)


def _fire(waited: Deferred[None]) -> None:
    if not waited.called:  # as it is when the scenario ran out of time
        waited.callback(None)


@implementer(IHandshakeListener)
class Peer(Protocol, Observable):
    """One end of a connection.

    Attributes:
        events: The names of the methods that the transport called, in order;
            ``"dataReceived"`` once for any number of pieces in a row.
        received: All bytes that came.
        reason: Why the connection was lost, or None while it is not.
        secured: Whether the handshake of TLS is over.
        reply: Called with each piece that comes, inside ``dataReceived``.
    """

    transport: IStream

    def __init__(self, clock: IReactorTime) -> None:
        super().__init__(clock)
        self.events: list[str] = []
        self.received = bytearray()
        self.reason: Failure | None = None
        self.secured = False
        self.reply: Callable[[bytes], object] = lambda data: None

    def connectionMade(self) -> None:
        self.happened("connectionMade")

    def handshakeCompleted(self) -> None:
        self.secured = True
        self.changed()

    def dataReceived(self, data: bytes) -> None:
        self.received += data
        if self.events[-1] == "dataReceived":
            self.changed()
        else:
            self.happened("dataReceived")
        self.reply(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.reason = reason
        self.happened("connectionLost")

    def happened(self, event: str) -> None:
        """Remember an event."""
        self.events.append(event)
        self.changed()

    def has_received(self, data: bytes) -> Deferred[None]:
        """Wait for as many bytes as ``data`` has: what they are is to be asserted."""
        return self.until(lambda: len(self.received) >= len(data))

    def saw(self, event: str) -> Deferred[None]:
        """Wait for an event."""
        return self.until(lambda: event in self.events)

    async def was_lost(self) -> type[BaseException]:
        """Wait for the end of the connection.

        Returns:
            The exception that stands for the reason.
        """
        await self.saw("connectionLost")
        assert self.reason is not None
        return cast(type[BaseException], self.reason.type)


@implementer(IHalfCloseableProtocol)
class HalfCloseablePeer(Peer):
    """A peer that goes on when one direction of the connection has ended."""

    def readConnectionLost(self) -> None:
        self.happened("readConnectionLost")

    def writeConnectionLost(self) -> None:
        self.happened("writeConnectionLost")


class RecordingFactory(ClientFactory, Observable):
    """Makes peers, for connections of either side, and remembers what it was told.

    Attributes:
        events: The names of the methods that were called, in order.
        peers: The peers that were built, in order.
        connectors: What it was handed as connector, in order.
        failure: Why a connection failed, or None.
        on_event: Called with the name and the connector of each event of a connector.
    """

    noisy = False

    def __init__(self, clock: IReactorTime, protocol: type[Peer] | None = Peer) -> None:
        super().__init__(clock)
        self.events: list[str] = []
        self.peers: list[Peer] = []
        self.connectors: list[IConnector] = []
        self.failure: Failure | None = None
        self.on_event: Callable[[str, IConnector], object] = lambda event, connector: 0
        self._peer = protocol

    def startFactory(self) -> None:
        self._happened("startFactory")

    def stopFactory(self) -> None:
        self._happened("stopFactory")

    def startedConnecting(self, connector: IConnector) -> None:
        self._connector_event("startedConnecting", connector)

    def buildProtocol(self, addr: IAddress | None) -> Peer | None:
        peer = None
        if self._peer is not None:
            peer = self._peer(self._clock)
            peer.factory = cast(Factory, self)
            self.peers.append(peer)
        self._happened("buildProtocol")
        return peer

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:
        self.failure = reason
        self._connector_event("clientConnectionFailed", connector)

    def clientConnectionLost(self, connector: IConnector, reason: Failure) -> None:
        self._connector_event("clientConnectionLost", connector)

    def saw(self, event: str, times: int = 1) -> Deferred[None]:
        """Wait until something has happened so many times."""
        return self.until(lambda: self.events.count(event) >= times)

    async def has_failed(self) -> type[BaseException]:
        """Wait until a connection has failed, and return the exception's type."""
        await self.saw("clientConnectionFailed")
        assert self.failure is not None
        return cast(type[BaseException], self.failure.type)

    async def connected(self, number: int = 1) -> Peer:
        """Wait until so many connections are made, and return the last one's peer."""
        await self.saw("buildProtocol", number)
        peer = self.peers[number - 1]
        await peer.saw("connectionMade")
        return peer

    def _connector_event(self, event: str, connector: IConnector) -> None:
        self.connectors.append(connector)
        self._happened(event)
        self.on_event(event, connector)

    def _happened(self, event: str) -> None:
        self.events.append(event)
        self.changed()
