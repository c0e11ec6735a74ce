# -*- test-case-name: harness.test.test_finding -*-
"""Try seeds until one makes a test fail, and find out what it takes."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from twisted.trial.unittest import SkipTest

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
        if not self._is_repeatable:
            return self._never_the_same()
        if self.recipe.deviations == {}:
            lines = ["fails as it is, with nothing unusual"]
        else:
            needed, found = len(self.shrunk.deviations), len(self.found.deviations)
            lines = [
                f"fails with {needed} of {found} deviations from the usual course, "
                f"found by seed {self.recipe.seed} in run {self.runs}",
                *(
                    f"  {each.place.stream}: {each.words}"
                    for each in self.shrunk.deviations
                ),
            ]
        lines += ["replay it with", f"  {command(self.shrunk_recipe, self.name)}"]
        if self.recipe.deviations is None:
            lines += [
                "and as it was found with",
                f"  {command(self.recipe, self.name)}",
            ]
        return "\n".join([*lines, "", self.shrunk.report])

    @property
    def _is_repeatable(self) -> bool:
        return self.found.kind == self.shrunk.kind != ""

    def _never_the_same(self) -> str:
        lines = [
            f"failed in run {self.runs}, but not when that was made again with",
            f"  {command(self.recipe, self.name)}",
            "The test is not the same in each run: it may read the real clock, draw",
            "random numbers without a seed, or keep something from run to run.",
        ]
        return "\n".join([*lines, "", self.found.report])


def command(recipe: Recipe, name: str) -> str:
    """Return the line that makes a run again."""
    # Unlike the script, this finds tests in the folder where it is typed.
    return f"{VARIABLE}={shlex.quote(str(recipe))} python -m twisted.trial {name}"


def first_failure(
    test: Repeatable, recipes: Iterable[Recipe], faults: Sequence[Fault] | None
) -> Find | None:
    """Try recipes until one makes a test fail.

    Returns:
        The failure, shrunk; or None.

    Raises:
        SkipTest: The first run is skipped.
        ValueError: The first run passes, and there was no network to be explored.
    """
    for runs, recipe in enumerate(recipes, 1):
        found = test.run(recipe, faults)
        if found.kind:
            return shrunk_find(test, recipe, faults, found, runs)
        if runs == 1:
            require_network(test, found)
    return None


def require_network(test: Repeatable, outcome: Outcome) -> None:
    """Check that a run which has passed says anything about other runs.

    Raises:
        SkipTest: It was skipped.
        ValueError: It has made no network.
    """
    if outcome.skipped:
        raise SkipTest(outcome.skipped)
    if not outcome.networks:
        raise ValueError(
            f"{test.name} makes no Network, so that nothing can be different in it: "
            "it must make one in each run, itself or in the setUp of its test case"
        )


def shrunk_find(
    test: Repeatable,
    recipe: Recipe,
    faults: Sequence[Fault] | None,
    found: Outcome,
    runs: int,
) -> Find:
    """Find out how few deviations it takes for a test to fail as it did.

    That may be found in vain: see `Find`, which says so if the test does not fail in
    the same way when the run is made again.
    """
    again = test.run(recipe, faults)
    if not found.kind == again.kind != "":
        return Find(test.name, runs, recipe, found, recipe, Outcome(()))

    def attempt(deviations: Choice) -> Choice | None:
        again = test.run(replace(recipe, deviations=deviations), faults)
        return _choices(again.deviations) if again.kind == found.kind else None

    kept = shrink(_choices(found.deviations), attempt, BUDGET)
    shrunk_recipe = replace(recipe, deviations=kept)
    shrunk = test.run(shrunk_recipe, faults)
    return Find(test.name, runs, recipe, found, shrunk_recipe, shrunk)


def _choices(deviations: Iterable[Deviation]) -> Choice:
    return {each.place: each.choice for each in deviations}
