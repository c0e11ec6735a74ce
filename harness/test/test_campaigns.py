"""Tests for trying many seeds of one test."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault
from harness._campaigns import Campaign, Log, Result, load, run_campaign, try_seeds
from harness._executors import Here

SAMPLE = "harness.test.samples_to_explore.Sample"
CHOOSES = Campaign(f"{SAMPLE}.test_chooses")


class Reversed(Executor):
    """Does nothing until it has three things to do, and then the last first."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self.batches: list[int] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kw: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._waiting.append(lambda: future.set_result(fn(*args, **kw)))
        self.batches.append(len(args[1]))
        if len(self._waiting) == 3:
            while self._waiting:
                self._waiting.pop()()
        return future


class LoadTests(SynchronousTestCase):
    """What `load` promises."""

    def test_by_name(self) -> None:
        """A test is found by the name by which trial knows it."""
        test, faults = load(f"{SAMPLE}.test_chooses")

        self.assertEqual(test.name, f"{SAMPLE}.test_chooses")
        self.assertIsNone(faults)

    def test_explored(self) -> None:
        """What may go wrong with it is known."""
        _, faults = load(f"{SAMPLE}.test_skewed")

        self.assertEqual(faults, (Fault.skew(5),))

    def test_not_one(self) -> None:
        """A module has several tests, and what does not exist none."""
        for name in (SAMPLE, "harness.test.no_such_module"):
            error = self.assertRaises(ValueError, load, name)
            self.assertEqual(str(error), f"{name} is not the name of one test")

    def test_asynchronous(self) -> None:
        """One that needs a reactor for itself is refused."""
        name = "harness.test.samples_to_explore.Asynchronous.test_nothing"

        self.assertRaises(TypeError, load, name)


class TrySeedsTests(SynchronousTestCase):
    """What `try_seeds` promises."""

    def test_results(self) -> None:
        """Each seed has one."""
        results = try_seeds(CHOOSES, range(40))

        self.assertEqual([result.seed for result in results], list(range(40)))
        self.assertEqual({result.kind for result in results}, {"", "FailTest"})

    def test_policy_and_faults(self) -> None:
        """It is as the campaign says."""
        campaign = Campaign(f"{SAMPLE}.test_passes", "pct", ("skew",))

        self.assertEqual(str(campaign.recipe(4)), "pct-4+skew")
        self.assertEqual(try_seeds(campaign, [4]), [Result(4, "")])


class RunCampaignTests(SynchronousTestCase):
    """What `run_campaign` promises."""

    def test_all_seeds(self) -> None:
        """Each is tried once, in batches."""
        results = list(run_campaign(CHOOSES, range(120), Here(), 1))

        self.assertEqual([len(batch) for batch in results], [50, 50, 20])
        seeds = [result.seed for batch in results for result in batch]
        self.assertEqual(seeds, list(range(120)))

    def test_at_once(self) -> None:
        """So many batches are under way; of those that have ended, the first first."""
        executor = Reversed()
        running = run_campaign(CHOOSES, range(250), executor, 3)
        firsts = [next(running)[0].seed for _ in range(3)]

        self.assertEqual(firsts, [0, 50, 100])
        self.assertEqual(executor.batches, [50, 50, 50])


class LogTests(SynchronousTestCase):
    """What a `Log` promises."""

    def test_goes_on(self) -> None:
        """What was written down need not be tried again."""
        path = Path(self.mktemp())
        log = Log(path)
        log.open(CHOOSES)
        log.add([Result(1, ""), Result(3, "FailTest"), Result(2, "KeyError")])
        again = Log(path)
        again.open(CHOOSES)

        self.assertEqual(again.done, {1: "", 3: "FailTest", 2: "KeyError"})
        self.assertEqual(again.failed(), [2, 3])

    def test_text(self) -> None:
        """A line says what it is about, and one each what became of a seed."""
        path = Path(self.mktemp())
        log = Log(path)
        log.open(CHOOSES)
        log.add([Result(1, "")])

        self.assertEqual(
            path.read_text(),
            f'{{"test": "{SAMPLE}.test_chooses", "policy": "mixed", "faults": []}}\n'
            '{"seed": 1, "kind": ""}\n',
        )

    def test_of_another_campaign(self) -> None:
        """Results of something else are not mistaken for these."""
        path = Path(self.mktemp())
        Log(path).open(CHOOSES)
        other = Campaign(CHOOSES.test, "pct")

        error = self.assertRaises(ValueError, Log(path).open, other)
        self.assertIn(f"{path} has the results of ", str(error))

    def test_without_a_file(self) -> None:
        """They are kept as long as the process lasts."""
        log = Log(None)
        log.open(CHOOSES)
        log.add([Result(1, "FailTest")])

        self.assertEqual(log.failed(), [1])
