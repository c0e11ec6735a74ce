"""Tests of the steps of a script."""

import re

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import segmentations
from harness._script_steps import (
    Abort,
    Close,
    Difference,
    Expect,
    ExpectAbort,
    ExpectClose,
    ExpectMatch,
    ExpectMatchingLine,
    HalfClose,
    Send,
    Stage,
    Step,
    Wait,
)

CLOSED = Failure(ConnectionDone())
BROKEN = Failure(ConnectionLost())


def nothing() -> None:
    """Go on with nothing."""


class HalfCloseableTransport(StringTransport):
    """Remembers that one half was closed.

    Attributes:
        half_closed: Whether it was.
    """

    half_closed = False

    def loseWriteConnection(self) -> None:
        """Remember it."""
        self.half_closed = True


class StepTestCase(SynchronousTestCase):
    """Has a stage for a step."""

    def setUp(self) -> None:
        self.transport = HalfCloseableTransport()
        self.stage = self.make_stage()

    def make_stage(self, unread: bytes = b"") -> Stage:
        """Make a stage with a connection."""
        stage = Stage(None, nothing)
        stage.transport = self.transport
        stage.unread = unread
        return stage

    def lose(self, reason: Failure) -> None:
        """Let the connection end."""
        self.stage.ended = True
        self.stage.reason = reason

    def assert_differs(self, step: Step, stage: Stage | None = None) -> None:
        """Check that a step finds that it will never be done."""
        self.assertRaises(Difference, step.is_done, stage or self.stage)


class ExpectationTests(StepTestCase):
    """Steps that expect bytes."""

    def outcome(self, step: Step, pieces: list[bytes]) -> bytes | None:
        """Let pieces come, until a step is done or differs.

        Returns:
            What the step has left, and all that came later; or None: it differs.
        """
        stage = self.make_stage()
        step.begin(stage)
        for count, piece in enumerate(pieces, 1):
            stage.unread += piece
            try:
                if step.is_done(stage):
                    return stage.unread + b"".join(pieces[count:])
            except Difference:
                return None
        return b"waiting"

    def assert_outcome(self, step: Step, data: bytes, outcome: bytes | None) -> None:
        """Check what becomes of a step, whatever the pieces in which data comes."""
        for pieces in segmentations(data):
            self.assertEqual(self.outcome(step, pieces), outcome, pieces)

    def test_bytes(self) -> None:
        """Bytes are taken as they come, and no more than were expected."""
        step = Expect("", b"HELO")

        self.assert_outcome(step, b"HEL", b"waiting")
        self.assert_outcome(step, b"HELO", b"")
        self.assert_outcome(step, b"HELO you", b" you")

    def test_other_bytes(self) -> None:
        """The first byte that is another one is a difference."""
        step = Expect("", b"HELO")

        self.assert_outcome(step, b"EHLO", None)
        self.assert_outcome(step, b"HELP", None)
        self.assert_differs(step, self.make_stage(b"HEP"))

    def test_match(self) -> None:
        """A pattern takes as little as matches."""
        step = ExpectMatch("", re.compile(b".+;"))

        self.assert_outcome(step, b"one", b"waiting")
        self.assert_outcome(step, b"one;two;", b"two;")

    def test_no_match(self) -> None:
        """What does not match may do so with more, until the end."""
        step = ExpectMatch("", re.compile(rb"\d+(,|;)"))

        self.assert_outcome(step, b"none,", b"waiting")
        self.stage.unread = b"none,"
        self.stage.ended = True
        self.assert_differs(step)

    def test_matching_line(self) -> None:
        """A pattern for a line is held against the whole line, without its end."""
        step = ExpectMatchingLine("", re.compile(rb"MAIL FROM:<.*>"), b"\r\n")

        self.assert_outcome(step, b"MAIL FROM:<a>", b"waiting")
        self.assert_outcome(step, b"MAIL FROM:<a>\r\nRCPT", b"RCPT")
        self.assert_outcome(step, b"MAIL FROM:<a> SIZE=1\r\n", None)

    def test_end(self) -> None:
        """At the end, what is incomplete is a difference, and nothing else is."""
        self.stage.ended = True
        for step in (
            Expect("", b"ab\n"),
            ExpectMatch("", re.compile(b"[a-c]+\n")),
            ExpectMatchingLine("", re.compile(b"[a-c]+"), b"\n"),
        ):
            self.stage.unread = b"ab"
            self.assert_differs(step)
            self.stage.unread = b"ab\n"
            self.assertTrue(step.is_done(self.stage))
            self.assertEqual(self.stage.unread, b"")

    def test_what_is_expected(self) -> None:
        """Each can say what it expects."""
        pattern = re.compile(b"[a-c]+")

        self.assertEqual(Expect("", b"ab\n").expected, r"b'ab\n'")
        self.assertEqual(ExpectMatch("", pattern).expected, "what matches b'[a-c]+'")
        self.assertEqual(
            ExpectMatchingLine("", pattern, b"\n").expected,
            "a line that matches b'[a-c]+'",
        )


class ExpectCloseTests(StepTestCase):
    """The step that expects the end."""

    def test_end(self) -> None:
        """The end of reading is enough, whether or not the connection is lost."""
        step = ExpectClose("")
        step.begin(self.stage)
        before = step.is_done(self.stage)
        self.stage.ended = True
        at_the_end = step.is_done(self.stage)
        self.lose(CLOSED)

        self.assertEqual((before, at_the_end), (False, True))
        self.assertTrue(step.is_done(self.stage))
        self.assertEqual(step.expected, "the end")

    def test_more(self) -> None:
        """Bytes before the end are a difference."""
        self.stage.unread = b"more"

        self.assert_differs(ExpectClose(""))

    def test_broken(self) -> None:
        """A connection that is broken was not closed."""
        self.lose(BROKEN)

        self.assert_differs(ExpectClose(""))


class ExpectAbortTests(StepTestCase):
    """The step that expects that the connection is broken."""

    def test_broken(self) -> None:
        """A connection that is broken is what it expects."""
        step = ExpectAbort("")
        before = step.is_done(self.stage)
        self.lose(BROKEN)

        self.assertEqual((before, step.is_done(self.stage)), (False, True))
        self.assertEqual(step.expected, "that the connection is broken")

    def test_more(self) -> None:
        """Bytes are a difference."""
        self.stage.unread = b"more"

        self.assert_differs(ExpectAbort(""))

    def test_end(self) -> None:
        """So is an orderly end."""
        self.stage.ended = True
        self.assert_differs(ExpectAbort(""))

        self.lose(CLOSED)
        self.assert_differs(ExpectAbort(""))


class ActionTests(StepTestCase):
    """Steps that do something."""

    def test_send(self) -> None:
        """Bytes are written to the transport, and that is all."""
        step = Send("", b"data")
        step.begin(self.stage)

        self.assertEqual(self.transport.value(), b"data")
        self.assertTrue(step.is_done(self.stage))

    def test_half_close(self) -> None:
        """One half of the connection is closed."""
        step = HalfClose("")
        step.begin(self.stage)

        self.assertTrue(self.transport.half_closed)
        self.assertTrue(step.is_done(self.stage))

    def test_without_a_connection(self) -> None:
        """On a connection that is lost, nothing can be sent, and no half closed."""
        self.lose(CLOSED)
        for step, expected in (
            (Send("", b""), "a connection to send on"),
            (HalfClose(""), "a connection to close one half of"),
        ):
            self.assertRaises(Difference, step.begin, self.stage)
            self.assertEqual(step.expected, expected)

    def test_close(self) -> None:
        """To close is done when the connection is closed."""
        step = Close("")
        step.begin(self.stage)
        self.assertTrue(self.transport.disconnecting)
        self.assertFalse(step.is_done(self.stage))

        self.lose(CLOSED)
        self.assertTrue(step.is_done(self.stage))
        self.assertEqual(step.expected, "the connection to be closed")

    def test_close_of_what_breaks(self) -> None:
        """A connection that breaks before it is closed is a difference."""
        self.lose(BROKEN)

        self.assert_differs(Close(""))

    def test_abort(self) -> None:
        """To break is done when the connection is lost, for whatever reason."""
        for reason in (BROKEN, CLOSED):
            self.setUp()
            step = Abort("")
            step.begin(self.stage)
            self.assertTrue(self.transport.disconnected)
            self.assertFalse(step.is_done(self.stage))

            self.lose(reason)
            self.assertTrue(step.is_done(self.stage))
            self.assertEqual(step.expected, "the connection to be lost")


class WaitTests(SynchronousTestCase):
    """The step that lets time pass."""

    def test_wait(self) -> None:
        """It is done when the time is over, and asks the script to go on then."""
        clock = Clock()
        step = Wait("", 2)
        done: list[bool] = []
        stage = Stage(clock, lambda: done.append(step.is_done(stage)))
        step.begin(stage)

        clock.advance(1.75)
        self.assertEqual((done, step.is_done(stage)), ([], False))

        clock.advance(0.25)
        self.assertEqual(done, [True])
        self.assertEqual(step.expected, "2 s to pass")


class LastStepTests(SynchronousTestCase):
    """Which steps no other can follow."""

    def test_is_last(self) -> None:
        """Those after which there is no connection."""
        last = {
            step
            for step in (Abort, Close, ExpectAbort, ExpectClose, HalfClose, Send, Wait)
            if step.is_last
        }

        self.assertEqual(last, {Abort, Close, ExpectAbort})
