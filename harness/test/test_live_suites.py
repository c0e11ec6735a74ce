"""Tests of running a suite in a process of its own."""

import os
import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness.suites.outcomes import Outcome
from harness.suites.running import Run, run_suite

SAMPLE = """\
from twisted.trial.unittest import TestCase

class Sample(TestCase):
    def test_reactor(self):
        from twisted.internet import reactor
        self.fail(f"{type(reactor).__name__} {reactor.host.network.seed}")

    def test_passes(self):
        pass
"""


class RunSuiteTests(SynchronousTestCase):
    """What `run_suite` promises."""

    def run_sample(self, reactor: str, limit: float = 60.0) -> Run:
        """Run a suite of two tests."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        (folder / "pack.py").write_text(SAMPLE)
        # Beside the harness itself, which need not be installed.
        path = os.pathsep.join([str(folder), *sys.path])
        variables = {"PYTHONPATH": path, "HARNESS_SEED": "7"}
        return run_suite("pack", reactor, limit, variables)

    def test_every_test_has_an_outcome(self) -> None:
        """It runs on the reactor that was asked for, with the variables given."""
        run = self.run_sample("virtual")

        self.assertEqual(run.complaint, "")
        self.assertEqual(
            run.outcomes,
            {
                "pack.Sample.test_passes": Outcome("passed"),
                "pack.Sample.test_reactor": Outcome(
                    "failed", "twisted.trial.unittest.FailTest: GlobalReactor 7"
                ),
            },
        )
        self.assertGreater(run.seconds, 0)
        self.assertGreater(run.processor_seconds, 0)

    def test_what_prevents_it_is_told(self) -> None:
        """The last line that the process had to say, and its status."""
        run = self.run_sample("no such reactor")

        self.assertEqual(run.outcomes, {})
        self.assertEqual(
            run.complaint,
            "status 1: twisted.application.reactors.NoSuchReactor: 'no such reactor'",
        )

    def test_nothing_runs_for_ever(self) -> None:
        """A suite that is not done in time is killed."""
        run = self.run_sample("virtual", limit=0.01)

        self.assertEqual(run.complaint, "killed after 0.01 s")
        self.assertEqual(run.outcomes, {})  # Python itself takes longer to start
