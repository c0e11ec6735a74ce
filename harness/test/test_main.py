"""Tests of the command ``python -m harness``."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from runpy import run_module

from twisted.trial.unittest import SynchronousTestCase

from harness.__main__ import COMMANDS, main


class MainTests(SynchronousTestCase):
    """The command line."""

    def wrong(self, *argv: str) -> str:
        """Run a command that is used wrongly, and return what it says."""
        errors = io.StringIO()
        with redirect_stderr(errors):
            exiting = self.assertRaises(SystemExit, main, argv)
        self.assertEqual(exiting.code, 2)
        return errors.getvalue()

    def test_wrong_usage(self) -> None:
        """No command, an unknown one, one without its argument."""
        self.assertIn("required: COMMAND", self.wrong())
        self.assertIn("invalid choice: 'nonsense'", self.wrong("nonsense"))
        self.assertIn("required: test", self.wrong("explore"))

    def test_help(self) -> None:
        """All commands are listed."""
        output = io.StringIO()
        with redirect_stdout(output):
            exiting = self.assertRaises(SystemExit, main, ["--help"])

        self.assertEqual(exiting.code, 0)
        for name in COMMANDS:
            self.assertIn(f"\n    {name} ", output.getvalue())

    def test_as_a_program(self) -> None:
        """Its status is that of the process."""
        self.patch(sys, "argv", ["harness", "explore", "nowhere"])
        errors = io.StringIO()
        with redirect_stderr(errors):
            exiting = self.assertRaises(
                SystemExit, run_module, "harness", run_name="__main__"
            )

        self.assertEqual(exiting.code, 2)
