# -*- test-case-name: harness.test.test_exploration -*-
"""Let what is left open on a network be settled by choices."""

import sys
from functools import partial
from typing import TYPE_CHECKING

from harness._baton import VirtualThread
from harness._choices import Choices
from harness._links import Link

if TYPE_CHECKING:
    from harness._experiments import Experiments
    from harness._host import Host

#: How long something may be under way on a link, in seconds, beyond what the test says.
LATENCIES = (0.0, 0.001, 0.02, 0.2)

#: Of how many of these a packet takes: a link that is slow is not so in equal measure.
FACTORS = (1.0, 1.5, 3.0, 0.0, 10.0)

#: How many bytes a read returns at most.
SIZES = (sys.maxsize, 1, 2, 3, 5, 8, 64)

#: How long a thread takes, in seconds, to begin what it is asked to do.
DURATIONS = (0.0, 0.001, 0.02, 0.2, 1.0)


def explore_network(network: "Experiments", choices: Choices) -> None:
    """Let choices settle what is left open on a network that has no machines yet."""
    network.choices = choices
    network.make_link = partial(ExploredLink, choices)
    network.segments = lambda: choices.choose(
        "link.segment", SIZES, lambda size: f"a read returns at most {size} bytes"
    )
    network.scheduler.step().choices = choices
    network.scheduler.threads.duration_of = partial(_duration, choices)


def _duration(choices: Choices, thread: VirtualThread) -> float:
    return choices.choose(
        "schedule.threads",
        DURATIONS,
        lambda seconds: f"thread {thread.name} takes {seconds} s",
    )


class ExploredLink(Link):
    """One direction between two machines, which takes as long as it is chosen to."""

    def __init__(self, choices: Choices, source: "Host", destination: "Host") -> None:
        self._choices = choices
        self._ends = f"{source.name} > {destination.name}"
        self._latency = choices.choose(
            f"link.latency {self._ends}",
            LATENCIES,
            lambda seconds: f"{self._ends}: {seconds} s",
        )
        super().__init__(source, destination)

    def refresh(self) -> None:
        super().refresh()
        if self._latency:
            self.is_ideal = self.is_direct = False

    def arrival(self, size: int, which: str = "") -> float | None:
        arrival = super().arrival(size, which)
        if arrival is None or not self._latency:
            return arrival
        return arrival + self._latency * self._choices.choose(
            f"link.delay {self._ends}",
            FACTORS,
            lambda factor: f"{self._ends}: {size} bytes take {factor} times as long",
        )
