"""Tests of the kinds of entry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.entries import Race, Result, Survey
from harness.benchmark.figures import observed, rate
from harness.benchmark.measuring import Contender
from harness.test.garbage import FrozenTestCase


@contextmanager
def two_operations() -> Iterator[Callable[[], int]]:
    """Prepare a workload that does two operations."""
    yield lambda: 2


class RaceTests(FrozenTestCase):
    """Work that is timed."""

    def test_runs_each_contender_in_each_round(self) -> None:
        """The result has all costs, and a figure for each criterion."""
        race = Race("r", "a race", {"A": Contender(two_operations, 2)}, [rate("A")])
        result = race.run(rounds=3)

        self.assertEqual((result.name, result.summary), ("r", "a race"))
        self.assertEqual(len(result.costs["A"]), 3)
        self.assertEqual([figure.label for figure in result.figures], ["A"])

    def test_several_turns(self) -> None:
        """In each round there are as many as are asked for."""
        race = Race("r", "a race", {"A": Contender(two_operations, 2)}, [], turns=4)

        self.assertEqual(len(race.run(rounds=3).costs["A"]), 12)


class SurveyTests(SynchronousTestCase):
    """Something that is counted."""

    def test_looks_once(self) -> None:
        """What is the same each time is looked at once, whatever the rounds."""
        looks = count(1)
        survey = Survey("s", "a survey", lambda: [observed("look", next(looks), "")])
        result = survey.run(rounds=3)

        self.assertEqual(result, Result("s", "a survey", [observed("look", 1, "")], {}))
