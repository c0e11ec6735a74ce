"""Conversations on virtual time, compared with the same over loopback.

How many is said by the environment variable ``HARNESS_CONVERSATIONS``.
"""

import os
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

COUNT = os.environ.get("HARNESS_CONVERSATIONS", "100")


class CommandTests(SynchronousTestCase):
    """Tests for ``python -m harness.contracts.conversations``."""

    def test_same(self) -> None:
        """Both kernels make the same of conversations."""
        command = [sys.executable, "-m", "harness.contracts.conversations"]
        ended = subprocess.run(
            [*command, "--count", COUNT], capture_output=True, text=True, check=False
        )

        self.assertEqual(ended.stderr, "")
        self.assertRegex(
            ended.stdout,
            rf"^{COUNT} conversations of \d+ steps, seed 0: all the same\n$",
        )
        self.assertEqual(ended.returncode, 0)
