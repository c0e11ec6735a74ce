"""Faults in the clock, and in the order of what happens at one instant."""

from collections.abc import Callable
from random import Random
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness._readiness import ReadySockets
from harness.test.breakages.planting import noticed_by, replace


@noticed_by(
    "VirtualTimeTests.test_equal_times", "VirtualTimeTests.test_equal_times_no_delay"
)
def arbitrary_order(case: SynchronousTestCase) -> None:
    """Calls that are due at the same time are made in arbitrary order."""
    draw = Random(1)
    shuffle_equal_times(case, draw.randrange)


@noticed_by(
    "VirtualTimeTests.test_equal_times",
    "VirtualTimeTests.test_equal_times_asked_for_apart",
)
def reversed_order_of_calls(case: SynchronousTestCase) -> None:
    """Calls that are due at the same time are made last in, first out."""
    shuffle_equal_times(case, lambda count: count - 1)


@noticed_by(
    "VirtualTimeTests.test_order_of_streams",
    "VirtualTimeTests.test_order_of_datagrams",
)
def reversed_order_of_events(case: SynchronousTestCase) -> None:
    """What happens at one instant is served in reversed order."""

    def serve_round(self: Any, contexts: Any, number: int) -> None:
        self.waiting.reverse()
        original(self, contexts, number)

    original = ReadySockets._serve_round
    replace(case, ReadySockets, "_serve_round", serve_round)


@noticed_by(
    "VirtualTimerTests.test_iterate", "VirtualTimeTests.test_iterate_moves_no_time"
)
def iterate_jumps(case: SynchronousTestCase) -> None:
    """A turn of ``iterate`` jumps to the next call, however far it is."""

    def iterate(self: VirtualReactor, delay: float | None = 0.0) -> None:
        self.runUntilCurrent()
        self.doIteration(self.timeout())
        self.runUntilCurrent()

    replace(case, VirtualReactor, "iterate", iterate)


@noticed_by("VirtualTimeTests.test_advance_is_exact")
def clock_overshoots(case: SynchronousTestCase) -> None:
    """``advance`` goes on to the next call."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        original(self, seconds)
        original(self, self.timeout() or 0.0)

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


@noticed_by("VirtualTimeTests.test_advance_visits_each_instant")
def clock_skips(case: SynchronousTestCase) -> None:
    """``advance`` shows each call the time at which it ends."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        end = self.seconds() + seconds
        replace(case, VirtualReactor, "seconds", lambda self: end)
        original(self, seconds)

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


@noticed_by("VirtualTimeTests.test_advance_by_zero_is_one_turn")
def advance_cascades(case: SynchronousTestCase) -> None:
    """``advance(0)`` goes on for as long as calls ask for others."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        original(self, seconds)
        self.flush()

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


def shuffle_equal_times(
    case: SynchronousTestCase, choose: Callable[[int], int]
) -> None:
    """Let a function choose which of the calls that are due at one time comes next."""
    due: dict[tuple[int, float], list[Callable[[], object]]] = {}

    def call_later(
        self: VirtualReactor, delay: float, call: Any, *args: Any, **kw: Any
    ) -> Any:
        equal = due.setdefault((id(self), self.seconds() + delay), [])
        equal.append(lambda: call(*args, **kw))
        return original(self, delay, make_one_of, equal)

    def make_one_of(equal: list[Callable[[], object]]) -> None:
        equal.pop(choose(len(equal)))()

    original = VirtualReactor.callLater
    replace(case, VirtualReactor, "callLater", call_later)
