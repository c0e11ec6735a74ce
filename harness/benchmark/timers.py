# -*- test-case-name: harness.test.test_benchmark_timers -*-
"""Timers by the million: made, put off, brought forward, and come due.

The yardstick is a plain ``heapq`` of tuples, written out in place: the least that a
queue of timers can do. It makes no object for a timer, offers nothing to cancel it
by, and leaves what was put off in the heap until its old time comes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Protocol

from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import Clock

from harness import VirtualReactor
from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import Criterion, Figure, at_most, observed, ratio
from harness.benchmark.measuring import Contender, Costs

DAY = 86_400.0
#: How often each connection hears from its peer, and so resets its idle timeout.
RESETS = 10
#: Seconds of silence that a connection bears, give or take a few. Every fifth time it
#: is the shorter, as where a server awaits the rest of a request: that brings the
#: timeout forward.
PATIENCE, IMPATIENCE = 60.0, 20.0


class AdvancingClock(Protocol):
    """What ``task.Clock`` and a virtual reactor have in common."""

    def callLater(self, delay: float, call: Callable[[], object], /) -> IDelayedCall:
        """Make the call when ``delay`` seconds have gone by."""

    def advance(self, seconds: float, /) -> None:
        """Let time go by."""


def day_delays(timers: int) -> list[float]:
    """Draw when each timer of a day comes due."""
    random = Random(timers)
    return [random.uniform(0, DAY) for _ in range(timers)]


def day_on_clock(clock: AdvancingClock, delays: Sequence[float]) -> int:
    """Make a timer for each delay, let a day go by, and count what came due."""
    tick = count().__next__
    call_later = clock.callLater
    for delay in delays:
        call_later(delay, tick)
    clock.advance(DAY)
    return tick()


def day_on_heap(delays: Sequence[float]) -> int:
    """Do the same with a heap."""
    tick = count().__next__
    heap: list[tuple[float, int, Callable[[], int]]] = []
    for number, delay in enumerate(delays):
        heappush(heap, (delay, number, tick))
    while heap:
        _, _, call = heappop(heap)
        call()
    return tick()


def patience(connections: int) -> list[float]:
    """Draw how long each connection bears silence."""
    random = Random(connections)
    return [
        (PATIENCE if n % 5 else IMPATIENCE) + random.uniform(-5, 5)
        for n in range(connections)
    ]


def _rounds(patience: list[float]) -> Iterator[list[float]]:
    """Yield everyone's patience for each reset: next time, it is the neighbour's."""
    for n in range(1, RESETS + 1):
        yield patience[n:] + patience[:n]


def resets_on_clock(clock: AdvancingClock, patience: list[float]) -> int:
    """Reset everyone's timeout once a second, then let all of them come due.

    Returns:
        How many timeouts were set and reset, if each came due once.
    """
    tick = count().__next__
    calls = [clock.callLater(delay, tick) for delay in patience]
    for delays in _rounds(patience):
        clock.advance(1.0)
        for call, delay in zip(calls, delays, strict=True):
            call.reset(delay)
    clock.advance(DAY)
    return tick() * (1 + RESETS)


def resets_on_heap(patience: list[float]) -> int:
    """Do the same with a heap, where the last of a timer's tuples is the valid one."""
    tick = count().__next__
    number = count().__next__
    heap: list[tuple[float, int, int, Callable[[], int]]] = []
    valid = [0] * len(patience)
    for now, delays in enumerate([patience, *_rounds(patience)]):
        for connection, delay in enumerate(delays):
            valid[connection] = this = number()
            heappush(heap, (now + delay, this, connection, tick))
    while heap:
        _, this, connection, call = heappop(heap)
        if valid[connection] == this:
            call()
    return tick() * (1 + RESETS)


@dataclass(frozen=True)
class Exercise:
    """Something to do with timers, both ways.

    Attributes:
        draw: Makes the delays for a number of timers.
        on_clock: Does it with a clock's delayed calls.
        on_heap: Does it with a heap.
        operations: How many operations that is for each timer.
    """

    draw: Callable[[int], list[float]]
    on_clock: Callable[[AdvancingClock, list[float]], int]
    on_heap: Callable[[list[float]], int]
    operations: int

    def with_clock(
        self, make_clock: Callable[[], AdvancingClock], timers: int, times: int
    ) -> Contender:
        """Enter it with a fresh clock, ``times`` times in a row."""
        return self._repeated(
            lambda: partial(self.on_clock, make_clock(), self.draw(timers)),
            timers,
            times,
        )

    def with_heap(self, timers: int, times: int) -> Contender:
        """Enter it with a heap, ``times`` times in a row."""
        return self._repeated(
            lambda: partial(self.on_heap, self.draw(timers)), timers, times
        )

    def _repeated(
        self, make_work: Callable[[], Callable[[], int]], timers: int, times: int
    ) -> Contender:
        @contextmanager
        def prepare() -> Iterator[Callable[[], int]]:
            work = make_work()
            yield lambda: sum(work() for _ in range(times))

        return Contender(prepare, timers * times * self.operations)


ONE_DAY = Exercise(day_delays, day_on_clock, day_on_heap, 1)
IDLE_TIMEOUTS = Exercise(patience, resets_on_clock, resets_on_heap, 1 + RESETS)


def timer_race(
    name: str, summary: str, exercise: Exercise, sizes: Sequence[int]
) -> Race:
    """Enter an exercise at several sizes, the smallest on ``task.Clock`` as well.

    At larger sizes `Clock`, which sorts its list for each timer, would take minutes.
    """
    contenders: dict[str, Contender] = {}
    criteria: list[Criterion] = []
    for size in sizes:
        times = max(1, sizes[-1] // size // 10)
        virtual, heap = f"virtual {size:,}", f"heapq {size:,}"
        contenders[virtual] = exercise.with_clock(VirtualReactor, size, times)
        contenders[heap] = exercise.with_heap(size, times)
        criteria.append(ratio(virtual, heap, at_most(2.5)))
    least, most = sizes[0], sizes[-1]
    contenders[f"Clock {least:,}"] = exercise.with_clock(Clock, least, 1)
    criteria += [
        ratio(f"Clock {least:,}", f"virtual {least:,}"),
        growth(least, most),
    ]
    return Race(name, summary, contenders, criteria)


def growth(least: int, most: int) -> Criterion:
    """Compare how the cost of an operation grows with how it grows on a heap.

    A heap's is the logarithm of its size, times what it costs to reach memory that
    the processor's caches no longer hold; and that, nobody is spared.
    """

    def compare(costs: Costs) -> Figure:
        virtual, heap = (
            ratio(f"{queue} {most:,}", f"{queue} {least:,}")(costs).value.median
            for queue in ("virtual", "heapq")
        )
        label = f"growth {virtual:.2f} / {heap:.2f}"
        return observed(label, virtual / heap, "times", at_most(1))

    return compare


def timer_entries(day: Sequence[int], timeouts: Sequence[int]) -> Sequence[Entry]:
    """List the entries about timers, each at sizes from the least to the greatest."""
    return [
        timer_race(
            "timers",
            f"up to {day[-1]:,} callLater over a virtual day, all of which come due",
            ONE_DAY,
            day,
        ),
        timer_race(
            "timer-resets",
            f"up to {timeouts[-1]:,} idle timeouts, each reset {RESETS} times, "
            "to an earlier time every fifth time",
            IDLE_TIMEOUTS,
            timeouts,
        ),
    ]
