"""Tests of the writing of scripts."""

import re
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness._script_steps import Expect, ExpectMatchingLine, Send, Wait
from harness._scripts import Script

CONVERSATION = r"""
0.25  server  b'Name?\r\n'
1.00  client  b'Ada\r\n'
1.00  server  b'Hello, '
1.50  server  b'Ada\r\n'
1.75  server  half_close
2.00  client  close
"""


def texts(script: Script) -> list[str]:
    """Return the steps as they are written."""
    return [step.text for step in script.steps]


class ScriptTests(SynchronousTestCase):
    """A script, step by step."""

    def test_steps(self) -> None:
        """Each method adds its step, which is written as the test has written it."""
        pattern = re.compile(rb"[A-Z]+")
        script = (
            Script(Clock())
            .expect(b"data\n")
            .expect(pattern)
            .expect_line(b"line")
            .expect_line(pattern)
            .send(b"data\n")
            .send_line(b"line")
            .wait(0.5)
            .half_close()
            .expect_close()
            .close()
        )

        self.assertEqual(
            texts(script),
            [
                r"expect(b'data\n')",
                "expect(re.compile(b'[A-Z]+'))",
                "expect_line(b'line')",
                "expect_line(re.compile(b'[A-Z]+'))",
                r"send(b'data\n')",
                "send_line(b'line')",
                "wait(0.5)",
                "half_close()",
                "expect_close()",
                "close()",
            ],
        )

    def test_other_ends(self) -> None:
        """A script can end with a broken connection, of either end's breaking."""
        self.assertEqual(texts(Script().abort()), ["abort()"])
        self.assertEqual(texts(Script().expect_abort()), ["expect_abort()"])

    def test_lines_end(self) -> None:
        """A line ends as on the internet, or as it is told to."""
        pattern = re.compile(b"")
        for script, end in ((Script(), b"\r\n"), (Script(delimiter=b"\n"), b"\n")):
            script.expect_line(b"a").expect_line(pattern).send_line(b"a")
            self.assertEqual(
                script.steps,
                [
                    Expect("expect_line(b'a')", b"a" + end),
                    ExpectMatchingLine("expect_line(re.compile(b''))", pattern, end),
                    Send("send_line(b'a')", b"a" + end),
                ],
            )

    def test_much_is_abbreviated(self) -> None:
        """Of many bytes, the first few are written."""
        self.assertEqual(texts(Script().send(b"a" * 50)), [f"send(b'{'a' * 40}'...)"])

    def test_nothing_follows_the_end(self) -> None:
        """After a step that leaves no connection there can be none."""
        error = self.assertRaises(ValueError, Script().close().send, b"more")

        self.assertEqual(str(error), "send(b'more') cannot follow close()")

    def test_text_is_refused(self) -> None:
        """Text has no bytes, nor has a pattern of text."""
        script: Any = Script()
        for argument in ("text", re.compile("text"), None, bytearray(b"data")):
            for add in (script.expect, script.expect_line, script.send):
                self.assertRaises(TypeError, add, argument)
        error = self.assertRaises(TypeError, script.send_line, "text")

        self.assertEqual(str(error), "these are not bytes: 'text'")
        self.assertRaises(TypeError, script.send, re.compile(b"data"))

    def test_wait_needs_a_clock(self) -> None:
        """Without a clock there is no time that could pass."""
        error = self.assertRaises(ValueError, Script().wait, 1)

        self.assertEqual(str(error), "wait(1) needs a clock")

    def test_wait_for_the_past(self) -> None:
        """Time does not run backwards."""
        for seconds in (-1, float("nan")):
            error = self.assertRaises(ValueError, Script(Clock()).wait, seconds)
            self.assertEqual(
                str(error), f"time does not run backwards: wait({seconds})"
            )


class PlayTests(SynchronousTestCase):
    """Scripts from a file."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())
        self.path.write_text(CONVERSATION, "utf-8")

    def test_one_end(self) -> None:
        """What one end said is sent, what the other said is expected."""
        self.assertEqual(
            texts(Script().play(self.path, "server")),
            [
                r"send(b'Name?\r\n')",
                r"expect(b'Ada\r\n')",
                "send(b'Hello, ')",
                r"send(b'Ada\r\n')",
                "half_close()",
                "expect_close()",
            ],
        )

    def test_other_end(self) -> None:
        """The same file is a script for the other end."""
        self.assertEqual(
            texts(Script().play(self.path, "client")),
            [
                r"expect(b'Name?\r\n')",
                r"send(b'Ada\r\n')",
                "expect(b'Hello, ')",
                r"expect(b'Ada\r\n')",
                "expect_close()",
                "close()",
            ],
        )

    def test_both_close(self) -> None:
        """That the other end closes as well cannot be seen by one that has closed."""
        self.path.write_text("0 a b'x'\n1 a close\n1 b b'y'\n1 b close\n", "utf-8")

        self.assertEqual(
            texts(Script().play(self.path, "a")), ["send(b'x')", "close()"]
        )
        self.assertEqual(
            texts(Script().play(self.path, "b")),
            ["expect(b'x')", "expect_close()", "send(b'y')", "close()"],
        )

    def test_time(self) -> None:
        """With a clock, as much time passes before each word as did then."""
        steps = Script(Clock()).play(self.path, "server").steps

        self.assertEqual(
            [step.seconds for step in steps if isinstance(step, Wait)],
            [0.25, 0.5, 0.25],
        )
        self.assertEqual([type(step) for step in steps[:4]], [Wait, Send, Expect, Send])

    def test_abort(self) -> None:
        """A connection that one end broke is broken again, or expected to be."""
        self.path.write_text("0 server b'Name?'\n0 client abort\n", "utf-8")

        self.assertEqual(
            texts(Script().play(self.path, "server")),
            ["send(b'Name?')", "expect_abort()"],
        )
        self.assertEqual(
            texts(Script().play(self.path, "client")), ["expect(b'Name?')", "abort()"]
        )

    def test_unknown_end(self) -> None:
        """Somebody who says nothing has no part to be played."""
        error = self.assertRaises(ValueError, Script().play, self.path, "nobody")

        self.assertEqual(str(error), f"nobody says nothing in {self.path}")
