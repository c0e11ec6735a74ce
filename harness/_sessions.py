# -*- test-case-name: harness.test.test_sessions -*-
"""One run of a test in which networks are explored."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING
from unittest import TestCase
from weakref import WeakKeyDictionary

from twisted.trial.unittest import FailTest

from harness._choices import Choices, Deviation
from harness._current_test import at_end_of, current_test
from harness._exploration import explore_network
from harness._fault_plans import FaultPlan
from harness._faults import Fault, fault_named
from harness._leftovers import release_threads
from harness._new_networks import told_of_networks
from harness._recipes import Recipe, no_such_run, recipe_text

if TYPE_CHECKING:
    from harness._network import Network

#: The attribute of a test method that holds what `harness.explore` was told. It makes
#: the run of ``HARNESS_SEED`` itself, in a test case of its own, so that it is not that
#: of the networks made before.
EXPLORATION = "harness_exploration"

_running: list["Session"] = []
_replayed: "WeakKeyDictionary[TestCase, ReplayedTest]" = WeakKeyDictionary()


class Session:
    """One run of a test.

    Args:
        recipe: What the run is made by.
        faults: What may go wrong. None: what the recipe says.

    Attributes:
        recipe: The same.
        deviations: What was chosen, but for first options, in order.
        networks: How many networks there have been. A new one has the next number.
    """

    def __init__(self, recipe: Recipe, faults: Sequence[Fault] | None = None) -> None:
        self.recipe = recipe
        self.deviations: list[Deviation] = []
        named = map(fault_named, recipe.faults)
        self._faults = tuple(named if faults is None else faults)
        self._policy = recipe.make_policy()
        self.networks = 0
        self._stack = ExitStack()
        self._taken: list[Network] = []

    def take(self, network: "Network") -> None:
        """Let what a new network leaves open be settled by this run."""
        self.networks += 1
        self._taken.append(network)
        choices = Choices(self._policy, self.networks, self.deviations)
        network.seed += self.recipe.seed
        explore_network(network, choices)
        self._stack.callback(_let_go, network)
        if self._faults:
            plan = FaultPlan.by_choice(choices, *self._faults)
            self._stack.enter_context(network.following(plan))

    def judge(self) -> None:
        """Judge what was demanded on its networks, and not judged yet.

        Raises:
            InvariantBroken: It was not so.
        """
        for network in self._taken:
            if network.invariants is not None:
                network.invariants.judge()

    def let_go(self) -> None:
        """Settle no more on its networks."""
        self._stack.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take all networks that are made meanwhile.

        They are no concern of a test that makes the run.
        """
        _running.append(self)
        try:
            with told_of_networks(_nobody_cares):
                yield
        finally:
            _running.remove(self)
            self.let_go()


class ReplayedTest:
    """A test that is under way, and the run that ``HARNESS_SEED`` makes of it.

    Attributes:
        recipe: What the run is made by.
        session: The run, or None: only `harness.every_failure` can make it.
        is_replayed: Whether that has done so.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.session = None if recipe.names_given_faults else Session(recipe)
        self.is_replayed = False

    def end(self) -> None:
        """Let go of its networks, and see that it was this run.

        Raises:
            FailTest: Some deviations never came up.
        """
        if self.session is not None:
            self.session.let_go()
            missed = self.recipe.missed(self.session.deviations)
        else:
            missed = () if self.is_replayed else self.recipe.faults
        if missed:
            raise FailTest(no_such_run(missed))


def running_session() -> Session | None:
    """Return the run that is under way, if there is one."""
    return _running[-1] if _running else None


def session_for_network() -> Session | None:
    """Return the run that a new network is part of.

    Without one that is under way it is that which ``HARNESS_SEED`` makes of the test,
    or of the process where there is no test; unless that is a number, see
    `harness._recipes`, or the test replays itself.
    """
    if _running:
        return _running[-1]
    text = recipe_text()
    if not text or text.isdigit():
        return None
    case = current_test()
    if case is None:
        return session_of_process()
    method = getattr(type(case), case._testMethodName, None)
    if hasattr(method, EXPLORATION):
        return None
    return replayed_test(case, Recipe.parse(text)).session


def replayed_test(case: TestCase, recipe: Recipe) -> ReplayedTest:
    """Return what a recipe makes of a test, until it ends."""
    replayed = _replayed.get(case)
    if replayed is None:
        replayed = _replayed[case] = ReplayedTest(recipe)
        at_end_of(case, replayed.end)
        at_end_of(case, lambda: _replayed.pop(case, None))
    return replayed


def session_of_process() -> Session | None:
    """Return the run that ``HARNESS_SEED`` makes of all that is of no test."""
    text = recipe_text()
    if not text or text.isdigit() or Recipe.parse(text).names_given_faults:
        return None
    return _session_of_process(text)


def _nobody_cares(network: "Network") -> None:
    """Hear of a network, and do nothing."""


def _let_go(network: "Network") -> None:
    """Leave no threads to whatever is run next: it may be the next of many runs."""
    network.scheduler.threads.duration_of = None
    release_threads(network)


@lru_cache
def _session_of_process(text: str) -> Session:
    return Session(Recipe.parse(text))
