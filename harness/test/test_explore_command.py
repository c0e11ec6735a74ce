"""Tests for ``python -m harness explore``."""

import json
import sys
from io import StringIO
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness.__main__ import main
from harness.test.settings import installed, settings

SAMPLE = "harness.test.samples_to_explore.Sample"


class ExploreCommandTests(SynchronousTestCase):
    """What the command does, says and answers to the shell."""

    def run_command(self, *argv: str) -> int | str | None:
        """Run the command; return the status that the shell is told."""
        self.output, self.errors = StringIO(), StringIO()
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
        """It stops with the batch, and says what it takes."""
        name = f"{SAMPLE}.test_chooses"
        status = self.run_command(name, "--seeds", "500", "--first", "30")

        self.assertEqual(status, 1)
        lines = self.output.getvalue().splitlines()
        self.assertRegex(lines[0], r"fails with \d+ of 50 seeds: 3\d ")
        self.assertRegex(
            lines[1], r"fails with 1 of 1 dev.*found by seed 3\d in run \d"
        )
        line = rf"  HARNESS_SEED=3\d:user.1=3 python -m twisted\.trial {name}"
        self.assertRegex(lines[4], line)

    def test_one_seed(self) -> None:
        """Where there is one failure there is nothing to be listed."""
        name = f"{SAMPLE}.test_chooses"
        self.run_command(name, "--seeds", "500")
        first = self.output.getvalue().splitlines()[0].split()[6]
        self.run_command(name, "--seeds", "1", "--first", first)

        self.assertTrue(self.output.getvalue().startswith("fails with 1 of 1 dev"))

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

        self.run_command(*argv, "--seeds", "150", "--keep-going")
        self.assertIn("50 of 50 seeds", self.errors.getvalue())
        seeds = [json.loads(line).get("seed") for line in path.read_text().splitlines()]
        self.assertEqual(seeds, [None, *range(150)])

        self.run_command(*argv, "--seeds", "1000")
        self.assertEqual(self.errors.getvalue(), "")
        self.assertIn("replay it with", self.output.getvalue())

    def test_mistakes(self) -> None:
        """The status is 2, and one line says what is wrong."""
        name = f"{SAMPLE}.test_passes"
        path = Path(self.mktemp())
        path.write_text("something else\n")
        for argv, message in [
            ((SAMPLE,), f"Error: {SAMPLE} is not the name of one test\n"),
            ((name, "--results", str(path)), f"Error: {path} has the results of "),
            ((name, "--results", "/no/such/folder"), "Error: [Errno 2] "),
            ((name, "--seeds", "0"), "argument --seeds: must be 1 or more, not '0'"),
            ((name, "--first", "x"), "argument --first: must be 0 or more, not 'x'"),
            ((name, "--faults", "boredom"), "argument --faults: no fault 'boredom'"),
            ((name, "--policy", "luck"), "argument --policy: invalid choice: 'luck'"),
            ((name, "--dask", "tcp://192.0.2.1:1"), "Error: import of distributed"),
        ]:
            with installed("distributed", None):
                self.assertEqual(self.run_command(*argv), 2)
            self.assertIn(message, self.errors.getvalue())
