"""Tests of runs in processes of their own, which draw other numbers by chance."""

import os
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from harness.test.test_network_scenario import DIGESTS
from harness.test.test_scenario import DIGEST


class HashSeedTests(SynchronousTestCase):
    """The order of sets, and all addresses of objects, differ between processes."""

    def test_runs_are_the_same_in_every_process(self) -> None:
        """No digest depends on them."""
        processes = [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "harness.test.scenario", *argv],
                env={**os.environ, "PYTHONHASHSEED": seed},
                stdout=subprocess.PIPE,
                text=True,
            )
            for seed, argv in zip("01234", [[], [], [], [], ["--trace"]], strict=True)
        ]
        *short, long = (process.communicate()[0] for process in processes)

        digests = "\n".join([DIGEST, *DIGESTS, ""])
        self.assertEqual(short, [digests] * 4)
        self.assertTrue(long.startswith("0.000000000 localhost listen 0.0.0.0:80\n"))
        self.assertTrue(long.endswith(f"\n{digests}"))
