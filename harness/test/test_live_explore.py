"""Tests of exploring in processes, and on a cluster where there is one."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from unittest import skipUnless

from twisted.trial.unittest import SynchronousTestCase

from harness._campaigns import Campaign, run_campaign

SAMPLE = "harness.test.samples_to_explore.Sample"


class ProcessTests(SynchronousTestCase):
    """The command as a process, with processes of its own."""

    def test_jobs(self) -> None:
        """What two processes find is what one finds."""
        argv = [sys.executable, "-m", "harness", "explore", f"{SAMPLE}.test_chooses"]
        options = ["--seeds", "100", "--keep-going"]
        outputs = [
            subprocess.run(
                [*argv, *options, "--jobs", jobs], capture_output=True, check=False
            ).stdout
            for jobs in ("1", "2")
        ]

        self.assertIn(b"fails with ", outputs[0])
        self.assertEqual(outputs[0], outputs[1])


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
