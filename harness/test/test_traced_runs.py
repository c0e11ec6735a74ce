"""Tests of which run of a test is kept."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace
from harness._choices import Deviation, Place
from harness._traced_runs import TracedRun, TracedRuns


def deviations(*choices: int) -> list[Deviation]:
    """Make deviations of which it only counts how many there are, and how odd."""
    return [
        Deviation(Place("user", number), choice, "")
        for number, choice in enumerate(choices, 1)
    ]


class TracedRunsTests(SynchronousTestCase):
    """The runs of one test."""

    def setUp(self) -> None:
        self.runs = TracedRuns()

    def add(self, failure: str, *choices: int) -> TracedRun:
        """Add a run, and return it."""
        run = TracedRun(Trace(), failure)
        self.runs.add(run, deviations(*choices))
        return run

    def test_none(self) -> None:
        """A test that makes none is itself what is reported."""
        self.assertIsNone(self.runs.reported("", False))
        self.assertIsNone(self.runs.reported("boom", False))

    def test_a_test_that_passes(self) -> None:
        """The last one."""
        self.add("")
        self.add("boom", 1)
        last = self.add("", 1, 1)

        self.assertIs(self.runs.reported("", False), last)

    def test_the_one_that_is_told_of(self) -> None:
        """Others may have failed in another way, and with less."""
        self.add("")
        self.add("bang")
        told = self.add("boom\n", 1)
        self.add("crash")

        self.assertIs(self.runs.reported("fails in 3 runs:\nboom\n\n", False), told)
        self.assertIs(self.runs.told_by("fails in 3 runs:\nboom\n\n"), told)

    def test_a_failure_of_the_test_itself(self) -> None:
        """None of its runs is reported."""
        self.add("boom")

        self.assertIsNone(self.runs.reported("crash", False))

    def test_shrunk(self) -> None:
        """The one with the fewest deviations, and then with the plainest."""
        self.add("boom", 1, 1, 1)
        self.add("boom", 3)
        shrunk = self.add("boom", 2)
        self.add("boom", 1, 1)

        self.assertIs(self.runs.reported("boom", False), shrunk)

    def test_the_first_of_many(self) -> None:
        """Among those that differ in nothing."""
        first = self.add("boom", 1)
        self.add("boom", 1)

        self.assertIs(self.runs.reported("boom", False), first)

    def test_told_of_two(self) -> None:
        """The plainer one, whichever came first."""
        self.add("boom", 1, 1)
        plainer = self.add("bang", 1)

        self.assertIs(self.runs.reported("boom bang", False), plainer)

    def test_nothing_else_to_look_at(self) -> None:
        """The last one, if it is not known which the failure tells of."""
        told = self.add("boom", 1)
        last = self.add("")

        self.assertIs(self.runs.reported("crash", True), last)
        self.assertIs(self.runs.reported("boom", True), told)
