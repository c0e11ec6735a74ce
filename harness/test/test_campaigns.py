"""Tests for trying many seeds of one test."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import SeedResult, try_seeds
from harness._campaigns import AT_ONCE, Campaign, ranges, try_batch
from harness._executors import Here

SAMPLE = "harness.test.samples_to_explore.Sample"
CHOOSES = f"{SAMPLE}.test_chooses"


class Reversed(Executor):
    """Does nothing until it has three things to do, and then the last first."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kw: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self.waiting.append(lambda: future.set_result(fn(*args, **kw)))
        self.futures.append(future)
        if len(self.waiting) == 3:
            while self.waiting:
                self.waiting.pop()()
        return future


class Late(Executor):
    """Does what it has to do when it is given the next thing."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []
        self._last: Callable[[], None] = lambda: None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kw: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._last()
        self._last = lambda: future.set_result(fn(*args, **kw))
        self.futures.append(future)
        return future


class Breaking(Executor):
    """Breaks when it has been given some calls.

    Args:
        calls: How many.
    """

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kw: Any) -> "Future[Any]":
        if len(self._futures) == self._calls:
            raise BrokenExecutor("it is broken")
        self._futures.append(Future())
        if len(self._futures) == self._calls:
            for future in self._futures[1:]:
                future.set_exception(BrokenExecutor("it broke"))
            self._futures[0].set_result([SeedResult(0)])
        return self._futures[-1]


class TryBatchTests(SynchronousTestCase):
    """What `try_batch` promises."""

    def test_results(self) -> None:
        """Each seed has one."""
        results = try_batch(Campaign(CHOOSES), range(40))

        self.assertEqual([result.seed for result in results], list(range(40)))
        self.assertEqual({result.kind for result in results}, {"", "FailTest"})
        self.assertEqual(
            {result.message for result in results if result.kind}, {"1 != 0"}
        )

    def test_policy_and_faults(self) -> None:
        """It is as the campaign says."""
        campaign = Campaign(f"{SAMPLE}.test_passes", "pct", ("skew",))

        self.assertEqual(str(campaign.recipe(4)), "pct-4+skew")
        self.assertEqual(try_batch(campaign, [4]), [SeedResult(4)])

    def test_skipped(self) -> None:
        """That a test was skipped is known, and why."""
        results = try_batch(Campaign(f"{SAMPLE}.test_skipped"), [7])

        self.assertEqual(results, [SeedResult(7, "", "", "no such machine")])


class TrySeedsTests(SynchronousTestCase):
    """What `try_seeds` promises."""

    def test_all_seeds(self) -> None:
        """Each is tried once."""
        results = list(try_seeds(CHOOSES, range(120), Here()))

        self.assertEqual(results, try_batch(Campaign(CHOOSES), range(120)))

    def test_at_once(self) -> None:
        """So many batches are under way; of those that have ended, the first first."""
        executor = Reversed()
        trying = try_seeds(CHOOSES, range(12), executor, batch=2, at_once=3)
        firsts = [next(trying).seed for _ in range(6)]

        self.assertEqual(firsts, [0, 1, 2, 3, 4, 5])
        self.assertEqual(len(executor.futures), 3)
        self.assertEqual([result.seed for result in trying], [*range(6, 12)])

    def test_enough_for_many_workers(self) -> None:
        """Without more, an executor has all that a cluster may need."""
        executor = Breaking(AT_ONCE)
        trying = try_seeds(CHOOSES, range(100_000), executor)

        self.assertEqual(next(trying), SeedResult(0))
        self.assertEqual(AT_ONCE, 256)

    def test_here_and_now(self) -> None:
        """What works at once does no more than what is asked for."""
        seeds = iter(range(100))
        next(try_seeds(CHOOSES, seeds, Here(), batch=10))

        self.assertEqual(next(seeds), 10)

    def test_closed(self) -> None:
        """What has not begun then is cancelled."""
        executor = Late()
        trying = try_seeds(CHOOSES, range(9), executor, batch=1, at_once=3)
        next(trying)
        trying.close()

        cancelled = [future.cancelled() for future in executor.futures]
        self.assertEqual(cancelled, [False, False, True])

    def test_worker_died(self) -> None:
        """The seeds are named that have been given out and have no result."""
        trying = try_seeds(CHOOSES, range(8), Breaking(3), batch=2, at_once=3)
        self.assertEqual(next(trying), SeedResult(0))

        error = self.assertRaises(BrokenExecutor, next, trying)
        self.assertEqual(str(error), "a worker died, at seeds 2-5")

    def test_broken_before(self) -> None:
        """An executor that takes no calls says so itself."""
        trying = try_seeds(CHOOSES, range(8), Breaking(0))

        error = self.assertRaises(BrokenExecutor, next, trying)
        self.assertEqual(str(error), "it is broken")

    def test_mistakes(self) -> None:
        """Bad arguments fail at once, before anything is tried."""
        nothing = f"{SAMPLE}.test_nothing"
        skewed = f"{SAMPLE}.test_skewed"
        cases: list[tuple[str, dict[str, Any], str]] = [
            (nothing, {}, f"{nothing} is not the name of one test"),
            (CHOOSES, {"policy": "luck"}, "no policy 'luck'; there are mixed, "),
            (CHOOSES, {"faults": ["boredom"]}, "no fault 'boredom'; there are "),
            (CHOOSES, {"batch": 0}, "batch must be a whole number of seeds, 1 or "),
            (
                CHOOSES,
                {"at_once": -1},
                "at_once must be a whole number of calls, 1 or ",
            ),
            (skewed, {"faults": ["reset"]}, f"{skewed} says itself what may go wrong"),
        ]
        for test, more, message in cases:
            error = self.assertRaises(ValueError, try_seeds, test, [1], Here(), **more)
            self.assertIn(message, str(error))

    def test_no_numbers(self) -> None:
        """Neither are numbers that are none."""
        wrongs: list[tuple[dict[str, Any], str]] = [
            ({"batch": "3"}, "batch must be a whole number of seeds, not '3'"),
            ({"batch": 2.5}, "batch must be a whole number of seeds, not 2.5"),
            ({"batch": True}, "batch must be a whole number of seeds, not True"),
            ({"at_once": "3"}, "at_once must be a whole number of calls, not '3'"),
        ]
        for more, message in wrongs:
            error = self.assertRaises(
                TypeError, try_seeds, CHOOSES, [1], Here(), **more
            )
            self.assertEqual(str(error), message)

    def test_wrong_seeds(self) -> None:
        """A seed that cannot be is refused when it is taken."""
        wrongs: list[tuple[type[Exception], Any, str]] = [
            (TypeError, "a", "each of seeds must be a whole number, not 'a'"),
            (TypeError, True, "each of seeds must be a whole number, not True"),
            (ValueError, -1, "each of seeds must be a whole number, 0 or more, not -1"),
        ]
        for kind, wrong, message in wrongs:
            trying = try_seeds(CHOOSES, [0, wrong], Here(), batch=1)
            self.assertEqual(next(trying).seed, 0)

            error = self.assertRaises(kind, next, trying)
            self.assertEqual(str(error), message)


class RangesTests(SynchronousTestCase):
    """What `ranges` promises."""

    def test_ranges(self) -> None:
        """Numbers that follow one another are written as one."""
        self.assertEqual(ranges([7, 1, 2, 3, 9, 8, 5]), "1-3, 5, 7-9")
