"""Have seeds tried wherever there are processors."""

from concurrent.futures import Executor

from harness import SeedResult, try_seeds

TEST = "harness.test.samples_to_explore.Sample.test_chooses"
SEEDS = range(10_000)


def first_failure(executor: Executor) -> SeedResult | None:
    """Return what became of the first seed that is known to fail."""
    for result in try_seeds(TEST, SEEDS, executor):
        if result.kind:
            return result
    return None
