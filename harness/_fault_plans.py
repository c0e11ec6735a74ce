# -*- test-case-name: harness.test.test_fault_plans -*-
"""When which fault happens."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from harness._choices import Choices
from harness._faults import Fault, Operation, require_faults
from harness._policies import Uniform


class Met(NamedTuple):
    """A fault that has happened.

    Attributes:
        time: The virtual time.
        fault: What went wrong.
        operation: With what.
    """

    time: float
    fault: Fault
    operation: Operation

    def __str__(self) -> str:
        return f"{self.time:.9f} {self.operation}: {self.fault}"


class FaultPlan:
    """Faults, and when they happen.

    Without more, each happens wherever it can. See `from_seed` for another way, and
    `harness.every_failure` for a third.

    Args:
        faults: What may go wrong. Where several can, the first does.

    Attributes:
        faults: The same.
        asks_for_names: Whether it matters by which names machines are known.
        met: What has gone wrong, in order.

    Raises:
        TypeError: One of them is no fault.
    """

    def __init__(self, *faults: Fault) -> None:
        require_faults(faults)
        self.faults = faults
        self.asks_for_names = any(fault.target is not None for fault in faults)
        self.met: list[Met] = []
        self._choices: Choices | None = None
        self._counts: Counter[int] = Counter()

    @classmethod
    def from_seed(cls, seed: int, *faults: Fault, rate: float = 0.1) -> "FaultPlan":
        """Make a plan by which faults happen at random, the same in each run.

        Args:
            seed: What is drawn from.
            faults: What may go wrong.
            rate: How likely it is that an operation is considered at all. Then one of
                all that can befall it is drawn, or none, each with the same chance.

        Raises:
            TypeError: One of them is no fault.
            ValueError: ``rate`` is no probability.
        """
        if not 0 <= rate <= 1:
            raise ValueError(f"rate must be a probability, 0 to 1, not {rate!r}")
        return cls.by_choice(Choices(Uniform(seed, {"fault": (rate,)}), 1, []), *faults)

    @classmethod
    def by_choice(cls, choices: Choices, *faults: Fault) -> "FaultPlan":
        """Make a plan by which each fault is an answer to a question."""
        plan = cls(*faults)
        plan._choices = choices
        return plan

    def meet(self, operation: Operation, time: float) -> Fault | None:
        """Settle what goes wrong with an operation, if anything does."""
        possible = [
            fault
            for number, fault in enumerate(self.faults)
            if fault.concerns(operation) and self._has_come(number, fault)
        ]
        fault = self._choose(operation, possible)
        if fault is not None:
            self.met.append(Met(time, fault, operation))
        return fault

    def _has_come(self, number: int, fault: Fault) -> bool:
        self._counts[number] += 1
        return fault.nth in (None, self._counts[number])

    def _choose(self, operation: Operation, possible: Sequence[Fault]) -> Fault | None:
        if not possible:
            return None
        if self._choices is None:
            return possible[0]
        stream = f"fault.{operation.kind}"
        return self._choices.choose(
            stream, (None, *possible), lambda fault: f"{operation}: {fault}"
        )
