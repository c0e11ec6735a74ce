# -*- test-case-name: harness.test.test_benchmark_hosts -*-
"""Many machines that talk all the time: what an event costs when there are many."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import log
from typing import Any

from twisted.internet.interfaces import IReactorTime, ITransport
from twisted.internet.protocol import ClientFactory, Protocol

from harness import Host, Network
from harness.benchmark.echo import echo_server
from harness.benchmark.entries import Entry, Race, Survey
from harness.benchmark.figures import Figure, at_most, observed, ratio
from harness.benchmark.measuring import Contender

#: How many connections a machine has: half of them it has made, half accepted.
CONNECTIONS = 20

LATENCY = 0.01
MESSAGE = b"one message a second, and the answer to it\n"


class Talker(Protocol):
    """Sends a message each second, if the one before has been answered.

    Attributes:
        answered: How many have been.
    """

    transport: ITransport
    factory: "Talkers"

    def __init__(self) -> None:
        self.answered = 0
        self._missing = 0

    def connectionMade(self) -> None:
        self.say()

    def say(self) -> None:
        """Send a message, and plan the next."""
        self._missing = len(MESSAGE)
        self.transport.write(MESSAGE)
        self.factory.clock.callLater(1, self.say)

    def dataReceived(self, data: bytes) -> None:
        self._missing -= len(data)
        self.answered += not self._missing


class Talkers(ClientFactory):
    """Makes those of one machine.

    Attributes:
        clock: Their clock.
        made: Those that there are.
    """

    noisy = False

    def __init__(self, clock: IReactorTime) -> None:
        self.clock = clock
        self.made: list[Talker] = []

    def buildProtocol(self, addr: object) -> Any:
        talker = Talker()
        talker.factory = self
        self.made.append(talker)
        return talker


class Crowd:
    """Machines, each connected to the ten that come after it, in a ring.

    Args:
        size: How many there are.
    """

    def __init__(self, size: int) -> None:
        self.network = Network()
        self.network.shape(latency=LATENCY)
        hosts = [self._host(number) for number in range(size)]
        self.talkers = [self._connect(hosts, number) for number in range(size)]
        self.network.advance(0.5)

    def _host(self, number: int) -> Host:
        high, low = divmod(number, 250)
        host = self.network.host(f"host {number}", f"10.0.{high}.{low + 1}")
        host.reactor.listenTCP(7, echo_server())
        return host

    def _connect(self, hosts: Sequence[Host], number: int) -> Talkers:
        host = hosts[number]
        talkers = Talkers(host.reactor)
        others = len(hosts) - 1
        for step in range(CONNECTIONS // 2):
            other = hosts[(number + 1 + step % others) % len(hosts)]
            host.reactor.connectTCP(other.addresses[0], 7, talkers)
        return talkers

    def talk(self, seconds: int) -> int:
        """Let them talk, and return how many messages were answered meanwhile."""
        before = self.answered()
        self.network.advance(seconds)
        return self.answered() - before

    def answered(self) -> int:
        """Return how many messages have been answered so far."""
        return sum(talker.answered for host in self.talkers for talker in host.made)


def crowd(size: int, seconds: int) -> Contender:
    """Enter a crowd that talks for as many seconds of its own time."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        many = Crowd(size)
        yield lambda: many.talk(seconds)

    return Contender(prepare, size * CONNECTIONS // 2 * seconds)


def crowd_memory(size: int) -> Sequence[Figure]:
    """State what a machine with its connections takes."""
    gc.collect()
    tracemalloc.start()
    try:
        many = Crowd(size)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    answered = many.answered()
    each = taken / size
    return [
        observed("connections", answered, ""),
        observed(f"a machine with {CONNECTIONS} connections", each, "bytes"),
    ]


def host_entries(sizes: Sequence[int], seconds: int) -> Sequence[Entry]:
    """List the entries about many machines."""
    few, many = min(sizes), max(sizes)
    growth = at_most(log(many) / log(few))
    return [
        Race(
            "hosts",
            f"up to {many:,} machines with {CONNECTIONS} connections each, "
            "a message a second and its answer on each connection",
            {f"{size:,} hosts": crowd(size, seconds) for size in sizes},
            [ratio(f"{many:,} hosts", f"{few:,} hosts", growth)],
        ),
        Survey(
            "hosts-memory",
            f"{many:,} machines with {CONNECTIONS} connections each",
            lambda: crowd_memory(many),
        ),
    ]
