"""Tests of asking at the terminal."""

import io
import os
import sys
import termios
from contextlib import redirect_stderr

from twisted.internet import stdio
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients import prompting
from twisted_examples.ch03_web_clients.authorization import Credentials
from twisted_examples.ch03_web_clients.prompting import (
    Answers,
    NoAnswerError,
    Prompt,
    echo_off,
)
from twisted_examples.ch03_web_clients.test.terminals import leave_own_terminal_alone
from twisted_examples.ch03_web_clients.urls import Origin

ORIGIN = Origin("https", "example.org", 443)


class PromptTests(SynchronousTestCase):
    """Questions and answers."""

    def setUp(self) -> None:
        leave_own_terminal_alone(self, prompting)
        self.patch(stdio, "StandardIO", self.open)
        self.errors = io.StringIO()
        self.transport = StringTransport()
        self.opened: list[Answers] = []
        self.prompt = Prompt(Clock())
        self.addCleanup(self.prompt.__exit__)

    def open(self, protocol: Answers, **options: object) -> None:
        """Be the terminal."""
        self.opened.append(protocol)
        protocol.makeConnection(self.transport)

    def ask(self, realm: str = "staff") -> Deferred[Credentials]:
        """Ask for credentials."""
        with redirect_stderr(self.errors):
            return Deferred.fromCoroutine(self.prompt.ask(ORIGIN, realm))

    def type(self, data: bytes) -> None:
        """Type something."""
        with redirect_stderr(self.errors):
            self.opened[0].dataReceived(data)

    def test_asks(self) -> None:
        """One question after the other."""
        asking = self.ask()
        first = self.errors.getvalue()
        self.type(b"alice\n")
        second = self.errors.getvalue()
        self.assertNoResult(asking)
        self.type(b"secret\n")

        self.assertEqual(
            first, "https://example.org asks for a password for 'staff'.\nUser name: "
        )
        self.assertEqual(second, first + "Password:")
        self.assertEqual(self.errors.getvalue(), second + "\n")
        self.assertEqual(self.successResultOf(asking), Credentials("alice", "secret"))

    def test_takes_what_was_typed_ahead(self) -> None:
        """Several answers in one piece, for several questions."""
        asking = self.ask()
        self.type(b"alice\nsecret\nbob\r\nother\n")
        again = self.ask()

        self.assertEqual(self.successResultOf(asking), Credentials("alice", "secret"))
        self.assertEqual(self.successResultOf(again), Credentials("bob", "other"))
        self.assertEqual(len(self.opened), 1)

    def test_shows_what_can_be_shown(self) -> None:
        """The realm is the server's: its words may not steer the terminal."""
        self.ask("B\xc3\xbcro \x1b[2J").addErrback(lambda _: None)

        self.assertIn("for 'Büro [2J'.", self.errors.getvalue())

    def test_no_more_input(self) -> None:
        """The question that is open has no answer, nor has any other."""
        asking = self.ask()
        self.type(b"alice\n")
        with redirect_stderr(self.errors):
            self.opened[0].connectionLost(Failure(ConnectionDone()))

        self.failureResultOf(asking, NoAnswerError)
        self.failureResultOf(self.ask(), NoAnswerError)

    def test_no_answer_ends_the_line(self) -> None:
        """What is said next is not said behind the question, whatever has ended it."""
        asking = self.ask()
        with redirect_stderr(self.errors):
            asking.cancel()

        self.assertTrue(self.errors.getvalue().endswith("User name: \n"))
        self.failureResultOf(asking, CancelledError)

    def test_no_input_at_all(self) -> None:
        """Standard input was closed when the program was started."""
        self.patch(sys, "stdin", None)

        self.failureResultOf(self.ask(), NoAnswerError)
        self.assertEqual(self.opened, [])

    def test_no_standard_error(self) -> None:
        """Who cannot read the question may answer it all the same."""
        self.patch(sys, "stderr", None)
        asking = Deferred.fromCoroutine(self.prompt.ask(ORIGIN, "staff"))
        self.opened[0].dataReceived(b"alice\nsecret\n")

        self.assertEqual(self.successResultOf(asking), Credentials("alice", "secret"))

    def test_no_text(self) -> None:
        """What is not UTF-8 is no answer."""
        asking = self.ask()
        self.type(b"\xff\n")

        self.failureResultOf(asking, NoAnswerError)

    def test_control_characters(self) -> None:
        """They cannot be sent."""
        asking = self.ask()
        self.type(b"alice\nsec\x00ret\n")

        error = self.failureResultOf(asking).value
        self.assertEqual(
            str(error), "a user name or password has no control characters"
        )

    def test_leaves_the_terminal_alone(self) -> None:
        """Until it is needed; and afterwards nothing of it is read any more."""
        with self.prompt:
            self.assertEqual(self.opened, [])
            self.ask().addErrback(lambda _: None)
            self.assertEqual(self.transport.producerState, "producing")

        self.assertEqual(self.transport.producerState, "paused")


class EchoTests(SynchronousTestCase):
    """A real terminal, with nobody at it."""

    def setUp(self) -> None:
        master, self.slave = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, self.slave)

    def echoes(self) -> bool:
        """Say whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def test_hides_what_is_typed(self) -> None:
        """For as long as it lasts."""
        before = self.echoes()
        with echo_off(self.slave):
            within = self.echoes()

        self.assertEqual((before, within, self.echoes()), (True, False, True))

    def test_shows_it_again_after_an_error(self) -> None:
        """As after Ctrl-C: nobody wants to type blindly from then on."""
        with self.assertRaises(ZeroDivisionError), echo_off(self.slave):
            raise ZeroDivisionError

        self.assertTrue(self.echoes())

    def test_is_for_passwords(self) -> None:
        """The user name can be seen, and the password cannot."""
        leave_own_terminal_alone(self, prompting)
        self.patch(prompting, "STDIN", self.slave)
        transport = StringTransport()
        opened: list[Answers] = []

        def open_terminal(protocol: Answers, **options: object) -> None:
            opened.append(protocol)
            protocol.makeConnection(transport)

        self.patch(stdio, "StandardIO", open_terminal)
        seen = []
        with Prompt(Clock()) as prompt, redirect_stderr(io.StringIO()):
            asking = Deferred.fromCoroutine(prompt.ask(ORIGIN, "staff"))
            for line in (b"alice\n", b"secret\n"):
                seen.append(self.echoes())
                opened[0].dataReceived(line)

        self.successResultOf(asking)
        self.assertEqual([*seen, self.echoes()], [True, False, True])
