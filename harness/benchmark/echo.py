# -*- test-case-name: harness.test.test_benchmark_echo -*-
"""Round trips on one connection: what an event costs when there is little in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory, ITransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.wire import Echo
from twisted.python.failure import Failure

from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_least, at_most, ratio
from harness.benchmark.loopback import FactoryOf, SilentTransport, listening, local
from harness.benchmark.measuring import Contender
from harness.benchmark.reactors import (
    Job,
    Reactor,
    ReactorSource,
    contender,
    epoll,
    virtual,
)

PING = b"sixty-four bytes: about as long as a line of a text protocol is\n"


class Pinger(Protocol):
    """Sends a line, waits for all of it to come back, and sends it again.

    Attributes:
        round_trips: How many times it has come back.
        lost: Fires when the connection is gone, which it is after the last time.
    """

    transport: ITransport

    def __init__(self, wanted: int) -> None:
        self.round_trips = 0
        self.lost: Deferred[None] = Deferred()
        self._wanted = wanted
        self._missing = len(PING)

    def connectionMade(self) -> None:
        self.transport.write(PING)

    def dataReceived(self, data: bytes) -> None:
        self._missing -= len(data)
        if not self._missing:
            self._missing = len(PING)
            self._count()

    def _count(self) -> None:
        self.round_trips += 1
        if self.round_trips < self._wanted:
            self.transport.write(PING)
        else:
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lost.callback(None)


def echo_server() -> IProtocolFactory:
    """Make the factory of the far side."""
    factory = Factory.forProtocol(Echo)
    factory.noisy = False
    return factory


async def ping(
    reactor: Reactor,
    server: IProtocolFactory,
    round_trips: int,
    wrap: Callable[[IProtocolFactory], IProtocolFactory] = lambda factory: factory,
) -> int:
    """Play ping-pong with ``server``.

    Args:
        reactor: Where both sides are.
        server: What echoes.
        round_trips: How many times to send the line.
        wrap: Puts a layer, such as TLS, below the near side.

    Returns:
        How many times the line came back.
    """
    pinger = Pinger(round_trips)
    async with listening(reactor, server) as port:
        await local(reactor, port).connect(wrap(FactoryOf(pinger)))
        await pinger.lost
    return pinger.round_trips


def echo_job(round_trips: int) -> Job:
    """Echo over TCP."""

    async def job(reactor: Reactor) -> int:
        return await ping(reactor, echo_server(), round_trips)

    return job


def echo_floor(round_trips: int) -> Contender:
    """Call both protocols' ``dataReceived``, with nothing between them."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        pinger, echo = Pinger(round_trips), Echo()
        for protocol in (pinger, echo):
            protocol.makeConnection(SilentTransport())

        def work() -> int:
            for _ in range(round_trips):
                echo.dataReceived(PING)
                pinger.dataReceived(PING)
            return pinger.round_trips

        yield work

    return Contender(prepare, round_trips)


def with_idle_timers(source: ReactorSource, timers: int) -> ReactorSource:
    """Give each reactor calls to keep in mind that come due long after the job."""

    @contextmanager
    def burdened() -> Iterator[Reactor]:
        with source() as reactor:
            idle = [reactor.callLater(3600 + n, reactor.crash) for n in range(timers)]
            yield reactor
            for call in idle:
                call.cancel()

    return burdened


def echo_entries(round_trips: int, idle_timers: int) -> Sequence[Entry]:
    """List the entries about short messages."""

    def echoing(source: ReactorSource) -> Contender:
        return contender(source, echo_job(round_trips), round_trips)

    return [
        Race(
            "echo",
            f"{round_trips:,} round trips of {len(PING)} bytes on one TCP connection",
            {
                "virtual": echoing(virtual),
                "epoll": echoing(epoll),
                "floor": echo_floor(round_trips),
            },
            [ratio("epoll", "virtual", at_least(3.5)), ratio("virtual", "floor")],
        ),
        Race(
            "echo-idle-timers",
            f"the same while {idle_timers:,} timers are pending",
            {
                "without": echoing(virtual),
                "with": echoing(with_idle_timers(virtual, idle_timers)),
            },
            [ratio("with", "without", at_most(1.75))],
        ),
    ]
