"""Tests for trying seeds until one fails."""

from collections.abc import Sequence

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from harness import Fault, Network
from harness._choices import Deviation, Place
from harness._finding import first_failure, shrunk_find
from harness._recipes import Recipe
from harness._repeating import Outcome, RepeatedCall

TRIAL = "python -m twisted.trial"


def draw() -> None:
    """Fail if of ten values the third and the fifth are something."""
    network = Network()
    drawn = [network.choose(range(4)) for _ in range(10)]
    assert not (drawn[2] and drawn[4]), drawn


def divide() -> None:
    """Fail."""
    raise ZeroDivisionError


class Fickle:
    """A test that fails in another way with fewer deviations."""

    name = "fickle"

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None) -> Outcome:
        """Fail, with two deviations by KeyError and with fewer by another error."""
        chosen = recipe.deviations
        if chosen is None:
            chosen = {Place("user", 1): 1, Place("user", 2): 1}
        deviations = tuple(Deviation(*each, "word") for each in chosen.items())
        kind = "KeyError" if len(chosen) == 2 else "IndexError"
        return Outcome(deviations, kind=kind, report="how it ended")


class Unrepeatable:
    """A test that fails in some of its runs, whatever is chosen.

    Args:
        failing: In which, counted from 1.

    Attributes:
        runs: How many there have been.
    """

    name = "unrepeatable"

    def __init__(self, *failing: int) -> None:
        self._failing = failing
        self.runs = 0

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None) -> Outcome:
        """Fail or pass."""
        self.runs += 1
        deviations = (Deviation(Place("user", 1), 1, "word"),)
        if self.runs not in self._failing:
            return Outcome(deviations)
        return Outcome(deviations, kind="KeyError", report="how it ended\n")


NEVER_THE_SAME = """\
failed in run 1, but not when that was made again with
  HARNESS_SEED=uniform-0 python -m twisted.trial unrepeatable
The test is not the same in each run: it may read the real clock, draw
random numbers without a seed, or keep something from run to run.

how it ended
"""

REPORT = f"""\
fails with 2 of 7 deviations from the usual course, found by seed 90 in run 2
  user: 1
  user: 1
replay it with
  HARNESS_SEED=90:user.3=1,user.5=1 {TRIAL} harness.test.test_finding.draw
and as it was found with
  HARNESS_SEED=uniform-90 {TRIAL} harness.test.test_finding.draw

Traceback"""


class FirstFailureTests(SynchronousTestCase):
    """What `first_failure` promises."""

    def test_none(self) -> None:
        """With other seeds all is well."""
        recipes = [Recipe(deviations={}), Recipe.parse("0:user.3=1")]

        self.assertIsNone(first_failure(RepeatedCall(draw), recipes, None))

    def test_found_and_shrunk(self) -> None:
        """Of what was chosen only what it takes is left."""
        found = first_failure(RepeatedCall(draw), map(Recipe.of_seed, range(99)), None)

        assert found is not None
        self.assertEqual(found.found.kind, "AssertionError")
        needed = {Place("user", 3): 1, Place("user", 5): 1}
        self.assertEqual(found.shrunk_recipe.deviations, needed)
        self.assertIn("[0, 0, 1, 0, 1, 0, 0, 0, 0, 0]", found.shrunk.report)

    def test_report(self) -> None:
        """It tells what it takes, how to see it again, and how it ends."""
        recipes = [Recipe(deviations={}), Recipe.of_seed(90)]
        find = first_failure(RepeatedCall(draw), recipes, None)

        text = str(find)
        self.assertEqual(text[: text.index("Traceback") + 9], REPORT)

    def test_fails_as_it_is(self) -> None:
        """Where nothing unusual is needed no seed has found it."""
        find = first_failure(RepeatedCall(divide), [Recipe(deviations={})], None)

        self.assertTrue(
            str(find).startswith(
                "fails as it is, with nothing unusual\nreplay it with\n"
                "  HARNESS_SEED=0: python -m twisted.trial "
                "harness.test.test_finding.divide\n\nTraceback"
            ),
            str(find),
        )

    def test_not_the_same_again(self) -> None:
        """If it does not fail again, the report is of the run that did."""
        test = Unrepeatable(1)
        find = first_failure(test, [Recipe()], None)

        self.assertEqual(str(find), NEVER_THE_SAME)
        self.assertEqual(test.runs, 2)

    def test_not_the_same_in_the_end(self) -> None:
        """However late that shows."""
        for failing in (1, 2), (1, 2, 3):
            find = first_failure(Unrepeatable(*failing), [Recipe()], None)
            self.assertEqual(str(find), NEVER_THE_SAME)

    def test_no_failure_here(self) -> None:
        """So it is for one that somebody else has seen."""
        test = Unrepeatable()
        found = test.run(Recipe(), None)
        find = shrunk_find(test, Recipe(), None, found, 1)

        self.assertTrue(str(find).startswith("failed in run 1, but not when"))
        self.assertEqual(test.runs, 2)

    def test_skipped(self) -> None:
        """A first run that is skipped says nothing about others."""

        def skip() -> None:
            raise SkipTest("too late")

        test = RepeatedCall(skip)
        error = self.assertRaises(SkipTest, first_failure, test, [Recipe()], None)

        self.assertEqual(str(error), "too late")

    def test_no_network(self) -> None:
        """Nor does one without a network."""
        test = RepeatedCall(SynchronousTestCase)
        error = self.assertRaises(ValueError, first_failure, test, [Recipe()], None)

        self.assertIn("SynchronousTestCase makes no Network, so", str(error))

    def test_another_failure(self) -> None:
        """What fails in another way with fewer deviations is not the same failure."""
        find = first_failure(Fickle(), [Recipe()], None)

        assert find is not None
        self.assertEqual(len(find.shrunk.deviations), 2)
