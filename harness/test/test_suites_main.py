"""Tests of the command ``python -m harness.suites``."""

import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from runpy import run_module

from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_path
from harness.suites.__main__ import SUITES, main
from harness.suites.comparing import read_known
from harness.suites.outcomes import PASSED, Outcome
from harness.suites.running import Run

LISTS = ("differences.ini", "differences_in_pieces.ini")


class RecordingRuns:
    """Runs nothing, and remembers what it was asked to run.

    Args:
        outcomes: What comes out of the suite ``pack``, by reactor. Others pass.
    """

    def __init__(self, **outcomes: Outcome) -> None:
        self.asked: list[tuple[str, str, float, Mapping[str, str]]] = []
        self._outcomes = outcomes

    def __call__(
        self, suite: str, reactor: str, limit: float, variables: Mapping[str, str]
    ) -> Run:
        """Answer at once."""
        self.asked.append((suite, reactor, limit, variables))
        outcomes = self._outcomes if suite == "pack" else {}
        return Run(reactor, {suite: outcomes.get(reactor, PASSED)}, 1.0, 1.0)


class MainTests(SynchronousTestCase):
    """The command as its user sees it."""

    def run_main(self, runs: RecordingRuns, *argv: str) -> tuple[int, str]:
        """Run the command; return its status and what it prints."""
        output = io.StringIO()
        with redirect_stdout(output):
            status = main(argv, runs)
        return status, output.getvalue()

    def test_runs_each_suite_on_both_reactors(self) -> None:
        """Streams are left whole, and nothing is drawn from another seed than 0."""
        runs = RecordingRuns()
        self.run_main(runs, "pack", "other")
        variables = {"HARNESS_SEGMENTS": "", "HARNESS_SEED": "0"}

        self.assertEqual(
            runs.asked,
            [
                ("pack", "epoll", 600.0, variables),
                ("pack", "virtual", 600.0, variables),
                ("other", "epoll", 600.0, variables),
                ("other", "virtual", 600.0, variables),
            ],
        )

    def test_what_may_be_asked_for(self) -> None:
        """Other reactors, pieces, a seed and a limit."""
        runs = RecordingRuns()
        self.run_main(
            runs,
            *("--reference=poll", "--reactor=select", "--limit=5"),
            *("--pieces=1-7", "--seed=3", "pack"),
        )
        variables = {"HARNESS_SEGMENTS": "1-7", "HARNESS_SEED": "3"}

        self.assertEqual(
            runs.asked,
            [("pack", "poll", 5.0, variables), ("pack", "select", 5.0, variables)],
        )

    def test_status_0_where_nothing_differs(self) -> None:
        """There is nothing to do."""
        status, printed = self.run_main(RecordingRuns(), "pack")

        self.assertEqual(status, 0)
        self.assertIn("0 different for a known reason, 0 not", printed)

    def test_status_1_where_something_does(self) -> None:
        """Even if it is not in the last suite."""
        runs = RecordingRuns(virtual=Outcome("failed"))
        status, printed = self.run_main(runs, "pack", "other")

        self.assertEqual(status, 1)
        self.assertEqual(printed.count("DIFFERENT pack\n"), 1)

    def test_differences_of_ones_own(self) -> None:
        """Whoever checks another reactor or suite has other reasons."""
        path = Path(self.mktemp())
        path.write_text("[reason]\npack\n")
        runs = RecordingRuns(virtual=Outcome("failed"))
        status, printed = self.run_main(runs, f"--known={path}", "pack")

        self.assertEqual(status, 0)
        self.assertIn("1 different for a known reason, 0 not", printed)

    def test_pieces_have_reasons_of_their_own(self) -> None:
        """A test that depends on the pieces differs only where there are some."""
        name = next(iter(read_known([fixture_path("suites", LISTS[1])])))
        whole = self.run_main(RecordingRuns(), name)[1]
        cut = self.run_main(RecordingRuns(), "--pieces=1", name)[1]

        self.assertEqual((whole.count("OUTDATED"), cut.count("OUTDATED")), (0, 1))

    def test_without_names_it_runs_all_suites(self) -> None:
        """Those that the virtual reactor is held against."""
        runs = RecordingRuns()
        self.run_main(runs)

        self.assertEqual([asked[0] for asked in runs.asked[::2]], list(SUITES))

    def test_wrong_pieces_are_wrong_usage(self) -> None:
        """It says how they are written."""
        errors = io.StringIO()
        with redirect_stderr(errors):
            ended = self.assertRaises(SystemExit, main, ["--pieces=0"])

        self.assertEqual(ended.code, 2)
        self.assertIn("'0' is not like 1-7", errors.getvalue())

    def test_runs_as_a_module(self) -> None:
        """``python -m`` hands over the arguments and the status."""
        self.patch(sys, "argv", ["suites", "--help"])
        with redirect_stdout(io.StringIO()):
            ended = self.assertRaises(
                SystemExit, run_module, "harness.suites", run_name="__main__"
            )

        self.assertEqual(ended.code, 0)


class ListTests(SynchronousTestCase):
    """The lists of differences of the virtual reactor."""

    def test_every_test_belongs_to_a_suite(self) -> None:
        """Or nobody would notice when it is outdated."""
        for test in read_known(fixture_path("suites", name) for name in LISTS):
            self.assertTrue(any(test.startswith(f"{suite}.") for suite in SUITES), test)
