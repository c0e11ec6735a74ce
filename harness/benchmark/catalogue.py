# -*- test-case-name: harness.test.test_benchmark_catalogue -*-
"""All entries, in the order in which they run, at the size that is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.benchmark.bulk import bulk_entries
from harness.benchmark.echo import echo_entries
from harness.benchmark.entries import Entry
from harness.benchmark.exploring import exploring_entries
from harness.benchmark.hosts import host_entries
from harness.benchmark.idle import idle_entries
from harness.benchmark.simulations import simulation_entries
from harness.benchmark.survival import survival_entries
from harness.benchmark.timers import timer_entries
from harness.benchmark.tls import tls_entries
from harness.benchmark.web import web_entries


@dataclass(frozen=True)
class Sizes:
    """How much of each kind of work is done."""

    round_trips: int
    gets: int
    pieces: int
    day: Sequence[int]
    timeouts: Sequence[int]
    idle_timers: int
    idle_connections: int
    simulations: int
    visits: int
    hosts: Sequence[int]
    seconds: int
    seeds: int
    turns: int


FULL = Sizes(
    round_trips=10_000,
    gets=2_000,
    pieces=1024,
    day=(1_000, 100_000, 1_000_000),
    timeouts=(1_000, 10_000, 100_000),
    idle_timers=10_000,
    idle_connections=50_000,
    simulations=2_000,
    visits=10_000,
    hosts=(10, 100, 1_000),
    seconds=10,
    seeds=20,
    turns=20,
)
#: To see in seconds whether a change was worth while; too small to be quoted.
QUICK = Sizes(
    round_trips=1_000,
    gets=200,
    pieces=128,
    day=(1_000, 10_000, 100_000),
    timeouts=(1_000, 10_000),
    idle_timers=10_000,
    idle_connections=1_000,
    simulations=200,
    visits=500,
    hosts=(10, 100),
    seconds=5,
    seeds=10,
    turns=5,
)


def catalogue(sizes: Sizes) -> Mapping[str, Entry]:
    """List every entry by its name."""
    entries = [
        *echo_entries(sizes.round_trips, sizes.idle_timers),
        *tls_entries(sizes.round_trips),
        *bulk_entries(sizes.pieces),
        *web_entries(sizes.gets),
        *timer_entries(sizes.day, sizes.timeouts),
        *simulation_entries(sizes.simulations),
        *idle_entries(sizes.idle_connections, sizes.round_trips),
        *survival_entries(sizes.visits),
        *host_entries(sizes.hosts, sizes.seconds),
        *exploring_entries(sizes.seeds, sizes.turns),
    ]
    return {entry.name: entry for entry in entries}
