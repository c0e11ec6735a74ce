# -*- test-case-name: harness.test.test_experiments -*-
"""What a test can do to a network: let things go wrong, and demand what is true."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from harness._call_sites import call_site
from harness._choices import Choices
from harness._current_test import at_end_of, current_test
from harness._fault_plans import FaultPlan
from harness._faults import Fault
from harness._faulty_mesh import FaultyMesh
from harness._invariants import Invariants
from harness._sessions import running_session

T = TypeVar("T")


class Experiments(FaultyMesh):
    """What a `Network` lets a test do to its programs.

    Attributes:
        choices: What settles that which is left open, or None: see `harness.explore`.
        invariants: What is demanded of its programs, or None.
    """

    def __init__(self) -> None:
        super().__init__()
        self.choices: Choices | None = None
        self.invariants: Invariants | None = None

    @contextmanager
    def faults(self, first: Fault | FaultPlan, *more: Fault) -> Iterator[FaultPlan]:
        """Let things go wrong, as long as a ``with`` block lasts.

        What has happened to a connection stays.

        Args:
            first: What goes wrong; or a plan of it.
            more: What else does.

        Yields:
            The plan, whose `FaultPlan.met` tells what has happened.

        Raises:
            TypeError: One of them is no fault, or there is more than a plan.
        """
        if isinstance(first, FaultPlan):
            if more:
                raise TypeError("a plan has its faults already: give it alone")
            plan = first
        else:
            plan = FaultPlan(first, *more)
        with self.following(plan):
            yield plan

    def always(self, name: str, predicate: Callable[[], object]) -> None:
        """Demand that something is true, now and after each event.

        It costs something at each event from now on, and without this nothing.

        Args:
            name: What it is called in the error.
            predicate: Says whether it is true, or raises AssertionError. Where it has
                no objection it still has to return something: not None.

        Raises:
            InvariantBroken: It is not, or the predicate raises another error. Later
                this is raised by whatever runs the network, such as
                `Network.run_until`.
            TypeError: The predicate is no function, or returns None.
            ValueError: Something else is demanded by that name.
        """
        self._demand().always(name, predicate, call_site(sys._getframe(1)))

    def eventually(
        self, name: str, predicate: Callable[[], object], within: float
    ) -> None:
        """Demand that something becomes true.

        Once it is true it is not looked at any more. A test that ends before it is, and
        before the time is over, fails.

        Args:
            name: What it is called in the error.
            predicate: Says whether it is true, as that of `Network.always` does.
            within: Before how many virtual seconds are over. If it is not true by then,
                whatever runs the network raises `InvariantBroken`.

        Raises:
            InvariantBroken: The predicate raises another error than AssertionError.
                Later this is raised by whatever runs the network.
            TypeError: The predicate is no function, or returns None; or ``within`` is
                no number.
            ValueError: Something else is demanded by that name; or ``within`` is no
                length of time.
        """
        invariants = self._demand()
        invariants.eventually(name, predicate, within, call_site(sys._getframe(1)))
        test = current_test()
        if test is not None and running_session() is None:
            at_end_of(test, invariants.require_none_open)

    def choose(self, options: Sequence[T]) -> T:
        """Choose one of several values, in a test that is explored.

        Args:
            options: The values. The first is the plainest: it is taken if the test is
                not explored, and if a failure does not depend on which it is.

        Raises:
            ValueError: There are none.
        """
        if len(options) == 0:
            raise ValueError(f"options must hold at least one value, not {options!r}")
        if self.choices is None:
            return options[0]
        return self.choices.choose("user", options, repr)

    def _demand(self) -> Invariants:
        if self.invariants is None:
            self.invariants = Invariants(self.scheduler)
        return self.invariants
