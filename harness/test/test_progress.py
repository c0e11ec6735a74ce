"""Tests for saying how far a command has come."""

from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from harness._progress import Progress


class Terminal(StringIO):
    """A stream that a person is watching."""

    def isatty(self) -> bool:
        return True


class ProgressTests(SynchronousTestCase):
    """What `Progress` promises."""

    def written(self, stream: StringIO, *numbers: int, total: int) -> str:
        """Advance by some numbers, each of which takes a second."""
        seconds = iter(range(100))
        progress = Progress(stream, total, lambda: float(next(seconds)))
        for number in numbers:
            progress.advance(number, failed=number // 50)
        progress.close()
        return stream.getvalue()

    def test_plain_lines(self) -> None:
        """There is a line for each tenth that is done, and no more."""
        text = self.written(StringIO(), 5, 50, 2, 43, total=100)

        self.assertEqual(
            text,
            "55 of 100 seeds, 1 failed, 55 a second\n"
            "100 of 100 seeds, 0 failed, 50 a second\n",
        )

    def test_terminal(self) -> None:
        """There is one line, that changes, and an end to it."""
        text = self.written(Terminal(), 5, 95, total=100)

        self.assertEqual(
            text,
            "\r5 of 100 seeds, 0 failed, 2 a second"
            "\r100 of 100 seeds, 1 failed, 17 a second"
            "\r100 of 100 seeds, 1 failed, 12 a second\n",
        )

    def test_stopped_early(self) -> None:
        """What is written next begins on a line of its own."""
        text = self.written(Terminal(), 5, total=100)

        self.assertTrue(text.endswith("5 of 100 seeds, 0 failed, 1 a second\n"), text)

    def test_nothing_done(self) -> None:
        """Where no line was begun none is ended."""
        self.assertEqual(self.written(Terminal(), total=100), "")

    def test_not_too_often(self) -> None:
        """A terminal is written to ten times a second, at the most."""
        stream, moments = Terminal(), iter([0, 0, 0, 0, 0.05, 0.2, 0.2, 0.2])
        progress = Progress(stream, 100, lambda: next(moments))
        for _ in range(3):
            progress.advance(1, 0)

        self.assertEqual(stream.getvalue().count("\r"), 2)
        self.assertIn("\r3 of 100 seeds, 0 failed, 15 a second", stream.getvalue())
