"""Tests of what a script says when the conversation is another one."""

from ast import literal_eval

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness._script_reports import common_size, report, shown, standing
from harness._script_steps import Stage
from harness._scripts import Script


def nothing() -> None:
    """Go on with nothing."""


def stage(
    unread: bytes = b"", ended: bool = False, reason: Exception | None = None
) -> Stage:
    """Make the stage of a connection on which something has happened."""
    made = Stage(None, nothing)
    made.transport = StringTransport()
    made.unread = unread
    made.ended = ended
    made.reason = Failure(reason) if reason else None
    return made


class CommonSizeTests(SynchronousTestCase):
    """How far two byte strings are the same."""

    def test_common_size(self) -> None:
        """It is where they begin to differ, or where the shorter one ends."""
        for one, other, size in [
            (b"", b"a", 0),
            (b"abc", b"abc", 3),
            (b"ab", b"abc", 2),
            (b"abc", b"ab", 2),
            (b"abc", b"axc", 1),
        ]:
            self.assertEqual(common_size(one, other), size, (one, other))


class ShownTests(SynchronousTestCase):
    """How bytes are written."""

    def test_is_a_literal(self) -> None:
        """Bytes are written as Python has them, whatever quotes are among them."""
        for data, text in [
            (b"", "b''"),
            (b"GET /\r\n", r"b'GET /\r\n'"),
            (b"it's", r"b'it\'s'"),
            (b'"it\'s"\\\x00\xff', r"""b'"it\'s"\\\x00\xff'"""),
        ]:
            self.assertEqual(shown(data), text)
            self.assertEqual(literal_eval(text), data)

    def test_beginning(self) -> None:
        """Of much, the beginning is shown."""
        self.assertEqual(shown(b"x" * 41), f"b'{'x' * 40}'...")
        self.assertEqual(shown(b"x" * 40), f"b'{'x' * 40}'")

    def test_around_a_place(self) -> None:
        """Or what stands around the place that matters."""
        data = b"a" * 31 + b"!" + b"b" * 40

        self.assertEqual(shown(data, 31), f"...b'{'a' * 30}!{'b' * 39}'...")
        self.assertEqual(shown(data[1:-1], 30), f"b'{'a' * 30}!{'b' * 39}'")


class ReportTests(SynchronousTestCase):
    """The message."""

    def setUp(self) -> None:
        self.script = (
            Script()
            .send_line(b"220 mail.example")
            .expect_line(b"HELO me.example")
            .expect_line(b"MAIL FROM:<a@example.com>")
            .send_line(b"250 ok")
            .close()
        )

    def assert_report(self, done: int, stage: Stage, *lines: str) -> None:
        """Check the report of a script that was played so far."""
        text = report("different", self.script.steps, done, stage)
        self.assertEqual(text, "\n".join(lines))

    def test_points_to_the_difference(self) -> None:
        """Below what was expected and what came, an arrow shows where they differ."""
        self.assert_report(
            2,
            stage(b"MAIL FROM:<b@example.com>\r\n"),
            "different: step 3 of 5, byte 11",
            "   1 send_line(b'220 mail.example')",
            "   2 expect_line(b'HELO me.example')",
            "-> 3 expect_line(b'MAIL FROM:<a@example.com>')",
            r"     expected b'MAIL FROM:<a@example.com>\r\n'",
            r"     received b'MAIL FROM:<b@example.com>\r\n'",
            "                           ^",
        )

    def test_points_past_what_is_escaped(self) -> None:
        """The arrow is at the right place whatever bytes stand before it."""
        self.script = Script().expect(b"\x00'\\\r\nGO")
        self.assert_report(
            0,
            stage(b"\x00'\\\r\nNO"),
            "different: step 1 of 1, byte 5",
            r"-> 1 expect(b'\x00\'\\\r\nGO')",
            r"     expected b'\x00\'\\\r\nGO'",
            r"     received b'\x00\'\\\r\nNO'",
            "                            ^",
        )

    def test_points_into_much(self) -> None:
        """Of much data, what stands around the difference is shown."""
        self.script = Script().expect(b"a" * 100 + b"b")
        self.assert_report(
            0,
            stage(b"a" * 100 + b"c"),
            "different: step 1 of 1, byte 100",
            f"-> 1 expect(b'{'a' * 40}'...)",
            f"     expected ...b'{'a' * 30}b'",
            f"     received ...b'{'a' * 30}c'",
            f"{'^':>50}",
        )

    def test_end(self) -> None:
        """What is missing begins where the end came."""
        self.assert_report(
            1,
            stage(b"HELO", ended=True),
            "different: step 2 of 5, byte 4",
            "   1 send_line(b'220 mail.example')",
            "-> 2 expect_line(b'HELO me.example')",
            r"     expected b'HELO me.example\r\n'",
            "     received b'HELO', then the end",
            "                    ^",
        )

    def test_nothing(self) -> None:
        """Where nothing has come there is no place to point to."""
        self.assert_report(
            1,
            stage(ended=True, reason=ConnectionDone()),
            "different: step 2 of 5",
            "   1 send_line(b'220 mail.example')",
            "-> 2 expect_line(b'HELO me.example')",
            r"     expected b'HELO me.example\r\n'",
            "     received nothing, then the end",
        )

    def test_other_steps(self) -> None:
        """Other steps say in words what they expect, and a broken connection why."""
        self.assert_report(
            3,
            stage(ended=True, reason=ConnectionLost("gone")),
            "different: step 4 of 5",
            "   1 send_line(b'220 mail.example')",
            "   2 expect_line(b'HELO me.example')",
            "   3 expect_line(b'MAIL FROM:<a@example.com>')",
            "-> 4 send_line(b'250 ok')",
            "     expected a connection to send on",
            "     received nothing, then this: "
            "Connection to the other side was lost in a non-clean fashion: gone.",
        )

    def test_after_the_last_step(self) -> None:
        """After its end, a script expects nothing; of those done, some are shown."""
        self.assert_report(
            5,
            stage(b"more"),
            "different: after the last step",
            "   3 expect_line(b'MAIL FROM:<a@example.com>')",
            "   4 send_line(b'250 ok')",
            "   5 close()",
            "     expected nothing more",
            "     received b'more'",
        )

    def test_before_the_first_step(self) -> None:
        """Without a connection, that is what is missing."""
        self.assert_report(
            0,
            Stage(None, nothing),
            "different: step 1 of 5",
            "-> 1 send_line(b'220 mail.example')",
            "     expected a connection to send on",
            "     received nothing: nobody has connected",
        )


class StandingTests(SynchronousTestCase):
    """Where a script stands, in one line."""

    def test_standing(self) -> None:
        """The step is told, and what has come."""
        steps = Script().send(b"Name?").expect_line(b"Ada").steps

        self.assertEqual(
            standing(steps, 1, stage(b"A")),
            "a script, at step 2 of 2: expect_line(b'Ada'), received b'A'",
        )
