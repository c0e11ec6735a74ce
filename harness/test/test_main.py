"""Tests for ``python -m harness``."""

import sys
from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from harness.__main__ import COMMANDS, main


class MainTests(SynchronousTestCase):
    """What the commands have in common."""

    def setUp(self) -> None:
        self.errors = StringIO()
        self.patch(sys, "stderr", self.errors)

    def status(self, *argv: str) -> object:
        """Run a command that ends with a status of its own."""
        with self.assertRaises(SystemExit) as caught:
            main(argv)
        return caught.exception.code

    def test_no_command(self) -> None:
        """All that there are, are listed."""
        self.assertEqual(self.status(), 2)
        self.assertIn("usage: python -m harness {", self.errors.getvalue())
        self.assertIn("explore", self.errors.getvalue())

    def test_unknown_command(self) -> None:
        """So they are where it does not exist."""
        self.assertEqual(self.status("despair"), 2)

    def test_each_command(self) -> None:
        """Each has its own arguments, and its own help."""
        for name in COMMANDS:
            output = StringIO()
            self.patch(sys, "stdout", output)
            self.assertEqual(self.status(name, "--help"), 0)
            self.assertIn(f"usage: python -m harness {name}", output.getvalue())
