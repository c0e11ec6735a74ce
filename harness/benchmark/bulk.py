# -*- test-case-name: harness.test.test_benchmark_bulk -*-
"""One long stream: what a byte costs, back-pressure included."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer, ITransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_least, ratio
from harness.benchmark.loopback import FactoryOf, SilentTransport, listening, local
from harness.benchmark.measuring import Contender
from harness.benchmark.reactors import Job, Reactor, contender, epoll, virtual

PIECE = bytes(range(256)) * 256


class StreamTransport(ITransport, IConsumer):
    """What a connection offers to whoever writes much."""


@implementer(IPushProducer)
class Source(Protocol):
    """Writes pieces until it is paused, goes on when resumed, and closes at the end."""

    transport: StreamTransport

    def __init__(self, pieces: int) -> None:
        self._left = pieces
        self._paused = False

    def connectionMade(self) -> None:
        self.transport.registerProducer(self, True)
        self.resumeProducing()

    def resumeProducing(self) -> None:
        """Write until the transport has had enough."""
        self._paused = False
        while self._left and not self._paused:
            self._left -= 1
            self.transport.write(PIECE)
        if not self._left:
            self.transport.unregisterProducer()
            self.transport.loseConnection()

    def pauseProducing(self) -> None:
        """Stop after the piece that is being written."""
        self._paused = True

    def stopProducing(self) -> None:
        """Stop for good: the connection was lost."""
        self._left = 0
        self._paused = True


class Drain(Protocol):
    """Counts bytes.

    Attributes:
        received: How many have come.
        lost: Fires when the last has.
    """

    def __init__(self) -> None:
        self.received = 0
        self.lost: Deferred[None] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.received += len(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lost.callback(None)


def bulk_job(pieces: int) -> Job:
    """Stream pieces from client to server; an operation is a whole piece."""

    async def job(reactor: Reactor) -> int:
        drain = Drain()
        async with listening(reactor, FactoryOf(drain)) as port:
            await local(reactor, port).connect(FactoryOf(Source(pieces)))
            await drain.lost
        return whole_pieces(drain.received)

    return job


def whole_pieces(received: int) -> int:
    """Count pieces; if the last is not whole, it is -1, which no run should do."""
    pieces, rest = divmod(received, len(PIECE))
    return -1 if rest else pieces


def bulk_floor(pieces: int) -> Contender:
    """Call the receiver's ``dataReceived``, with nothing before it."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        drain = Drain()
        drain.makeConnection(SilentTransport())

        def work() -> int:
            for _ in range(pieces):
                drain.dataReceived(PIECE)
            return whole_pieces(drain.received)

        yield work

    return Contender(prepare, pieces)


def bulk_entries(pieces: int) -> Sequence[Entry]:
    """List the entry about long streams."""
    job = bulk_job(pieces)
    kib = len(PIECE) // 1024
    return [
        Race(
            "bulk",
            f"{pieces * kib / 1024:,.0f} MiB in writes of {kib} KiB by a push producer",
            {
                "virtual": contender(virtual, job, pieces),
                "epoll": contender(epoll, job, pieces),
                "floor": bulk_floor(pieces),
            },
            [ratio("epoll", "virtual", at_least(8)), ratio("virtual", "floor")],
        )
    ]
