# -*- test-case-name: harness.test.test_campaigns -*-
"""Try many seeds of one test, wherever there are processors for it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from twisted.trial.runner import TestLoader
from twisted.trial.unittest import SynchronousTestCase, TestSuite

from harness._explore import EXPLORATION
from harness._faults import Fault
from harness._recipes import Recipe
from harness._repeating import RepeatedTest, old_garbage_aside

#: How many seeds are tried by one call of an executor.
BATCH = 50


@dataclass(frozen=True)
class Campaign:
    """What is tried.

    Attributes:
        test: The test, as trial calls it.
        policy: How a seed decides: one of `harness._recipes.POLICIES`.
        faults: The names of what may go wrong, if the test does not say so itself.
    """

    test: str
    policy: str = "mixed"
    faults: tuple[str, ...] = ()

    def recipe(self, seed: int) -> Recipe:
        """Return what the run of a seed is made by."""
        return Recipe.of_seed(seed, self.policy, self.faults)


class Result(NamedTuple):
    """What became of one seed.

    Attributes:
        seed: The seed.
        kind: The name of the exception, or "" if the test passed.
    """

    seed: int
    kind: str


def load(name: str) -> tuple[RepeatedTest, Sequence[Fault] | None]:
    """Find a test by the name by which trial knows it.

    Returns:
        The test, and what may go wrong if `harness.explore` has been told.

    Raises:
        ValueError: That is not the name of one test.
        TypeError: It is an asynchronous one.
    """
    loaded = list(_tests_in(TestLoader().loadByName(name)))
    if len(loaded) != 1 or not isinstance(loaded[0], SynchronousTestCase):
        raise ValueError(f"{name} is not the name of one test")
    case = loaded[0]
    method = getattr(case, case._testMethodName)
    exploration = getattr(method, EXPLORATION, None)
    faults = None if exploration is None else exploration.faults
    return RepeatedTest(type(case), case._testMethodName), faults or None


def _tests_in(suite: object) -> Iterator[object]:
    if isinstance(suite, TestSuite):
        for each in suite:
            yield from _tests_in(each)
    else:
        yield suite


def try_seeds(campaign: Campaign, seeds: Sequence[int]) -> list[Result]:
    """Try some seeds, in whichever process this is called."""
    test, faults = load(campaign.test)
    with old_garbage_aside():
        return [
            Result(seed, test.run(campaign.recipe(seed), faults).kind) for seed in seeds
        ]


def run_campaign(
    campaign: Campaign, seeds: Iterable[int], executor: Executor, at_once: int
) -> Iterator[list[Result]]:
    """Try seeds, and yield results as they come: in the order of the seeds, if so.

    Args:
        campaign: What is tried.
        seeds: The seeds.
        executor: Calls functions, in other processes or on other machines.
        at_once: How many calls it is given before the first has ended.
    """
    batches = _batches(seeds)
    pending: dict[Future[list[Result]], None] = {}
    while True:
        for batch in islice(batches, at_once - len(pending)):
            pending[executor.submit(try_seeds, campaign, batch)] = None
        if not pending:
            return
        done, _ = wait(pending, return_when=FIRST_COMPLETED)
        for each in [future for future in pending if future in done]:
            del pending[each]
            yield each.result()


def _batches(seeds: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(seeds)
    while batch := list(islice(remaining, BATCH)):
        yield batch


@dataclass
class Log:
    """A file of results, by which a campaign that was stopped goes on.

    The first line says which campaign it is; each line after that is of one seed.

    Attributes:
        path: The file, or None: nothing is written.
        done: All results, by seed.
    """

    path: Path | None
    done: dict[int, str] = field(default_factory=dict)

    def open(self, campaign: Campaign) -> None:
        """Read what is there.

        Raises:
            ValueError: It is of another campaign.
        """
        if self.path is None:
            return
        header = json.dumps(asdict(campaign))
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        if not lines:
            self.path.write_text(f"{header}\n")
        elif lines[0] != header:
            raise ValueError(f"{self.path} has the results of {lines[0]}")
        for line in lines[1:]:
            self._note(Result(**json.loads(line)))

    def add(self, results: Iterable[Result]) -> None:
        """Write results down."""
        for result in results:
            self._note(result)
            if self.path is not None:
                with self.path.open("a") as file:
                    file.write(f"{json.dumps(result._asdict())}\n")

    def failed(self) -> list[int]:
        """Return the seeds with which the test failed, ascending."""
        return sorted(seed for seed, kind in self.done.items() if kind)

    def _note(self, result: Result) -> None:
        self.done[result.seed] = result.kind
