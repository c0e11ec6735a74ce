# -*- test-case-name: harness.test.test_benchmark_measuring -*-
"""What a piece of work costs, measured so that two of them can be compared.

A machine's speed drifts while a benchmark runs. So the contenders take turns, a round
at a time, and are compared within a round; the garbage collector, which would bill
one contender for what another left behind, runs between the turns and never in them.
"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from statistics import median

#: Makes everything ready (not measured) and yields what is to be measured, which
#: returns how many operations it has done.
Preparation = Callable[[], AbstractContextManager[Callable[[], int]]]


class WrongCountError(Exception):
    """A workload did not do the work that it is said to do: its cost means nothing."""


@dataclass(frozen=True)
class Contender:
    """One way of doing the work.

    Attributes:
        prepare: Makes it ready for one run.
        operations: How many operations a run must do.
    """

    prepare: Preparation
    operations: int


@dataclass(frozen=True)
class Cost:
    """What one operation took, on average over a run.

    Attributes:
        cpu: Seconds of processor time, the kernel's included.
        wall: Seconds that went by.
    """

    cpu: float
    wall: float


@dataclass(frozen=True)
class Spread:
    """The middle, the least and the greatest of several measurements."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarise ``values``, of which there is at least one."""
        return cls(median(values), min(values), max(values))


#: What each contender took, a cost for each round.
Costs = Mapping[str, Sequence[Cost]]


def interleave(contenders: Mapping[str, Contender], rounds: int) -> Costs:
    """Measure each contender once in each round: A B A B, never A A B B.

    Raises:
        WrongCountError: A contender did more or less than its operations.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            costs[name].append(measure(name, contender))
    return costs


def measure(name: str, contender: Contender) -> Cost:
    """Run a contender once.

    Raises:
        WrongCountError: It did more or less than its operations.
    """
    with contender.prepare() as work, _garbage_left_alone():
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if done != contender.operations:
        raise WrongCountError(f"{name} did {done} operations of {contender.operations}")
    return Cost(cpu / done, wall / done)


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
