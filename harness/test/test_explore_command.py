"""Tests for ``python -m harness explore``."""

import json
import sys
from collections.abc import Callable, Generator
from concurrent.futures import BrokenExecutor, Executor, Future
from io import StringIO
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Network, _explore_command
from harness.__main__ import main
from harness._executors import Here
from harness.test.settings import installed, settings

SAMPLE = "harness.test.samples_to_explore.Sample"


class Terminal(StringIO):
    """A stream that a person is watching."""

    def isatty(self) -> bool:
        return True


class Dying(Executor):
    """Breaks as all of its workers are at work.

    Args:
        workers: How many there are.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._given: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kw: Any) -> "Future[Any]":
        self._given.append(Future())
        if len(self._given) == self._workers:
            for future in self._given:
                future.set_exception(BrokenExecutor())
        return self._given[-1]


class ExploreCommandTests(SynchronousTestCase):
    """What the command does, says and answers to the shell."""

    stream = StringIO

    def run_command(self, *argv: str) -> int | str | None:
        """Run the command; return the status that the shell is told."""
        self.output, self.errors = StringIO(), self.stream()
        self.patch(sys, "stdout", self.output)
        self.patch(sys, "stderr", self.errors)
        with settings(HARNESS_SEED=""):
            try:
                return main(["explore", *argv])
            except SystemExit as error:
                return error.code

    def test_passes(self) -> None:
        """It says so, and how far it has come meanwhile."""
        name = f"{SAMPLE}.test_passes"
        status = self.run_command(name, "--seeds", "100")

        self.assertEqual(status, 0)
        self.assertEqual(self.output.getvalue(), f"{name} passes with 100 seeds\n")
        self.assertIn("50 of 100 seeds, 0 failed", self.errors.getvalue())

    def test_fails(self) -> None:
        """It stops, and says what it takes."""
        name = f"{SAMPLE}.test_chooses"
        status = self.run_command(name, "--seeds", "500", "--first", "30")

        self.assertEqual(status, 1)
        lines = self.output.getvalue().splitlines()
        self.assertRegex(
            lines[0], r"^fails with 1 of 1 dev.*found by seed 33 in run 4$"
        )
        self.assertRegex(lines[3], rf"HARNESS_SEED=33:user.1=3 .*trial {name}$")
        self.assertEqual(self.errors.getvalue(), "")

    def test_keep_going(self) -> None:
        """When told to, it goes on, and lists all seeds that fail."""
        name = f"{SAMPLE}.test_chooses"
        status = self.run_command(name, "--seeds", "30", "--keep-going")

        self.assertEqual(status, 1)
        self.assertTrue(
            self.output.getvalue().startswith("fails with 6 of 30 seeds: 0 5 7 21 25 2")
        )

    def test_interrupted(self) -> None:
        """Ctrl-C is no failure of the test, and what is known by then is kept."""
        path = Path(self.mktemp())
        argv = (f"{SAMPLE}.test_interrupted", "--first", "1", "--results", str(path))
        status = self.run_command(*argv)

        self.assertEqual((status, self.output.getvalue()), (130, ""))
        self.assertEqual(self.errors.getvalue(), "Interrupted\n")
        seeds = [json.loads(line).get("seed") for line in path.read_text().splitlines()]
        self.assertEqual(seeds, [None, 1, 2, 3, 4])

    def test_skipped(self) -> None:
        """A test that is skipped has not passed: it says so, and why."""
        status = self.run_command(f"{SAMPLE}.test_skipped", "--seeds", "10")
        self.assertEqual(status, 0)
        self.assertEqual(
            self.output.getvalue(),
            f"{SAMPLE}.test_skipped is skipped with 10 seeds: no such machine\n",
        )

        self.run_command(f"{SAMPLE}.test_skipped_sometimes", "--seeds", "10")
        self.assertEqual(
            self.output.getvalue(),
            f"{SAMPLE}.test_skipped_sometimes passes with 7 seeds "
            "and is skipped with 3 seeds: no such number\n",
        )

    def test_terminal(self) -> None:
        """The line that changes is ended before anything else is written."""
        self.stream = Terminal
        self.run_command(f"{SAMPLE}.test_chooses", "--first", "30")

        self.assertRegex(self.errors.getvalue(), r"^\r.*, 1 failed, \d+ a second\n$")

    def executors(self, *argv: str) -> tuple[list[object], dict[str, Any]]:
        """Run the command without trying anything.

        Returns:
            What was asked for, and how seeds would have been tried.
        """
        asked: list[object] = []
        told: dict[str, Any] = {}

        def executor_for(what: object) -> Executor:
            asked.append(what)
            return Here()

        def try_seeds(*_: object, **how: object) -> Generator[None, None, None]:
            told.update(how)
            yield from ()

        self.patch(_explore_command, "processes", executor_for)
        self.patch(_explore_command, "cluster", executor_for)
        self.patch(_explore_command, "try_seeds", try_seeds)
        self.run_command(f"{SAMPLE}.test_passes", *argv)
        return asked, told

    def test_processes(self) -> None:
        """As many are used as are asked for, each with something to do."""
        asked, told = self.executors("--jobs", "3")

        self.assertEqual(asked, [3])
        self.assertEqual((told["batch"], told["at_once"]), (50, 3))

    def test_one_process(self) -> None:
        """Without more it is this one, which tells what it finds at once."""
        asked, told = self.executors()

        self.assertEqual(asked, [1])
        self.assertEqual((told["batch"], told["at_once"]), (1, 1))

    def test_cluster(self) -> None:
        """A cluster is given much to do at once, for nobody knows its size."""
        asked, told = self.executors("--dask", "tcp://192.0.2.1:1")

        self.assertEqual(asked, ["tcp://192.0.2.1:1"])
        self.assertEqual((told["batch"], told["at_once"]), (50, 256))

    def test_worker_died(self) -> None:
        """One line names the seeds that it was working on."""
        self.patch(_explore_command, "processes", Dying)
        status = self.run_command(f"{SAMPLE}.test_passes", "--jobs", "2")

        self.assertEqual(status, 1)
        self.assertEqual(
            self.errors.getvalue(), "Error: a worker died, at seeds 0-99\n"
        )

    def test_not_the_seed_alone(self) -> None:
        """A failure that does not come back is told as that."""
        name = "harness.test.samples_to_explore.Fickle.test_fails_once"
        status = self.run_command(name, "--seeds", "5")

        self.assertEqual((status, self.output.getvalue()), (1, ""))
        self.assertIn(
            f"\nError: {name} has failed with seed 0 (FailTest: the first time), and "
            "passes when it is run again: it depends on more\n",
            self.errors.getvalue(),
        )

    def test_mended(self) -> None:
        """Results of an older version of the test are dropped, and it says so."""
        path = Path(self.mktemp())
        argv = (f"{SAMPLE}.test_chooses", "--seeds", "20", "--results", str(path))
        self.run_command(*argv, "--keep-going")
        self.patch(Network, "choose", lambda network, options: 0)
        status = self.run_command(*argv)

        self.assertEqual(status, 0)
        self.assertEqual(
            self.output.getvalue(), f"{SAMPLE}.test_chooses passes with 20 seeds\n"
        )
        self.assertTrue(
            self.errors.getvalue().startswith(
                f"seed 0 passes now: {path} was about an older version, "
                "and all seeds are tried again\n"
            )
        )
        self.assertEqual(len(path.read_text().splitlines()), 21)

    def test_faults(self) -> None:
        """What the test says may go wrong does, and what the command line says."""
        status = self.run_command(f"{SAMPLE}.test_skewed")
        self.assertEqual(status, 1)
        self.assertIn("skew(seconds=5)", self.output.getvalue())

        argv = (f"{SAMPLE}.test_passes", "--faults", "skew,reset", "--seeds", "50")
        status = self.run_command(*argv)
        self.assertEqual(status, 0)

    def test_results(self) -> None:
        """What is known need not be tried again."""
        path = Path(self.mktemp())
        argv = (f"{SAMPLE}.test_chooses", "--results", str(path))
        status = self.run_command(*argv, "--seeds", "100", "--keep-going")
        self.assertEqual(status, 1)
        self.assertRegex(self.output.getvalue(), "^fails with [0-9]+ of 100 seeds: ")
        with path.open("a") as file:
            file.write('{"seed": 17, "ki')

        self.run_command(*argv, "--seeds", "150", "--keep-going")
        self.assertIn("50 of 50 seeds", self.errors.getvalue())
        seeds = [json.loads(line).get("seed") for line in path.read_text().splitlines()]
        self.assertEqual(seeds, [None, *range(150)])

        self.run_command(*argv, "--seeds", "1000")
        self.assertEqual(self.errors.getvalue(), "")
        self.assertIn("replay it with", self.output.getvalue())

    def test_nothing_to_explore(self) -> None:
        """A test without a network passes whatever the seed, which says nothing."""
        name = f"{SAMPLE}.test_without_network"
        status = self.run_command(name, "--seeds", "5")

        self.assertEqual(status, 2)
        self.assertIn(f"Error: {name} makes no Network", self.errors.getvalue())
        self.assertEqual(self.output.getvalue(), "")

    def test_mistakes(self) -> None:
        """The status is 2, and one line says what is wrong."""
        name = f"{SAMPLE}.test_passes"
        path = Path(self.mktemp())
        path.write_text("some\x1bthing else\n")
        skewed = f"{SAMPLE}.test_skewed"
        for argv, message in [
            ((SAMPLE,), f"Error: {SAMPLE} is not the name of one test\n"),
            (
                (name, "--results", str(path)),
                f"Error: {path} has the results of some\\x1bthing",
            ),
            ((name, "--results", "/no/such/folder"), "Error: /no/such/folder: No s"),
            ((name, "--results", "/dev/full"), "Error: /dev/full is not a file\n"),
            ((skewed, "--faults", "reset"), f"Error: {skewed} says itself what may go"),
            ((name, "--seeds", "0"), "argument --seeds: must be 1 or more, not '0'"),
            ((name, "--first", "x"), "argument --first: must be 0 or more, not 'x'"),
            ((name, "--faults", "boredom"), "argument --faults: no fault 'boredom'"),
            ((name, "--policy", "luck"), "argument --policy: invalid choice: 'luck'"),
            ((name, "--dask", "tcp://192.0.2.1:1"), "Error: import of distributed"),
        ]:
            with installed("distributed", None):
                self.assertEqual(self.run_command(*argv), 2)
            self.assertIn(message, self.errors.getvalue())
