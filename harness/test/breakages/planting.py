"""How faults are planted, and entered in the list."""

from collections.abc import Callable
from dataclasses import dataclass

from twisted.trial.unittest import SynchronousTestCase

Plant = Callable[[SynchronousTestCase], None]


@dataclass(frozen=True)
class Breakage:
    """One fault.

    Attributes:
        name: What is wrong, in a few words.
        plant: Breaks the reactor for the rest of the given test.
        noticed_by: Names of tests in `harness.test.test_contracts_virtual`.
    """

    name: str
    plant: Plant
    noticed_by: tuple[str, ...]


#: All that have been entered so far.
BREAKAGES: list[Breakage] = []


def noticed_by(*tests: str) -> Callable[[Plant], Plant]:
    """Enter a function that plants a fault, under the first line of its docstring."""

    def enter(plant: Plant) -> Plant:
        name = (plant.__doc__ or "").removesuffix(".")
        BREAKAGES.append(Breakage(name, plant, tests))
        return plant

    return enter


def replace(case: SynchronousTestCase, owner: type, name: str, value: object) -> None:
    """Replace a method for the rest of a test, and leave no trace of it after."""
    if name in vars(owner):
        case.patch(owner, name, value)
    else:  # inherited: to put back what was found would make it the class's own
        setattr(owner, name, value)
        case.addCleanup(delattr, owner, name)
