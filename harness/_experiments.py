# -*- test-case-name: harness.test.test_experiments -*-
"""What a test can do to a network: let things go wrong, and demand what is true."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from harness._choices import Choices
from harness._fault_plans import FaultPlan
from harness._faults import Fault
from harness._faulty_mesh import FaultyMesh
from harness._invariants import Invariants

T = TypeVar("T")


class Experiments(FaultyMesh):
    """What a `Network` lets a test do to its programs.

    Attributes:
        choices: What settles that which is left open, or None: see `harness.explore`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.choices: Choices | None = None
        self._invariants: Invariants | None = None

    @contextmanager
    def faults(self, first: Fault | FaultPlan, *more: Fault) -> Iterator[FaultPlan]:
        """Let things go wrong, as long as a ``with`` block lasts.

        What has happened to a connection stays.

        Args:
            first: What goes wrong; or a plan of it.
            more: What else does.

        Yields:
            The plan, whose `FaultPlan.met` tells what has happened.
        """
        plan = first if isinstance(first, FaultPlan) else FaultPlan(first, *more)
        with self.following(plan):
            yield plan

    def always(self, name: str, predicate: Callable[[], object]) -> None:
        """Demand that something is true, now and after each event.

        It costs something at each event from now on, and without this nothing.

        Args:
            name: What it is called in the error.
            predicate: Says whether it is true, or raises AssertionError.

        Raises:
            InvariantBroken: It is not. Later this is raised by whatever runs the
                network, such as `Network.run_until`.
        """
        self._demand().always(name, predicate)

    def eventually(
        self, name: str, predicate: Callable[[], object], within: float
    ) -> None:
        """Demand that something becomes true.

        Once it is true it is not looked at any more.

        Args:
            name: What it is called in the error.
            predicate: Says whether it is true.
            within: Before how many virtual seconds are over. If it is not true by then,
                whatever runs the network raises `InvariantBroken`.
        """
        self._demand().eventually(name, predicate, within)

    def choose(self, options: Sequence[T]) -> T:
        """Choose one of several values, in a test that is explored.

        Args:
            options: The values. The first is the plainest: it is taken if the test is
                not explored, and if a failure does not depend on which it is.
        """
        if self.choices is None:
            return options[0]
        return self.choices.choose("user", options, repr)

    def _demand(self) -> Invariants:
        if self._invariants is None:
            self._invariants = Invariants(self.scheduler)
        return self._invariants
