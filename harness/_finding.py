# -*- test-case-name: harness.test.test_finding -*-
"""Try seeds until one makes a test fail, and find out what it takes."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness._choices import Deviation
from harness._faults import Fault
from harness._recipes import VARIABLE, Recipe
from harness._repeating import Outcome, Repeatable
from harness._shrinking import Choice, shrink

#: How often a test that has failed is run again to find out what it takes.
BUDGET = 500


@dataclass(frozen=True)
class Find:
    """A failure, and what it takes.

    Attributes:
        name: The test.
        runs: In which run it was found.
        recipe: What that run was made by.
        found: How it ended.
        shrunk_recipe: What a run is made by that has fewer deviations.
        shrunk: How that ends.
    """

    name: str
    runs: int
    recipe: Recipe
    found: Outcome
    shrunk_recipe: Recipe
    shrunk: Outcome

    def __str__(self) -> str:
        needed, all_of_them = len(self.shrunk.deviations), len(self.found.deviations)
        lines = [
            f"fails with {needed} of {all_of_them} deviations from the usual course, "
            f"found by seed {self.recipe.seed} in run {self.runs}",
            *(
                f"  {each.place.stream}: {each.words}"
                for each in self.shrunk.deviations
            ),
            "replay it with",
            f"  {command(self.shrunk_recipe, self.name)}",
            "and as it was found with",
            f"  {command(self.recipe, self.name)}",
            "",
            self.shrunk.report,
        ]
        return "\n".join(lines)


def command(recipe: Recipe, name: str) -> str:
    """Return the line that makes a run again."""
    return f"{VARIABLE}={shlex.quote(str(recipe))} trial {name}"


def first_failure(
    test: Repeatable, recipes: Iterable[Recipe], faults: Sequence[Fault] | None
) -> Find | None:
    """Try recipes until one makes a test fail.

    Returns:
        The failure, shrunk; or None.
    """
    for runs, recipe in enumerate(recipes, 1):
        found = test.run(recipe, faults)
        if found.kind:
            return shrunk_find(test, recipe, faults, found, runs)
    return None


def shrunk_find(
    test: Repeatable,
    recipe: Recipe,
    faults: Sequence[Fault] | None,
    found: Outcome,
    runs: int,
) -> Find:
    """Find out how few deviations it takes for a test to fail as it did."""

    def attempt(deviations: Choice) -> Choice | None:
        again = test.run(replace(recipe, deviations=deviations), faults)
        return _choices(again.deviations) if again.kind == found.kind else None

    kept = shrink(_choices(found.deviations), attempt, BUDGET)
    shrunk_recipe = replace(recipe, deviations=kept)
    shrunk = test.run(shrunk_recipe, faults)
    return Find(test.name, runs, recipe, found, shrunk_recipe, shrunk)


def _choices(deviations: Iterable[Deviation]) -> Choice:
    return {each.place: each.choice for each in deviations}
