# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_prompting -*-
"""Ask at the terminal while the reactor runs on.

``input`` and ``getpass`` would stop everything until an answer comes, Ctrl-C included.
Here standard input is a transport, and an answer is a line from it. Questions go to
standard error, so that standard output is the page and nothing else.
"""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext

from twisted.internet import stdio
from twisted.internet.defer import DeferredQueue
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from twisted_examples.ch02_clients_servers.dataforward import (
    blocking_mode_restored,
    say,
)
from twisted_examples.ch03_web_clients.authorization import Credentials
from twisted_examples.ch03_web_clients.errors import WebError, printable
from twisted_examples.ch03_web_clients.urls import Origin

STDIN, STDERR = 0, 2


class NoAnswerError(WebError):
    """The input ended before the question was answered."""


class Answers(LineReceiver):
    """The lines that are typed.

    Attributes:
        lines: They, as they come, and None at the end. Who types ahead, or pipes all
            answers in at once, loses nothing.
    """

    delimiter = b"\n"

    def __init__(self) -> None:
        self.lines: DeferredQueue[bytes | None] = DeferredQueue()

    def lineReceived(self, line: bytes) -> None:
        self.lines.put(line)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lines.put(None)


@contextmanager
def echo_off(descriptor: int) -> Iterator[None]:
    """Hide what is typed on a terminal."""
    before = termios.tcgetattr(descriptor)
    hidden = [*before]
    hidden[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class Prompt:
    """Asks for user names and passwords.

    A context manager, which leaves the terminal as it was found. It is not touched
    before the first question.

    Args:
        reactor: What reads the terminal.
    """

    def __init__(self, reactor: IReactorTime) -> None:
        self._reactor = reactor
        self._opened = ExitStack()
        self._answers: Answers | None = None

    def __enter__(self) -> "Prompt":
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    async def ask(self, origin: Origin, realm: str) -> Credentials:
        """Ask for credentials.

        Args:
            origin: Who wants to know.
            realm: What they are for, in the server's words.

        Raises:
            NoAnswerError: There is nobody to answer.
        """
        shown = printable(realm.encode("latin-1"))
        say(f"{origin} asks for a password for {shown!r}.")
        try:
            user = await self._question("User name: ")
            with echo_off(STDIN) if os.isatty(STDIN) else nullcontext():
                password = await self._question("Password:")
        except Exception:
            say("")  # what is said of it begins a line
            raise
        say("")
        return Credentials(user, password)

    async def _question(self, text: str) -> str:
        if sys.stderr is not None:
            print(text, end="", file=sys.stderr, flush=True)
        line = await self._lines().get()
        if line is None:
            self._lines().put(None)  # for the next question
            raise NoAnswerError("there was no answer")
        try:
            return line.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise NoAnswerError("the answer is not UTF-8") from None

    def _lines(self) -> "DeferredQueue[bytes | None]":
        """Open the terminal, the first time."""
        if self._answers is None:
            if sys.stdin is None:  # the reactor may have got its descriptor
                raise NoAnswerError("standard input must be open")
            self._answers = Answers()
            self._opened.enter_context(blocking_mode_restored(STDIN, STDERR))
            stdio.StandardIO(
                self._answers,
                stdin=STDIN,  # type: ignore[call-arg]
                stdout=STDERR,
                reactor=self._reactor,
            )
            # Not closed: these are the process's own.
            self._opened.callback(self._answers.pauseProducing)
        return self._answers.lines
