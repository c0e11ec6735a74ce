"""Tests of the writing of scripts."""

import re
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness import ScriptedPeer
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
        for add, message in (
            (script.send, "data must be bytes, not 'text'"),
            (script.send_line, "line must be bytes, not 'text'"),
            (script.expect, "wanted must be bytes or a pattern of them, not 'text'"),
            (
                script.expect_line,
                "wanted must be bytes or a pattern of them, not 'text'",
            ),
        ):
            error = self.assertRaises(TypeError, add, "text")
            self.assertEqual(str(error), message)
        self.assertRaises(TypeError, script.send, re.compile(b"data"))
        self.assertEqual(script.steps, [])

    def test_clock_that_is_none(self) -> None:
        """What ends a line is not given in its place."""
        for make in (Script, ScriptedPeer):
            error = self.assertRaises(TypeError, make, b"\n")
            self.assertEqual(
                str(error), r"clock must be a clock or a reactor, not b'\n'"
            )

    def test_delimiter_that_is_none(self) -> None:
        """A line ends with something, and that is bytes."""
        for delimiter in ("\n", None):
            error = self.assertRaises(TypeError, Script, delimiter=delimiter)
            self.assertEqual(str(error), f"delimiter must be bytes, not {delimiter!r}")
        empty = self.assertRaises(ValueError, Script, delimiter=b"")
        self.assertEqual(str(empty), "delimiter must be at least one byte, not b''")

    def test_nothing_is_said_after_half_close(self) -> None:
        """Whatever is heard between."""
        script = Script().half_close().expect(b"data")
        for add, text in (
            (lambda: script.send(b"more"), "send(b'more')"),
            (lambda: script.send_line(b"more"), "send_line(b'more')"),
            (script.half_close, "half_close()"),
        ):
            error = self.assertRaises(ValueError, add)
            self.assertEqual(str(error), f"{text} cannot follow half_close()")

        self.assertEqual(
            texts(script.close()), ["half_close()", "expect(b'data')", "close()"]
        )

    def test_wait_needs_a_clock(self) -> None:
        """Without a clock there is no time that could pass."""
        error = self.assertRaises(ValueError, Script().wait, 1)

        self.assertEqual(str(error), "wait(1) needs a clock")

    def test_wait_for_no_time(self) -> None:
        """Time does not run backwards, and a script has an end."""
        for seconds in (-1, float("nan"), float("inf")):
            error = self.assertRaises(ValueError, Script(Clock()).wait, seconds)
            self.assertEqual(
                str(error),
                f"seconds must be a number of seconds, 0 or more, not {seconds!r}",
            )
        self.assertRaises(TypeError, Script(Clock()).wait, "1")


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

    def test_path_as_text(self) -> None:
        """A file may be given by its name alone."""
        self.assertEqual(
            Script().play(str(self.path), "server").steps,
            Script().play(self.path, "server").steps,
        )

    def test_no_path(self) -> None:
        """Not so by the conversation itself, or by a file that is open."""
        for wrong in (5, b"0 a b'x'"):
            error = self.assertRaises(TypeError, Script().play, wrong, "a")
            self.assertEqual(
                str(error), f"conversation must be the path of a file, not {wrong!r}"
            )

    def test_no_file(self) -> None:
        """A file that is not there is named."""
        error = self.assertRaises(FileNotFoundError, Script().play, "nofile", "a")

        self.assertEqual(str(error), "[Errno 2] No such file or directory: 'nofile'")

    def test_no_conversation(self) -> None:
        """A file in which something else stands is named, and the line."""
        for content, problem in (
            (b"0 a b'x'\nhello\n", "line 2 is no part of a conversation: 'hello'"),
            (b"\xff", "not written in UTF-8"),
        ):
            self.path.write_bytes(content)
            error = self.assertRaises(ValueError, Script().play, self.path, "a")
            self.assertEqual(str(error), f"{self.path}: {problem}")
