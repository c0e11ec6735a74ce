"""Protocols that note when what comes, for tests of links."""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import (
    IPushProducer,
    ITCPTransport,
    IUDPTransport,
)
from twisted.internet.protocol import (
    ClientFactory,
    DatagramProtocol,
    Factory,
    Protocol,
    connectionDone,
)
from twisted.python.failure import Failure

from harness import Host

Arrivals = list[tuple[float, int]]


class Stream(ITCPTransport, IPushProducer):
    """What a TCP connection offers."""


class Watching(Protocol):
    """Notes what comes, and when.

    Attributes:
        arrivals: When how many bytes came.
        lost: Why the connection ended, and when; None as long as it lasts.
    """

    transport: Stream

    def __init__(self, clock: Callable[[], float]) -> None:
        self.arrivals: Arrivals = []
        self._pieces: list[bytes] = []
        self.lost: tuple[float, str] | None = None
        self._clock = clock

    def dataReceived(self, data: bytes) -> None:
        self.arrivals.append((self._clock(), len(data)))
        self._pieces.append(data)

    @property
    def data(self) -> bytes:
        """All that came."""
        return b"".join(self._pieces)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        assert reason.type is not None
        self.lost = (self._clock(), reason.type.__name__)


class Numbered(DatagramProtocol):
    """Notes which datagrams came, and when."""

    transport: IUDPTransport

    def __init__(self, clock: Callable[[], float]) -> None:
        self.arrivals: list[tuple[float, int]] = []
        self._clock = clock

    def datagramReceived(self, datagram: bytes, addr: object) -> None:
        self.arrivals.append((self._clock(), int(datagram)))


class Ends:
    """A connection between two machines, made in a network that takes its time.

    Attributes:
        client: The protocol on the machine that connected.
        server: The other one.
        began: When the connection could be used by both.
    """

    def __init__(self, client_host: Host, server_host: Host, port: int = 80) -> None:
        network = client_host.network
        self.client = Watching(network.seconds)
        self.server = Watching(network.seconds)
        address = server_host.addresses[0]
        listening: Any = server_host.reactor.listenTCP(
            port, Factory.forProtocol(lambda: self.server)
        )
        factory = ClientFactory.forProtocol(lambda: self.client)
        client_host.reactor.connectTCP(address, port, factory)
        while self.server.transport is None:
            network.advance(0.25)
        listening.stopListening()
        network.flush()
        self.began = network.seconds()
