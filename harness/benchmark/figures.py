# -*- test-case-name: harness.test.test_benchmark_figures -*-
"""The figures that a benchmark comes to, and what is asked of them."""

import operator
from collections.abc import Callable
from dataclasses import dataclass

from harness.benchmark.measuring import Costs, Spread


@dataclass(frozen=True)
class Goal:
    """What a figure should be. A benchmark says whether it is; it never fails by it."""

    relation: str
    bound: float

    def is_met_by(self, value: float) -> bool:
        """Say whether ``value`` is within the bound."""
        return _RELATIONS[self.relation](value, self.bound)


_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
}


def at_least(bound: float) -> Goal:
    """Ask for ``bound`` or more."""
    return Goal(">=", bound)


def at_most(bound: float) -> Goal:
    """Ask for ``bound`` or less."""
    return Goal("<=", bound)


@dataclass(frozen=True)
class Figure:
    """One line of the result.

    Attributes:
        label: What was measured.
        value: The median of the rounds, between the least and the greatest.
        unit: What it is counted in.
        goal: What is asked of the median, or None where nothing is.
    """

    label: str
    value: Spread
    unit: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, or None where there is none."""
        return None if self.goal is None else self.goal.is_met_by(self.value.median)


#: Makes a figure of what the contenders took.
Criterion = Callable[[Costs], Figure]


def ratio(dear: str, cheap: str, goal: Goal | None = None) -> Criterion:
    """Compare the processor time of two contenders, round by round."""

    def compare(costs: Costs) -> Figure:
        pairs = zip(costs[dear], costs[cheap], strict=True)
        ratios = Spread.of([one.cpu / other.cpu for one, other in pairs])
        return Figure(f"{dear} / {cheap}", ratios, "times", goal)

    return compare


def quartiles(dear: str, cheap: str, goal: Goal | None = None) -> Criterion:
    """Compare two contenders as `ratio` does, and leave out what is far from usual.

    The ratio stands between those that a quarter of all are below, and above.
    """

    def compare(costs: Costs) -> Figure:
        pairs = zip(costs[dear], costs[cheap], strict=True)
        ratios = sorted(one.cpu / other.cpu for one, other in pairs)
        cut = len(ratios) // 4
        middle = Spread.of(ratios[cut : len(ratios) - cut])
        return Figure(f"{dear} / {cheap}, quartiles", middle, "times", goal)

    return compare


def rate(contender: str, goal: Goal | None = None) -> Criterion:
    """Count a contender's operations in a second of processor time."""

    def count(costs: Costs) -> Figure:
        rates = Spread.of([1 / cost.cpu for cost in costs[contender]])
        return Figure(contender, rates, "per second", goal)

    return count


def observed(label: str, value: float, unit: str, goal: Goal | None = None) -> Figure:
    """State what was found once."""
    return Figure(label, Spread(value, value, value), unit, goal)
