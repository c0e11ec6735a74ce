# -*- test-case-name: twisted_examples.test.test_transcripts -*-
"""A terminal in memory, on which the transcripts of the documentation are played again.

Each file of ``fixtures/transcripts/`` is one terminal from the first command to the
last line. Each chapter has a module ``test_transcripts.py`` with one test for each of
its programs, which plays the part of the user and of the network.
"""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import Host, RunningProgram, fixture_bytes, run_program


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
        reactor: MemoryReactorClock | None = None,
        host: Host | None = None,
        **options: object,
    ) -> Iterator[RunningProgram]:
        """Type the command for a program, and show what it prints.

        Args:
            program: The module of the program.
            argv: Its arguments.
            reactor: What its ``main`` is given, with the ``options``; or else
            host: The machine on which it runs.
        """
        command = shlex.join(["python", "-m", program.__name__, *argv])
        self.screen += f"$ {command}\n"
        self._errors = self._output = 0
        main = partial(program.main, **options)
        place: Any = {"host": host} if reactor is None else {"reactor": reactor}
        with run_program(main, *argv, **place) as running:
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
        printed = running.stderr[self._errors :] + running.stdout[self._output :]
        # A CR moves the cursor to where it is about to be anyhow.
        self.screen += printed.replace("\r\n", "\n")
        self._errors, self._output = len(running.stderr), len(running.stdout)


class TranscriptTestCase(SynchronousTestCase):
    """A test case with a terminal.

    Attributes:
        terminal: It shows nothing yet.
    """

    def setUp(self) -> None:
        self.terminal = Terminal()

    def assert_shown(self, name: str) -> None:
        """Compare the screen with a transcript."""
        self.assertEqual(
            self.terminal.screen, fixture_bytes("transcripts", f"{name}.txt").decode()
        )
