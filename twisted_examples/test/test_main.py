"""Tests of ``python -m twisted_examples``."""

import errno
import io
import os
import pydoc
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.__main__ import as_text, main, run_as_main
from twisted_examples.catalogue import Catalogue, Chapter, Program, read_catalogue


class AsTextTests(SynchronousTestCase):
    """The list of programs."""

    def test_gives_each_a_line(self) -> None:
        """Programs stand below their chapter, and what they do in one column."""

        def program(name: str, summary: str) -> Program:
            return Program(name, f"x.{name}", summary, "", ())

        catalogue = Catalogue(
            (
                Chapter(
                    "ch01", "One.", (program("a", "Do."), program("bcd", "Do more."))
                ),
                Chapter("ch02", "Two.", (program("ef", "Do other."),)),
            )
        )

        self.assertEqual(
            as_text(catalogue),
            "One.\n  a    Do.\n  bcd  Do more.\nTwo.\n  ef   Do other.\n",
        )


class RecordingRun:
    """Stands for running a module: remembers it, and ends as that would.

    Attributes:
        calls: The modules and their arguments.
    """

    def __init__(self, status: int | None = None) -> None:
        self.calls: list[tuple[str, list[str]]] = []
        self._status = status

    def __call__(self, module: str, argv: Sequence[str]) -> None:
        self.calls.append((module, [*argv]))
        if self._status is not None:
            raise SystemExit(self._status)


class LitteringRun(RecordingRun):
    """Leaves a file where trial would.

    Attributes:
        folder: The folder in which trial was told to make its own.
    """

    folder: Path

    def __call__(self, module: str, argv: Sequence[str]) -> None:
        self.folder = Path(argv[1]).parent
        (self.folder / "litter").touch()
        super().__call__(module, argv)


@dataclass(frozen=True)
class Outcome:
    """What a shell sees of a command."""

    stdout: str
    stderr: str
    status: str | int | None


def outcome_of(
    *argv: str, run: RecordingRun | None = None, stdout: io.StringIO | None = None
) -> Outcome:
    """Run a command to its end."""
    stdout, stderr, status = stdout or io.StringIO(), io.StringIO(), None
    with redirect_stdout(stdout), redirect_stderr(stderr):
        try:
            main(argv, run or RecordingRun())
        except SystemExit as ended:
            status = ended.code
    return Outcome(stdout.getvalue(), stderr.getvalue(), status)


class ListTests(SynchronousTestCase):
    """``list``."""

    def test_lists_all_programs(self) -> None:
        """What is listed is what there is."""
        outcome = outcome_of("list")

        self.assertEqual(outcome, Outcome(as_text(read_catalogue()), "", None))
        self.assertRegex(outcome.stdout, "(?m)^  runreactor  +Run the reactor, ")

    def test_says_that_output_failed(self) -> None:
        """A full disk is an error of one line, and what was not written is dropped."""
        with FailingStream(errno.ENOSPC) as stdout:
            outcome = outcome_of("list", stdout=stdout)

        self.assertEqual(
            outcome.status,
            "Error: cannot write to standard output: No space left on device.",
        )

    def test_is_silent_to_a_reader_who_left(self) -> None:
        """To whom does not read any more nothing is said, not even on stderr."""
        with FailingStream(errno.EPIPE) as stdout:
            outcome = outcome_of("list", stdout=stdout)

        self.assertEqual(outcome, Outcome("", "", 1))

    def test_can_do_without_output(self) -> None:
        """Python has no sys.stdout where the process was started with it closed."""
        with redirect_stdout(None):
            main(["list"])
            main(["show", "runreactor"])


class ShowTests(SynchronousTestCase):
    """``show``."""

    def setUp(self) -> None:
        """Keep what is paged."""
        self.paged: list[str] = []
        self.patch(pydoc, "pager", self.paged.append)
        self.source = read_catalogue().find("runreactor").source

    def test_writes_the_source_as_it_is(self) -> None:
        """What is shown can be saved: it is the module, to the byte."""
        outcome = outcome_of("show", "runreactor")

        self.assertEqual(outcome, Outcome(self.source, "", None))
        self.assertEqual(self.paged, [])

    def test_turns_pages_on_a_terminal(self) -> None:
        """A person gets a pager."""
        outcome = outcome_of("show", "runreactor", stdout=Terminal())

        self.assertEqual(outcome.stdout, "")
        self.assertEqual(self.paged, [self.source])


class RunTests(SynchronousTestCase):
    """``run``."""

    def test_hands_on_all_arguments(self) -> None:
        """What follows the name is the program's, also what looks like an option."""
        for arguments in (
            [],
            ["one", "two"],
            ["--help"],
            ["-h", "x"],
            ["--", "--json"],
            ["x", "--"],
            [""],
            ["list"],
        ):
            run = RecordingRun()
            outcome = outcome_of("run", "runreactor", *arguments, run=run)

            self.assertEqual(outcome, Outcome("", "", None))
            self.assertEqual(
                run.calls,
                [("twisted_examples.ch02_clients_servers.runreactor", arguments)],
            )

    def test_ends_as_the_program_ends(self) -> None:
        """The program's exit status is the command's."""
        outcome = outcome_of("run", "runreactor", run=RecordingRun(3))

        self.assertEqual(outcome.status, 3)


class RunAsMainTests(SynchronousTestCase):
    """Running a module in this process."""

    def setUp(self) -> None:
        """Put a module where Python finds it, and keep the arguments of this run."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        self.module = folder / "greeting_program.py"
        self.patch(sys, "argv", sys.argv)
        self.patch(sys, "path", [str(folder), *sys.path])
        self.patch(sys, "dont_write_bytecode", True)

    def test_runs_what_the_guard_guards(self) -> None:
        """The module is the main one, and finds its arguments where it expects them."""
        self.module.write_text("import sys\nprint(__name__, sys.argv)")
        with redirect_stdout(io.StringIO()) as stdout:
            run_as_main("greeting_program", ["--help", "x"])

        self.assertEqual(
            stdout.getvalue(), f"__main__ ['{self.module}', '--help', 'x']\n"
        )

    def test_passes_on_how_it_ended(self) -> None:
        """A module that ends the process does so."""
        self.module.write_text("raise SystemExit(3)")

        with self.assertRaises(SystemExit) as raised:
            run_as_main("greeting_program", [])

        self.assertEqual(raised.exception.code, 3)


class TestTests(SynchronousTestCase):
    """``test``."""

    def test_tests_a_program(self) -> None:
        """Trial runs the test modules of the program."""
        run = RecordingRun()
        outcome_of("test", "runreactor", run=run)

        [(module, [_, _, *tests])] = run.calls
        self.assertEqual(module, "twisted_examples._trial")
        self.assertEqual(
            tests,
            [
                "twisted_examples.ch02_clients_servers.test.test_runreactor",
                "twisted_examples.ch02_clients_servers.test.test_live_connecting",
            ],
        )

    def test_tests_all_programs(self) -> None:
        """Without a program named, the tests are those of the package."""
        run = RecordingRun()
        outcome_of("test", run=run)

        [(_, [option, _, *tests])] = run.calls
        self.assertEqual(option, "--temp-directory")
        self.assertEqual(tests, ["twisted_examples"])

    def test_leaves_nothing_behind(self) -> None:
        """What trial has written is gone, however the tests have ended."""
        for status in (None, 0, 1):
            run = LitteringRun(status)
            outcome = outcome_of("test", "runreactor", run=run)

            self.assertEqual(outcome.status, status)
            self.assertFalse(run.folder.exists())


class WrongUsageTests(SynchronousTestCase):
    """What cannot be done."""

    def test_suggests_a_program(self) -> None:
        """A program that is not there is an error of one line, with a suggestion."""
        for command in ("show", "run", "test"):
            outcome = outcome_of(command, "runreacter")

            self.assertEqual(
                outcome,
                Outcome(
                    "",
                    "Error: there is no program 'runreacter': "
                    "did you mean runreactor?\n",
                    2,
                ),
            )

    def test_shows_the_usage(self) -> None:
        """What is no command is answered with what is one."""
        for argv in (
            [],
            ["lst"],
            ["list", "x"],
            ["show"],
            ["run"],
            ["run", "--json"],
            ["test", "a", "b"],
        ):
            outcome = outcome_of(*argv)

            self.assertEqual(outcome.stdout, "")
            self.assertTrue(outcome.stderr.startswith("usage: twisted-examples "), argv)
            self.assertEqual(outcome.status, 2)

    def test_helps(self) -> None:
        """Help is no error, and that of ``run`` is not the program's."""
        for argv in (["--help"], ["list", "-h"], ["run", "--help"]):
            outcome = outcome_of(*argv)

            self.assertTrue(outcome.stdout.startswith("usage: twisted-examples "), argv)
            self.assertEqual(outcome.status, 0)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class FailingStream(io.StringIO):
    """A stream over a descriptor that can take nothing."""

    def __init__(self, error: int) -> None:
        super().__init__()
        self._error = error
        self._descriptor = os.open(os.devnull, os.O_WRONLY)

    def write(self, text: str, /) -> int:
        """Fail."""
        raise OSError(self._error, os.strerror(self._error))

    def fileno(self) -> int:
        """Return the descriptor that is to be discarded on failure."""
        return self._descriptor

    def close(self) -> None:
        """Close the descriptor too."""
        os.close(self._descriptor)
        super().close()
