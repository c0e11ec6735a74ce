"""Tests of exploring in processes, and on a cluster where there is one."""

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from typing import Any
from unittest import skipUnless

from twisted.trial.unittest import SynchronousTestCase

from harness.__main__ import main
from harness._campaigns import Campaign, run_campaign

SAMPLE = "harness.test.samples_to_explore.Sample"


class ProcessTests(SynchronousTestCase):
    """The command as a process, with processes of its own."""

    def test_jobs(self) -> None:
        """What two processes find is what is found here."""
        argv = [f"{SAMPLE}.test_chooses", "--seeds", "100", "--keep-going"]
        command = [sys.executable, "-m", "harness", "explore", *argv, "--jobs", "2"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        output = StringIO()
        with redirect_stdout(output), redirect_stderr(StringIO()):
            status = main(["explore", *argv])

        self.assertEqual((done.returncode, done.stdout), (status, output.getvalue()))
        self.assertIn("of 100 seeds: ", done.stdout)


class ClusterTests(SynchronousTestCase):
    """A cluster of Dask, on this machine."""

    @skipUnless(find_spec("distributed"), "needs Dask")
    def test_cluster(self) -> None:  # pragma: no cover  (with Dask only)
        """What its workers find is what is found here."""
        distributed: Any = import_module("distributed")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None
            ) as workers,
            distributed.Client(workers) as client,
            client.get_executor() as executor,
        ):
            campaign = Campaign(f"{SAMPLE}.test_chooses")
            batches = list(run_campaign(campaign, range(200), executor, 4))

        results = sorted(result for batch in batches for result in batch)
        self.assertEqual([result.seed for result in results], list(range(200)))
        self.assertEqual({result.kind for result in results}, {"", "FailTest"})
