"""Tests of the command ``python -m harness``."""

import io
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from runpy import run_module

from twisted.trial.unittest import SynchronousTestCase

from harness import TraceEvent, load_trace, save_trace
from harness.__main__ import COMMANDS, main
from harness.test.traces import greeting, trace_of


class CommandTestCase(SynchronousTestCase):
    """A command, run in the test's own process."""

    maxDiff = None

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def run_main(self, *argv: object) -> tuple[int, str, str]:
        """Run a command; return its status, and what it has written."""
        output, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(output), redirect_stderr(errors):
            status = main([str(word) for word in argv])
        return status, output.getvalue(), errors.getvalue()


class MainTests(CommandTestCase):
    """The command line."""

    def wrong(self, *argv: str) -> str:
        """Run a command that is used wrongly, and return what it says."""
        errors = io.StringIO()
        with redirect_stderr(errors):
            exiting = self.assertRaises(SystemExit, main, argv)
        self.assertEqual(exiting.code, 2)
        return errors.getvalue()

    def test_wrong_usage(self) -> None:
        """No command, an unknown one, one without its file."""
        self.assertIn("required: COMMAND", self.wrong())
        self.assertIn("invalid choice: 'nonsense'", self.wrong("nonsense"))
        self.assertIn("required: file", self.wrong("trace"))
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
        self.patch(sys, "argv", ["harness", "trace", "/nowhere"])
        errors = io.StringIO()
        with redirect_stderr(errors):
            exiting = self.assertRaises(
                SystemExit, run_module, "harness", run_name="__main__"
            )

        self.assertEqual(exiting.code, 1)


class TraceCommandTests(CommandTestCase):
    """``trace``."""

    def setUp(self) -> None:
        super().setUp()
        self.file = self.folder / "trace.json"
        self.trace = greeting()
        self.trace.title, self.trace.outcome = "test_greeting", "failed"
        self.trace.failure = "Traceback:\n1 != 2\n"
        save_trace(self.trace, self.file)

    def test_conversation(self) -> None:
        """What it is, what was said, and how it failed."""
        status, output, _ = self.run_main("trace", self.file)
        lines = output.splitlines()

        self.assertEqual(status, 0)
        self.assertEqual(lines[0], "test_greeting: failed")
        self.assertRegex(
            lines[1], r"^\d+ events, 2 machines, 1.2 s, seed 1, digest [0-9a-f]{12}$"
        )
        self.assertEqual(lines[3], "   0.000000  two:80                      listens")
        self.assertEqual(lines[-3:], ["", "Traceback:", "1 != 2"])
        self.assertEqual(len(lines), 3 + 10 + 3)

    def test_everything(self) -> None:
        """Also what is seldom wanted."""
        _, output, _ = self.run_main("trace", "--all", self.file)

        self.assertIn("SYN arrives", output)
        self.assertIn("Deferred 1 is made", output)

    def test_events(self) -> None:
        """As they were recorded."""
        _, output, _ = self.run_main("trace", "--events", self.file)

        self.assertIn(str(load_trace(self.file)), output)

    def test_other_files(self) -> None:
        """A page and a capture."""
        page, capture = self.folder / "page.html", self.folder / "capture.pcapng"
        ran = self.run_main("trace", self.file, "--html", page, "--pcap", capture)

        self.assertEqual(ran, (0, "", ""))
        self.assertIn("test_greeting", page.read_text("utf-8"))
        self.assertIn(b"hello", capture.read_bytes())

    def test_a_trace_of_nothing(self) -> None:
        """There is nothing to tell."""
        save_trace(trace_of(), self.file)
        _, output, _ = self.run_main("trace", self.file)

        self.assertTrue(
            output.startswith("0 events, 2 machines, 0 ns, seed 0, digest ")
        )

    def test_no_trace(self) -> None:
        """One line says so."""
        self.file.write_text("{}")

        self.assertEqual(
            self.run_main("trace", self.file),
            (1, "", f"Error: {self.file}: this is not a trace\n"),
        )

    def test_a_terminal(self) -> None:
        """Lines are as long as it is wide."""
        save_trace(trace_of(TraceEvent(0, "one", "note", "x" * 500)), self.file)

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        output = Terminal()
        self.patch(shutil, "get_terminal_size", lambda: os.terminal_size((60, 24)))
        with redirect_stdout(output):
            main(["trace", str(self.file)])

        self.assertEqual(len(output.getvalue().splitlines()[-1]), 60)


class DiffCommandTests(CommandTestCase):
    """``diff``."""

    def setUp(self) -> None:
        super().setUp()
        self.one, self.other = self.folder / "one.json", self.folder / "other.json"
        save_trace(greeting(), self.one)

    def test_the_same(self) -> None:
        """Status 0."""
        save_trace(greeting(), self.other)
        status, output, _ = self.run_main("diff", self.one, self.other)

        self.assertEqual(status, 0)
        self.assertRegex(output, r"^They are the same: \d+ events\.\n$")

    def test_others(self) -> None:
        """Where they differ, and status 1."""
        save_trace(greeting(latency=0.06), self.other)
        status, output, _ = self.run_main("diff", self.one, self.other)
        lines = output.splitlines()

        self.assertEqual(status, 1)
        self.assertEqual(lines[:2], [f"- {self.one}", f"+ {self.other}"])
        self.assertIn(
            "- 0.050000000 two arrive 192.0.2.1:32768 -> 192.0.2.2:80 #1 SYN", lines
        )
        self.assertIn(
            "+ 0.060000000 two arrive 192.0.2.1:32768 -> 192.0.2.2:80 #1 SYN", lines
        )
