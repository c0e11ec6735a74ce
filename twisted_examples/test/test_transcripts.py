"""What the documentation shows of a terminal is what the programs really print.

Each file of ``fixtures/transcripts/`` is one terminal from the first command to the
last line. Here every one is played again, in memory and on the test's own time, and
compared. The documentation includes the files, and the "Run it" of each program's
docstring is held against them too.
"""

import inspect
import re
import shlex
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from twisted.internet import error
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import RunningProgram, fixture_bytes, fixture_path, run_program
from twisted_examples.ch01_getting_started import check_install
from twisted_examples.ch02_clients_servers import (
    calllater,
    connection,
    connectiontest,
    runreactor,
)
from twisted_examples.ch02_clients_servers.test.attempts import accept, fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor


class Terminal:
    """What a person sees who runs one program after another.

    Attributes:
        screen: All that was shown so far.
    """

    def __init__(self) -> None:
        self.screen = ""
        self._errors = self._output = 0

    @contextmanager
    def run(
        self,
        program: ModuleType,
        *argv: str,
        reactor: MemoryReactorClock,
        **options: object,
    ) -> Iterator[RunningProgram]:
        """Type the command for a program, and show what it prints.

        Args:
            program: The module of the program.
            argv: Its arguments.
            reactor: What its ``main`` is given, with the ``options``.
        """
        command = shlex.join(["python", "-m", program.__name__, *argv])
        self.screen += f"$ {command}\n"
        self._errors = self._output = 0
        main = partial(program.main, **options)
        with run_program(main, *argv, reactor=reactor) as running:
            yield running
            self._show(running)

    def interrupt(self, running: RunningProgram) -> None:
        """Press Ctrl-C, which the terminal shows where the cursor is."""
        self._show(running)
        self.screen += "^C"
        running.interrupt()

    def type(self, running: RunningProgram, line: str) -> None:
        """Type a line, which the terminal shows as well."""
        self._show(running)
        self.screen += line
        running.console.type(line.encode())

    def _show(self, running: RunningProgram) -> None:
        """Show what the program has printed since the last time."""
        self.screen += running.stderr[self._errors :] + running.stdout[self._output :]
        self._errors, self._output = len(running.stderr), len(running.stdout)


class TranscriptsTests(SynchronousTestCase):
    """Each file of ``fixtures/transcripts/``, played again."""

    def setUp(self) -> None:
        self.terminal = Terminal()
        self.reactor = NamesReactor({"localhost": ["127.0.0.1"]})

    def assert_shown(self, name: str) -> None:
        """Compare the screen with a transcript."""
        self.assertEqual(
            self.terminal.screen, fixture_bytes("transcripts", f"{name}.txt").decode()
        )

    def test_check_install(self) -> None:
        """An installation that lacks bcrypt, and so SSH."""
        scripts = Path(self.mktemp())
        scripts.mkdir()
        for name in check_install.SCRIPTS:
            (scripts / name).touch(mode=0o755)
        environment = check_install.Environment(
            import_without_bcrypt, VERSIONS.__getitem__, "3.12.1", str(scripts)
        )
        with self.terminal.run(
            check_install, reactor=self.reactor, environment=environment
        ):
            pass
        self.terminal.screen = self.terminal.screen.replace(
            str(scripts), "/usr/local/bin"
        )

        self.assert_shown("check_install")

    def test_runreactor(self) -> None:
        """Ctrl-C, after a while."""
        with self.terminal.run(runreactor, reactor=self.reactor) as program:
            self.reactor.advance(60)
            self.terminal.interrupt(program)

        self.assert_shown("runreactor")

    def test_calllater(self) -> None:
        """Five seconds of a morning, local time."""
        start = time.mktime((2026, 11, 23, 10, 33, 43, 0, 0, -1))
        self.reactor.advance(start)
        with self.terminal.run(calllater, reactor=self.reactor) as program:
            self.reactor.pump([1] * 5)
            program.interrupt()  # the reactor in memory stops, and tells nobody

        self.assert_shown("calllater")

    def test_connection(self) -> None:
        """A server that answers."""
        with self.terminal.run(connection, "localhost", "22", reactor=self.reactor):
            protocol, _ = accept(self.reactor)
            protocol.connectionLost(Failure(error.ConnectionDone()))

        self.assert_shown("connection")

    def test_connectiontest(self) -> None:
        """A port that is open, and one that is not."""
        with self.terminal.run(connectiontest, "localhost", "80", reactor=self.reactor):
            accept(self.reactor)
        with self.terminal.run(connectiontest, "localhost", "81", reactor=self.reactor):
            fail(self.reactor, error.ConnectionRefusedError(111, "Connection refused"))
            self.reactor.advance(1)  # the endpoint looks for another address

        self.assert_shown("connectiontest")


VERSIONS = {
    "Twisted": "26.10.0",
    "pyOpenSSL": "26.4.0",
    "service-identity": "26.1.0",
    "cryptography": "50.0.2",
}


def import_without_bcrypt(module: str) -> None:
    """Fail as importing bcrypt does where it is missing, and what imports it."""
    if module in ("bcrypt", "twisted.conch.ssh.keys"):
        raise ModuleNotFoundError("No module named 'bcrypt'")


class CoverageTests(SynchronousTestCase):
    """Nothing that looks like a transcript goes unchecked."""

    def test_every_transcript_is_played(self) -> None:
        """No file is there for which there is no test above."""
        played = {
            name.removeprefix("test_")
            for name in dir(TranscriptsTests)
            if name.startswith("test_")
        }

        self.assertEqual(set(transcripts()), played)

    def test_docstrings_show_the_same(self) -> None:
        """A program's docstring shows its transcript, or leaves out lines by "..."."""
        for name, text in transcripts().items():
            module = import_module(module_of(text))
            self.assertRegex(text, pattern_of(run_it(module)), name)


def transcripts() -> dict[str, str]:
    """Read all transcripts: their texts by their names."""
    return {
        path.stem: path.read_text("utf-8")
        for path in fixture_path("transcripts").glob("*.txt")
    }


def module_of(transcript: str) -> str:
    """Find out which program a transcript begins with."""
    python, option, module = shlex.split(transcript.partition("\n")[0])[1:4]
    assert (python, option) == ("python", "-m")
    return module


def run_it(module: ModuleType) -> str:
    """Find what a module's docstring shows under "Run it"."""
    _, _, rest = inspect.cleandoc(module.__doc__ or "").partition("Run it::\n\n")
    block, _, _ = rest.partition("\n\nWhat to notice:")
    return textwrap.dedent(block) + "\n"


def pattern_of(shown: str) -> str:
    """Make a regular expression in which a line of "..." stands for any lines."""
    lines = (
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return rf"\A{''.join(lines)}\Z"
