"""Tests that planted bugs are found, come back when told to, and shrink."""

from collections.abc import Callable

from twisted.trial.unittest import FailTest, SynchronousTestCase

from harness import every_failure
from harness._finding import Find, first_failure
from harness._recipes import Recipe
from harness._repeating import Outcome, RepeatedTest, old_garbage_aside
from harness.test.planted.cases import BUGS, Bug, PlantedTests
from harness.test.settings import settings

#: How many deviations it takes, of those bugs that need more than one.
NEEDED = {"lost_update": 2, "split_delimiter": 2}


class SearchTests(SynchronousTestCase):
    """Each bug is found from a seed, and seen again just as it was.

    As long as nothing unusual happens the test of its program passes.
    """

    def find(self, bug: Bug) -> Find:
        """Find a bug within 500 seeds."""
        test = RepeatedTest(PlantedTests, f"test_{bug.name}")
        self.assertEqual(test.run(Recipe(deviations={}), bug.faults), Outcome(()))
        with old_garbage_aside():
            find = first_failure(test, map(Recipe.of_seed, range(500)), bug.faults)
        assert find is not None
        return find


class EveryFailureTests(SynchronousTestCase):
    """Those that need a fault are found without a seed."""


def _finds(bug: Bug) -> Callable[[SearchTests], None]:
    def test(self: SearchTests) -> None:
        find = self.find(bug)

        again = RepeatedTest(PlantedTests, f"test_{bug.name}")
        for recipe, outcome in (
            (find.recipe, find.found),
            (find.shrunk_recipe, find.shrunk),
        ):
            text = Recipe.parse(str(recipe))
            self.assertEqual(again.run(text, bug.faults), outcome)
        self.assertEqual(len(find.shrunk.deviations), NEEDED.get(bug.name, 1))

    test.__doc__ = f"{bug.name} is found, replayed and shrunk."
    return test


def _fails(bug: Bug) -> Callable[[EveryFailureTests], None]:
    def test(self: EveryFailureTests) -> None:
        planted = getattr(PlantedTests(f"test_{bug.name}"), f"test_{bug.name}")
        with settings(HARNESS_SEED=""):
            self.assertRaises(FailTest, every_failure, planted, *bug.faults)

    test.__doc__ = f"{bug.name} is found when one thing after the other fails."
    return test


for _bug in BUGS:
    setattr(SearchTests, f"test_{_bug.name}", _finds(_bug))
    if _bug.faults:
        setattr(EveryFailureTests, f"test_{_bug.name}", _fails(_bug))
