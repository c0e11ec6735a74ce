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


def datagram(time: float, data: bytes) -> TraceEvent:
    """Make the event of a datagram from one machine to another."""
    return TraceEvent(time, "one", "datagram", "192.0.2.1:7", "192.0.2.2:7", data)


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

        self.assertEqual(exiting.code, 2)


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
            (2, "", f"Error: {self.file}: this is not a trace\n"),
        )

    def test_one_file_for_two_things(self) -> None:
        """It is refused, by whatever names, and the trace is not touched."""
        before, page = self.file.read_bytes(), self.folder / "page.html"
        other = self.folder / "link"
        other.symlink_to("trace.json")
        error = "the trace, the page and the capture must be different files\n"
        for options in (
            ["--pcap", self.file],
            ["--html", other],
            ["--html", page, "--pcap", page],
        ):
            self.assertEqual(
                self.run_main("trace", self.file, *options),
                (2, "", f"Error: {options[-1]}: {error}"),
            )

        self.assertEqual(self.file.read_bytes(), before)
        self.assertFalse(page.exists())

    def test_what_cannot_be_written(self) -> None:
        """It is named."""
        self.assertEqual(
            self.run_main("trace", self.file, "--html", "/dev/full"),
            (2, "", "Error: /dev/full: No space left on device\n"),
        )

    def test_no_capture(self) -> None:
        """One line says why a trace cannot be one."""
        save_trace(trace_of(datagram(1e11, b"hi")), self.file)
        late = self.run_main("trace", self.file, "--pcap", self.folder / "capture")
        save_trace(trace_of(datagram(1.0, bytes(65_508))), self.file)
        long = self.run_main("trace", self.file, "--pcap", self.folder / "capture")

        self.assertEqual(
            late[2],
            f"Error: {self.file}: 100000000000.0 seconds are more than a capture can"
            " say\n",
        )
        self.assertEqual(
            long[2],
            f"Error: {self.file}: a datagram has at most 65507 bytes, not 65508\n",
        )
        self.assertEqual((late[0], long[0]), (2, 2))

    def test_what_a_terminal_would_obey(self) -> None:
        """It is escaped, wherever it stands."""
        trace = trace_of(
            TraceEvent(0, "o\x1bne", "\x1bnote", "\x1b[31m", note="\x1b", data=b"\x1b"),
            TraceEvent(0, "one", "datagram", "/\x1b", "/\x1b", b"bell: \x07\xc2\x9b"),
        )
        trace.title, trace.failure = "te\x1bst", "boom\x1b[2J\n\tat line 1"
        save_trace(trace, self.file)
        _, told, _ = self.run_main("trace", self.file)
        _, events, _ = self.run_main("trace", "--events", self.file)

        for output in (told, events):
            shown = output.replace("\n", "").replace("\t", "")
            self.assertTrue(shown.isprintable(), output)
            self.assertIn("te\\x1bst\n", output)
            self.assertTrue(output.endswith("\nboom\\x1b[2J\n\tat line 1\n"))
            self.assertIn("one", output)

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

    def test_what_a_terminal_would_obey(self) -> None:
        """It is escaped."""
        save_trace(trace_of(TraceEvent(0, "one", "note", "\x1b[2J")), self.one)
        save_trace(trace_of(), self.other)
        _, output, _ = self.run_main("diff", self.one, self.other)

        self.assertIn("\n- 0.000000000 one note \\x1b[2J\n", output)

    def test_no_trace(self) -> None:
        """Status 2 is neither that of what is the same nor that of what differs."""
        self.other.write_text("[" * 100_000)

        self.assertEqual(
            self.run_main("diff", self.one, self.other),
            (2, "", f"Error: {self.other}: this is not JSON: too many brackets\n"),
        )
