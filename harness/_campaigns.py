# -*- test-case-name: harness.test.test_campaigns -*-
"""Try many seeds of one test, wherever there are processors for it."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice

from harness._arguments import require_count, require_whole_number
from harness._faults import fault_named
from harness._loading import load
from harness._recipes import POLICIES, Recipe
from harness._repeating import old_garbage_aside
from harness._results import SeedResult

#: How many calls an executor is given, if it is not said: nobody can ask how many it
#: makes at a time.
AT_ONCE = 256


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

    def check(self) -> None:
        """Look whether there is such a test, and whether all of that goes together.

        Raises:
            ValueError: It does not, or there is none.
            TypeError: The test is an asynchronous one.
        """
        if self.policy not in POLICIES:
            raise ValueError(
                f"no policy {self.policy!r}; there are {', '.join(POLICIES)}"
            )
        for name in self.faults:
            fault_named(name)
        _, faults = load(self.test)
        if faults and self.faults:
            raise ValueError(f"{self.test} says itself what may go wrong: no faults")


def try_seeds(  # noqa: PLR0913  (all but three can be left out)
    test: str,
    seeds: Iterable[int],
    executor: Executor,
    *,
    policy: str = "mixed",
    faults: Sequence[str] = (),
    batch: int = 50,
    at_once: int = AT_ONCE,
) -> Generator[SeedResult, None, None]:
    """Try seeds of one test, in other processes or on other machines.

    That is what ``python -m harness explore`` does. Wherever the executor works, the
    test has to be found under the same name. When the iterator is closed, calls that
    have not begun are cancelled.

    Args:
        test: The test, as trial calls it: ``package.test_module.Class.test_name``. It
            need not be decorated with `harness.explore`.
        seeds: The seeds: whole numbers, 0 or more. Each is looked at when it is taken.
        executor: Calls functions, in other processes: in one, one test runs at a time.
            It is not shut down.
        policy: How a seed decides: see `harness.explore`.
        faults: The names of what may go wrong, such as ``reset``: see `harness.Fault`.
        batch: How many seeds one call tries.
        at_once: How many calls the executor has at a time, those that wait included.

    Returns:
        What became of each seed, as it is known. Within a batch that is in order.
        ``concurrent.futures.BrokenExecutor`` is raised if a worker dies, with the seeds
        that have been given out.

    Raises:
        ValueError: That is not the name of one test, its module cannot be imported,
            there is no such policy or fault, or the test says itself what may go wrong;
            or a number is too small.
        TypeError: The test is an asynchronous one, which needs a reactor for itself; or
            a number is none.
    """
    require_count("batch", batch, "seeds", least=1)
    require_count("at_once", at_once, "calls", least=1)
    campaign = Campaign(test, policy, tuple(faults))
    campaign.check()
    return _results(campaign, _batches(seeds, batch), executor, at_once)


def try_batch(campaign: Campaign, seeds: Sequence[int]) -> list[SeedResult]:
    """Try some seeds, in whichever process this is called."""
    test, faults = load(campaign.test)
    results = []
    with old_garbage_aside():
        for seed in seeds:
            run = test.run(campaign.recipe(seed), faults)
            results.append(SeedResult(seed, run.kind, run.message, run.skipped))
    return results


def _results(
    campaign: Campaign, batches: Iterator[list[int]], executor: Executor, at_once: int
) -> Generator[SeedResult, None, None]:
    pending: dict[Future[list[SeedResult]], list[int]] = {}
    try:
        while True:
            for batch in islice(batches, at_once - len(pending)):
                future = executor.submit(try_batch, campaign, batch)
                pending[future] = batch
                if future.done():  # it works here and now, and not beside us
                    break
            if not pending:
                return
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for each in [future for future in pending if future in done]:
                results = each.result()
                del pending[each]
                yield from results
    except BrokenExecutor:
        if not pending:  # it was broken before
            raise
        seeds = [seed for batch in pending.values() for seed in batch]
        raise BrokenExecutor(f"a worker died, at seeds {ranges(seeds)}") from None
    finally:
        for future in pending:
            future.cancel()


def _batches(seeds: Iterable[int], size: int) -> Iterator[list[int]]:
    remaining = _sound(seeds)
    while batch := list(islice(remaining, size)):
        yield batch


def _sound(seeds: Iterable[int]) -> Iterator[int]:
    for seed in seeds:
        require_whole_number("each of seeds", seed, least=0)
        yield seed


def ranges(seeds: Iterable[int]) -> str:
    """Write numbers as ranges: ``0-49, 60``."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1][1:] = [seed]
        else:
            parts.append([seed])
    return ", ".join("-".join(map(str, part)) for part in parts)
