# -*- test-case-name: harness.test.test_explore -*-
"""Run a test many times, on networks that settle differently what they leave open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, overload

from twisted.python.failure import Failure
from twisted.trial.unittest import FailTest, SkipTest, SynchronousTestCase

from harness._arguments import require_whole_number
from harness._faults import Fault, require_faults
from harness._finding import Find, first_failure
from harness._recipes import POLICIES, Recipe, no_such_run, recipe_text
from harness._repeating import RepeatedTest, old_garbage_aside
from harness._sessions import EXPLORATION, running_session

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True)
class Exploration:
    """How a test is explored.

    Attributes:
        seeds: How many seeds are tried.
        policy: One of `harness._recipes.POLICIES`.
        faults: What may go wrong.

    Raises:
        TypeError: The number of seeds is none, or a fault is.
        ValueError: There are no seeds, or there is no such policy.
    """

    seeds: int
    policy: str
    faults: Sequence[Fault]

    def __post_init__(self) -> None:
        require_whole_number("seeds", self.seeds, least=1)
        if self.policy not in POLICIES:
            raise ValueError(
                f"no policy {self.policy!r}; there are {', '.join(POLICIES)}"
            )
        require_faults(self.faults)


@overload
def explore(seeds: Test, /) -> Test: ...


@overload
def explore(
    seeds: int = 200, *, policy: str = "mixed", faults: Sequence[Fault] = ()
) -> Callable[[Test], Test]: ...


def explore(
    seeds: Any = 200, *, policy: str = "mixed", faults: Sequence[Fault] = ()
) -> Any:
    """Let a test be run with many seeds: a decorator of a test method.

    It is written ``@explore``, or ``@explore(seeds=1000)``.

    A seed settles what a real kernel leaves open: which socket that is ready is served
    first, which of two things that happen at the same instant, how long a thread takes,
    how much a read returns, how long packets are under way between machines; and what
    `Network.choose` returns; and which faults happen, if there may be any. That is so
    for each `Network` that the test makes, or its ``setUp``, of which each run has one
    of its own.

    If the test fails, the failure tells how few deviations from the usual course it
    takes, and the line that makes the same run again. Set ``HARNESS_SEED`` as the line
    says, and the test makes that one run.

    Args:
        seeds: How many seeds to try, 1 or more. Before them comes a run with nothing
            unusual.
        policy: How a seed decides: "uniform", each time anew; "pct", by priorities that
            change seldom, which finds what needs somebody to be slow for long; "mixed",
            each for half of the seeds.
        faults: What may go wrong.

    Raises:
        TypeError: The number of seeds is none, or a fault is.
        ValueError: There are no seeds, or there is no such policy.
    """
    if callable(seeds):
        return explore()(seeds)
    exploration = Exploration(seeds, policy, tuple(faults))

    def decorate(test: Test) -> Test:
        if isinstance(test, type) or not callable(test):
            raise TypeError(f"explore decorates a test method, not {test!r}")

        @wraps(test)
        def explored(case: SynchronousTestCase) -> object:
            if running_session() is not None:
                return test(case)
            return _explore(case, exploration)

        setattr(explored, EXPLORATION, exploration)
        decorated: Any = explored
        return decorated  # type: ignore[no-any-return]

    return decorate


def _explore(case: SynchronousTestCase, exploration: Exploration) -> object:
    test = RepeatedTest(type(case), case._testMethodName)
    text = recipe_text()
    if text:
        replay(test, Recipe.parse(text, exploration.policy), exploration.faults or None)
        return None
    usual = Recipe(deviations={})
    recipes = [
        usual,
        *(Recipe.of_seed(n, exploration.policy) for n in range(exploration.seeds)),
    ]
    with old_garbage_aside():
        find = first_failure(test, recipes, exploration.faults)
    if find is not None:
        raise _problem(case, find)
    return None


def _problem(case: Any, find: Find) -> BaseException:
    """Return what a test is to raise that trial may know to be expected of it."""
    told: BaseException = case.failureException(str(find))
    todo = case.getTodo() if hasattr(case, "getTodo") else None
    if todo is None or todo.expected(Failure(told)):
        return told
    return find.found.error or told


def replay(test: Any, recipe: Recipe, faults: Sequence[Fault] | None) -> None:
    """Make one run, and fail as it does.

    Raises:
        FailTest: The run fails, or it is another one by now.
        SkipTest: It is skipped.
    """
    outcome = test.run(recipe, faults)
    if outcome.skipped and not outcome.kind:
        raise SkipTest(outcome.skipped)
    missed = [no_such_run(outcome.missed)] if outcome.missed else []
    if outcome.kind or missed:
        raise FailTest("\n".join([*missed, outcome.report]).rstrip())
