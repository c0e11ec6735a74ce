"""Tests of ``trial --reactor=virtual``, as a process."""

import re
import signal
import sys
from functools import cache
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from tempfile import TemporaryDirectory

from twisted.trial.unittest import SynchronousTestCase

SAMPLES = "harness.test.on_global_reactor"

#: The script, since an old Twisted cannot be run as a module by every Python.
TRIAL = Path(sys.executable).with_name("trial")

#: Each with its own arguments.
RUNS = {
    "samples": [f"{SAMPLES}.passing", f"{SAMPLES}.failing"],
    "endless": [f"{SAMPLES}.endless"],
    "workers": ["--jobs=1", f"{SAMPLES}.passing.TimeTests"],
}


@cache
def runs() -> dict[str, tuple[str, int]]:
    """Run them all, together, and return what each wrote, and its status."""
    with TemporaryDirectory() as folder:
        processes = {
            name: Popen(
                [
                    *(sys.executable, TRIAL, "--reactor=virtual"),
                    *(f"--temp-directory={folder}/{name}", *arguments),
                ],
                stdout=PIPE,
                stderr=STDOUT,
                text=True,
            )
            for name, arguments in RUNS.items()
        }
        try:
            return {
                name: (process.communicate(timeout=60)[0], process.returncode)
                for name, process in processes.items()
            }
        finally:
            for process in processes.values():
                process.kill()


def outcomes(output: str) -> list[tuple[str, str]]:
    """Return the names of the tests that trial reports, and their outcomes."""
    return re.findall(r"^ +(test_\w+) \.\.\. +\[(\w+)\]$", output, re.MULTILINE)


def report_of(test: str, output: str) -> str:
    """Return the part of trial's report that ends with a test's name."""
    (report,) = (
        part for part in output.split("=" * 79) if re.search(rf"\.{test}$", part, re.M)
    )
    return report


class PassingTests(SynchronousTestCase):
    """Tests that pass on any reactor, if one has the time."""

    def test_all_pass(self) -> None:
        """Timers, threads, connections: several days in no time."""
        output, _ = runs()["samples"]

        self.assertEqual(
            [test for test, outcome in outcomes(output) if outcome == "OK"],
            [
                "test_address",
                "test_name",
                "test_blocking_call",
                "test_pool_of_ones_own",
                "test_pool_of_reactor",
                "test_cooperation",
                "test_loop",
                "test_reactor",
                "test_wait",
            ],
        )

    def test_in_workers_too(self) -> None:
        """Real processes, each with a virtual reactor."""
        output, status = runs()["workers"]

        self.assertIn("Running 4 tests.\n", output)
        self.assertEqual([outcome for _, outcome in outcomes(output)], ["OK"] * 4)
        self.assertEqual(status, 0)


class FailingTests(SynchronousTestCase):
    """Tests that would never end."""

    def test_all_fail(self) -> None:
        """Each with one error."""
        output, _ = runs()["samples"]

        failed = [test for test, outcome in outcomes(output) if outcome == "ERROR"]
        self.assertEqual(len(failed), 8)
        self.assertIn("(errors=8, successes=", output)

    def test_a_test_that_is_late_ends_at_its_timeout(self) -> None:
        """In virtual time; and it is told what comes too late."""
        report = report_of("test_late", runs()["samples"][0])

        self.assertIn("TimeoutError: <harness.test.on_global_reactor.failing.", report)
        self.assertIn(" still running at 5.0 secs\n  waiting for a Deferred ", report)
        self.assertRegex(report, r"\n  localhost: call at [\d.]+ s: Deferred.callback")

    def test_a_test_that_hangs_ends_at_once(self) -> None:
        """With `Deadlock`, whatever it was that hung."""
        output, _ = runs()["samples"]
        for test in [
            "test_deferred",
            "test_coroutine",
            "test_chain",
            "test_chain_of_coroutine",
            "HangingInSetUpTests.test_nothing",
            "HangingInTearDownTests.test_nothing",
        ]:
            self.assertIn(
                "harness._errors.Deadlock: the test waits for what can never happen\n"
                "  waiting for a Deferred ",
                report_of(test, output),
            )

    def test_what_is_pending_is_told(self) -> None:
        """With the line at which it was made."""
        self.assertRegex(
            report_of("test_beside_port", runs()["samples"][0]),
            r"Deadlock: .*\n.*\n"
            r"  localhost: listening 0\.0\.0\.0:80, made at .*failing\.py:\d+\n",
        )


class InterruptTests(SynchronousTestCase):
    """Ctrl-C."""

    def test_ends_the_run(self) -> None:
        """As on any reactor, although no real time passes."""
        output, status = runs()["endless"]

        self.assertIn("\nKeyboardInterrupt\n", output)
        self.assertEqual(status, -signal.SIGINT)
