"""Tests for trying seeds until one fails."""

from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network
from harness._choices import Deviation, Place
from harness._finding import first_failure
from harness._recipes import Recipe
from harness._repeating import Outcome, RepeatedCall


def draw() -> None:
    """Fail if of ten values the third and the fifth are something."""
    network = Network()
    drawn = [network.choose(range(4)) for _ in range(10)]
    assert not (drawn[2] and drawn[4]), drawn


class Fickle:
    """A test that fails in another way with fewer deviations."""

    name = "fickle"

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None) -> Outcome:
        """Fail, with two deviations by KeyError and with fewer by another error."""
        chosen = recipe.deviations or {Place("user", 1): 1, Place("user", 2): 1}
        deviations = tuple(Deviation(*each, "word") for each in chosen.items())
        kind = "KeyError" if len(chosen) == 2 else "IndexError"
        return Outcome(deviations, kind=kind, report="how it ended")


REPORT = """\
fails with 2 of 7 deviations from the usual course, found by seed 90 in run 2
  user: 1
  user: 1
replay it with
  HARNESS_SEED=90:user.3=1,user.5=1 trial harness.test.test_finding.draw
and as it was found with
  HARNESS_SEED=uniform-90 trial harness.test.test_finding.draw

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

    def test_another_failure(self) -> None:
        """What fails in another way with fewer deviations is not the same failure."""
        find = first_failure(Fickle(), [Recipe()], None)

        assert find is not None
        self.assertEqual(len(find.shrunk.deviations), 2)
