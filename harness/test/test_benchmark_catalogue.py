"""Tests of the list of all that is measured."""

from harness.benchmark.catalogue import FULL, QUICK, Sizes, catalogue
from harness.benchmark.entries import Race
from harness.benchmark.measuring import measure
from harness.test.garbage import FrozenTestCase

TINY = Sizes(
    round_trips=2,
    gets=2,
    pieces=2,
    day=(2, 4),
    timeouts=(2, 4),
    idle_timers=2,
    idle_connections=2,
    simulations=2,
    visits=2,
    hosts=(2, 3),
    seconds=1,
    seeds=1,
    turns=1,
)
NAMES = [
    "echo",
    "echo-idle-timers",
    "tls-echo",
    "bulk",
    "http-new",
    "http-new-plain",
    "http-persistent",
    "timers",
    "timer-resets",
    "simulations",
    "idle-connections",
    "echo-idle-connections",
    "survival",
    "hosts",
    "hosts-memory",
    "explore-echo",
    "explore-http",
]


class CatalogueTests(FrozenTestCase):
    """What ``--only`` can name."""

    def test_has_the_same_entries_at_every_size(self) -> None:
        """A quick run leaves nothing out."""
        for sizes in (FULL, QUICK, TINY):
            self.assertEqual(list(catalogue(sizes)), NAMES)

    def test_every_contender_in_memory_does_its_work(self) -> None:
        """Each does all of its operations; those on real sockets run elsewhere."""
        for entry in catalogue(TINY).values():
            if isinstance(entry, Race):
                for name, contender in entry.contenders.items():
                    if name != "epoll":
                        measure(name, contender)
