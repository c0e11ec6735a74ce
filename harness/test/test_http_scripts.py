"""Tests of scripts: how they are read and how they are played."""

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_path
from harness._http.scripts import End, Player, Script


class ParseTests(SynchronousTestCase):
    """Scripts as files."""

    def test_steps(self) -> None:
        """Each line is a step, and the last is the end."""
        script = Script.parse(
            "# A comment.\n"
            "send HTTP/1.1 200 OK\\r\\n\n"
            "\n"
            "wait 1.5\n"
            "repeat 3 ab\\x00\n"
            "abort\n"
        )

        self.assertEqual(
            script,
            Script((b"HTTP/1.1 200 OK\r\n", 1.5, b"ab\0ab\0ab\0"), End.ABORT),
        )

    def test_blanks_are_bytes(self) -> None:
        """What stands behind the one blank is sent, blanks too."""
        script = Script.parse("send   a \nclose")

        self.assertEqual(script.steps, (b"  a ",))

    def test_not_a_step(self) -> None:
        """A line that is no step fails."""
        with self.assertRaisesRegex(ValueError, "not a step of a script: 'say hi'"):
            Script.parse("say hi\nclose")

    def test_no_end(self) -> None:
        """Without an end it is none."""
        for text in ("", "# Nothing.\n", "send a"):
            with self.assertRaises(ValueError):
                Script.parse(text)

    def test_every_file(self) -> None:
        """Each file says what it is, and is a script."""
        for path in fixture_path("http").iterdir():
            text = path.read_text("ascii")
            self.assertTrue(text.startswith("# "), path.name)
            self.assertTrue(Script.parse(text).steps, path.name)


class Line:
    """A connection that remembers how it ended."""

    def __init__(self) -> None:
        self.transport = StringTransport()
        self.closed = False

    def loseConnection(self) -> None:
        """Remember it."""
        self.closed = True


class PlayerTests(SynchronousTestCase):
    """Scripts as they are played."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.line = Line()
        self.nexts: list[float] = []

    def play(self, *steps: bytes | float, end: End = End.CLOSE) -> Player:
        """Begin to play."""
        player = Player(
            self.clock,
            self.line,
            Script(steps, end),
            lambda: self.nexts.append(self.clock.seconds()),
        )
        player.play()
        return player

    def test_pauses(self) -> None:
        """Bytes come at their time, and not before."""
        self.play(b"a", 1.5, b"b", b"c")
        self.clock.advance(1.25)
        before = self.line.transport.value(), self.line.closed
        self.clock.advance(0.25)

        self.assertEqual(before, (b"a", False))
        self.assertEqual(
            (self.line.transport.value(), self.line.closed), (b"abc", True)
        )

    def test_ends(self) -> None:
        """The end says what becomes of the connection."""
        seen = []
        for end in End:
            self.setUp()
            self.play(b"a", end=end)
            aborted = self.line.transport.disconnected
            seen.append((end.value, self.line.closed, aborted, self.nexts))

        self.assertEqual(
            seen,
            [
                ("close", True, False, []),
                ("abort", False, True, []),
                ("silence", False, False, []),
                ("next", False, False, [0.0]),
            ],
        )

    def test_stopped(self) -> None:
        """It goes no further when the connection is lost, in a pause or after."""
        player = self.play(b"a", 1.0, b"b")
        player.stop()
        ended = self.play(b"c")
        ended.stop()
        self.clock.advance(1)

        self.assertEqual(self.line.transport.value(), b"ac")
        self.assertEqual(self.clock.getDelayedCalls(), [])
