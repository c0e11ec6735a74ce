# -*- test-case-name: harness.test.test_sessions -*-
"""One run of a test in which networks are explored."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from harness._choices import Choices, Deviation
from harness._exploration import explore_network
from harness._fault_plans import FaultPlan
from harness._faults import Fault, fault_named
from harness._leftovers import release_threads
from harness._recipes import Recipe, recipe_text

if TYPE_CHECKING:
    from harness._network import Network

_running: list["Session"] = []


class Session:
    """One run of a test.

    Args:
        recipe: What the run is made by.
        faults: What may go wrong. None: what the recipe says.

    Attributes:
        recipe: The same.
        deviations: What was chosen, but for first options, in order.
        networks: How many networks there have been.
    """

    def __init__(self, recipe: Recipe, faults: Sequence[Fault] | None = None) -> None:
        self.recipe = recipe
        self.deviations: list[Deviation] = []
        named = map(fault_named, recipe.faults)
        self._faults = tuple(named if faults is None else faults)
        self._policy = recipe.make_policy()
        self.networks = 0
        self._stack = ExitStack()

    def take(self, network: "Network") -> None:
        """Let what a new network leaves open be settled by this run."""
        self.networks += 1
        choices = Choices(self._policy, self.networks, self.deviations)
        network.seed += self.recipe.seed
        explore_network(network, choices)
        self._stack.callback(_let_go, network)
        if self._faults:
            plan = FaultPlan.by_choice(choices, *self._faults)
            self._stack.enter_context(network.following(plan))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take all networks that are made meanwhile."""
        _running.append(self)
        try:
            with self._stack:
                yield
        finally:
            _running.remove(self)


def running_session() -> Session | None:
    """Return the run that is under way, if there is one."""
    return _running[-1] if _running else None


def session_for_network() -> Session | None:
    """Return the run that a new network is part of.

    Without one that is under way it is that of ``HARNESS_SEED``, which lasts as long as
    the process, unless that is a number: see `harness._recipes`.
    """
    if _running:
        return _running[-1]
    text = recipe_text()
    return None if not text or text.isdigit() else _session_of_process(text)


def _let_go(network: "Network") -> None:
    """Leave no threads to whatever is run next: it may be the next of many runs."""
    network.scheduler.threads.duration_of = None
    release_threads(network)


@lru_cache
def _session_of_process(text: str) -> Session:
    return Session(Recipe.parse(text))
