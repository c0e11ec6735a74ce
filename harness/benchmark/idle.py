# -*- test-case-name: harness.test.test_benchmark_idle -*-
"""Connections on which nothing happens: they take memory, and must take no time."""

import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from twisted.internet.protocol import ClientFactory, Factory, Protocol

from harness import VirtualReactor
from harness.benchmark.echo import echo_job
from harness.benchmark.entries import Entry, Race, Survey
from harness.benchmark.figures import Figure, at_most, observed, ratio
from harness.benchmark.loopback import LOOPBACK, port_number
from harness.benchmark.measuring import Contender

#: A client needs a port of its own for each connection to one and the same server.
CONNECTIONS_PER_SERVER = 10_000
#: How many at once: what a server's queue holds.
BACKLOG = 50
HOUR = 3600.0


class Idler(Protocol):
    """Says nothing, and hopes for nothing."""


def open_idle_connections(reactor: VirtualReactor, connections: int) -> None:
    """Connect, on as many servers as it takes."""
    clients, servers = ClientFactory(), Factory()
    clients.noisy = servers.noisy = False
    clients.protocol = servers.protocol = Idler
    for begun in range(0, connections, CONNECTIONS_PER_SERVER):
        server = reactor.listenTCP(0, servers, BACKLOG, LOOPBACK)
        number = port_number(server)
        wanted = min(CONNECTIONS_PER_SERVER, connections - begun)
        for n in range(1, wanted + 1):
            reactor.connectTCP(LOOPBACK, number, clients)
            if n % BACKLOG == 0 or n == wanted:
                reactor.flush()


def idle_figures(connections: int) -> Sequence[Figure]:
    """State what idle connections take."""
    reactor = VirtualReactor()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        open_idle_connections(reactor, connections)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return [
        observed("a connection, both ends", (after - before) / connections, "bytes"),
        observed("an hour", _hour(reactor) * 1e6, "us of CPU", at_most(1000)),
    ]


def _hour(reactor: VirtualReactor) -> float:
    """Let an hour go by and return the processor time that it took, in seconds."""
    began = time.process_time()
    reactor.advance(HOUR)
    return time.process_time() - began


def beside(connections: int, round_trips: int) -> Contender:
    """Enter an echo on a reactor that has idle connections.

    The reactor is not run to its end: closing the idle ones takes time, of course.
    """

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        reactor = VirtualReactor()
        open_idle_connections(reactor, connections)
        yield lambda: reactor.run_until(echo_job(round_trips)(reactor))

    return Contender(prepare, round_trips)


def idle_entries(connections: int, round_trips: int) -> Sequence[Entry]:
    """List the entries about idle connections."""
    return [
        Survey(
            "idle-connections",
            f"{connections:,} idle connections, memory as tracemalloc counts it",
            lambda: idle_figures(connections),
        ),
        Race(
            "echo-idle-connections",
            f"{round_trips:,} round trips beside {connections:,} idle connections",
            {
                "without": beside(0, round_trips),
                "with": beside(connections, round_trips),
            },
            [ratio("with", "without", at_most(1.1))],
        ),
    ]
