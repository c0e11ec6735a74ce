# -*- test-case-name: harness.test.test_benchmark_entries -*-
"""The two kinds of entry in a benchmark: a race on time, a survey of what is there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.benchmark.figures import Criterion, Figure
from harness.benchmark.measuring import Contender, Costs, interleave


@dataclass(frozen=True)
class Result:
    """What an entry came to.

    Attributes:
        name: The entry's name, as given to ``--only``.
        summary: What was done, in one line.
        costs: What each contender took, round by round; nothing for a survey.
        figures: What follows from it.
    """

    name: str
    summary: str
    figures: Sequence[Figure]
    costs: Costs = field(default_factory=dict)


class Entry(Protocol):
    """Something that ``python -m harness.benchmark`` can run."""

    @property
    def name(self) -> str:
        """What ``--only`` calls it."""

    def run(self, rounds: int) -> Result:
        """Measure."""


@dataclass(frozen=True)
class Race:
    """The same work done in several ways, and what each takes.

    Attributes:
        turns: How often each contender has its turn in a round: often, if the work is
            short and a small difference matters.
    """

    name: str
    summary: str
    contenders: Mapping[str, Contender]
    criteria: Sequence[Criterion]
    turns: int = 1

    def run(self, rounds: int) -> Result:
        """Let the contenders take turns, in so many rounds."""
        costs = interleave(self.contenders, rounds * self.turns)
        figures = [criterion(costs) for criterion in self.criteria]
        return Result(self.name, self.summary, figures, costs)


@dataclass(frozen=True)
class Survey:
    """Something counted rather than timed: the same in each round, so done once."""

    name: str
    summary: str
    look: Callable[[], Sequence[Figure]]

    def run(self, rounds: int) -> Result:
        """Look once, however many rounds there are."""
        return Result(self.name, self.summary, self.look())
