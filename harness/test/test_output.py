"""Tests of what commands owe the shell."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness import TraceFileError
from harness._output import written_safely


class WrittenSafelyTests(SynchronousTestCase):
    """How commands end."""

    def run_command(self, command: Callable[[], int]) -> tuple[int, str, str]:
        """Run a command; return its status, and what it has written."""
        output, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(output), redirect_stderr(errors):
            status = written_safely(command)
        return status, output.getvalue(), errors.getvalue()

    def test_well(self) -> None:
        """With the status that they return."""

        def command() -> int:
            print("done")
            return 3

        self.assertEqual(self.run_command(command), (3, "done\n", ""))

    def test_bad_files(self) -> None:
        """With one line, and status 2."""

        def open_nothing() -> int:
            return len(Path("/nowhere/at/all").read_text())

        def read_nonsense() -> int:
            raise TraceFileError("x is no trace")

        def read_nonsense_with_colours() -> int:
            raise TraceFileError("\x1b[31m is no trace")

        self.assertEqual(
            self.run_command(open_nothing),
            (2, "", "Error: /nowhere/at/all: No such file or directory\n"),
        )
        self.assertEqual(
            self.run_command(read_nonsense), (2, "", "Error: x is no trace\n")
        )
        self.assertEqual(
            self.run_command(read_nonsense_with_colours),
            (2, "", "Error: \\x1b[31m is no trace\n"),
        )

    def test_a_full_disk(self) -> None:
        """Also one that nothing can be written to."""

        def command() -> int:
            raise OSError(28, "No space left on device")

        self.assertEqual(
            self.run_command(command),
            (2, "", "Error: standard output: No space left on device\n"),
        )

    def test_interrupted(self) -> None:
        """Ctrl-C is no error of the program, and the status says so as a shell does."""

        def command() -> int:
            raise KeyboardInterrupt

        self.assertEqual(self.run_command(command), (130, "", "Interrupted\n"))

    def test_no_output(self) -> None:
        """Where standard output is closed, one line says so if there is any."""
        errors = io.StringIO()
        self.patch(sys, "stdout", None)
        with redirect_stderr(errors):
            silent = written_safely(lambda: 0)
            talking = written_safely(lambda: print("a line") or 0)

        self.assertEqual((silent, talking), (0, 2))
        self.assertEqual(
            errors.getvalue(), "Error: standard output: Bad file descriptor\n"
        )

    def test_no_errors(self) -> None:
        """Where standard error is closed, nothing takes its place."""
        output = io.StringIO()
        self.patch(sys, "stderr", None)
        with redirect_stdout(output):
            status = written_safely(lambda: print("no", file=sys.stderr) or 3)

        self.assertEqual((status, output.getvalue()), (3, ""))

    def test_a_reader_who_went_away(self) -> None:
        """Nothing is said to him, now or when the program ends."""
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as output, redirect_stdout(output):
            errors = io.StringIO()
            with redirect_stderr(errors):
                status = written_safely(lambda: print("a line") or 0)

        self.assertEqual((status, errors.getvalue()), (1, ""))

    def test_characters_that_a_terminal_does_not_know(self) -> None:
        """They are escaped."""
        written = io.BytesIO()
        output = io.TextIOWrapper(written, encoding="ascii")
        with redirect_stdout(output):
            status = written_safely(lambda: sys.stdout.write("né\n") * 0)

        self.assertEqual(status, 0)
        self.assertEqual(written.getvalue(), rb"n\xe9" + b"\n")
