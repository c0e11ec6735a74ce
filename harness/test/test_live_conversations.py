"""Conversations on virtual time, compared with the same over loopback.

How many is said by the environment variable ``HARNESS_CONVERSATIONS``.
"""

import os
from contextlib import redirect_stdout
from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from harness.contracts.conversations import main

COUNT = os.environ.get("HARNESS_CONVERSATIONS", "100")


class CompareTests(SynchronousTestCase):
    """Tests for `harness.contracts.conversations.main`."""

    def test_same(self) -> None:
        """Both kernels make the same of conversations."""
        with redirect_stdout(StringIO()) as output:
            status = main("--count", COUNT)

        self.assertRegex(
            output.getvalue(),
            rf"^{COUNT} conversations of \d+ steps, seed 0: all the same\n$",
        )
        self.assertEqual(status, 0)
