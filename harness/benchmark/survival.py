# -*- test-case-name: harness.test.test_benchmark_survival -*-
"""What is left of a long run on a reactor that is still held: nothing, one hopes."""

import gc
import threading
import tracemalloc
from collections.abc import Sequence

from twisted.internet.tcp import Connection

from harness import VirtualReactor
from harness.benchmark.echo import Pinger, echo_server
from harness.benchmark.entries import Entry, Survey
from harness.benchmark.figures import Figure, at_most, observed
from harness.benchmark.loopback import FactoryOf, listening, local
from harness.benchmark.reactors import Job, Reactor, run


def visits_job(connections: int) -> Job:
    """Connect, exchange a line and close, again and again."""

    async def job(reactor: Reactor) -> int:
        exchanged = 0
        async with listening(reactor, echo_server()) as port:
            for _ in range(connections):
                pinger = Pinger(1)
                await local(reactor, port).connect(FactoryOf(pinger))
                await pinger.lost
                exchanged += pinger.round_trips
        return exchanged

    return job


def survivors(connections: int) -> Sequence[Figure]:
    """State what outlives a run with ``connections``."""
    # A first run fills the caches of the process, which are nobody's leak.
    run(VirtualReactor(), visits_job(10))
    tracemalloc.start()
    try:
        return _survivors(connections)
    finally:
        tracemalloc.stop()


def _survivors(connections: int) -> Sequence[Figure]:
    reactor = VirtualReactor()
    threads = threading.active_count()
    memory = _memory()
    done = run(reactor, visits_job(connections))
    memory = _memory() - memory
    nothing = at_most(0)
    return [
        observed("connections made", done, ""),
        observed("memory for each", memory / connections, "bytes", at_most(1)),
        observed("transports", _transports(reactor), "", nothing),
        observed("selectables", len(reactor.removeAll()), "", nothing),
        observed("delayed calls", len(reactor.getDelayedCalls()), "", nothing),
        observed("threads", threading.active_count() - threads, "", nothing),
    ]


def _memory() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _transports(reactor: object) -> int:
    """Count the connections of ``reactor`` that something still refers to."""
    connections = [thing for thing in gc.get_objects() if isinstance(thing, Connection)]
    return sum(connection.reactor is reactor for connection in connections)


def survival_entries(connections: int) -> Sequence[Entry]:
    """List the entry about what is left."""
    return [
        Survey(
            "survival",
            f"what is left of {connections:,} connections when the reactor has stopped",
            lambda: survivors(connections),
        )
    ]
