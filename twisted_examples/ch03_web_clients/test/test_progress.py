"""Tests of what is shown of a transfer."""

from io import StringIO

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.progress import Progress, describe


class Screen(StringIO):
    """A stream that a person is watching."""

    def isatty(self) -> bool:
        return True


class DescribeTests(SynchronousTestCase):
    """The words."""

    def test_percent_or_bytes(self) -> None:
        """In percent where the whole is known; 100 is only said of the whole."""
        for done, total, text in (
            (0, None, "0 bytes"),
            (7, None, "7 bytes"),
            (0, 1000, "0% of 1000 bytes"),
            (999, 1000, "99% of 1000 bytes"),
            (1000, 1000, "100% of 1000 bytes"),
            (0, 0, "100% of 0 bytes"),
        ):
            self.assertEqual(describe(done, total), text)


class PipeTests(SynchronousTestCase):
    """Lines that stay, in a file or a pipe."""

    def lines(self, total: int | None, *sizes: int) -> list[str]:
        """Transfer some pieces; return the lines."""
        stream = StringIO()
        progress = Progress(stream, total, Clock())
        for size in sizes:
            progress.advance(size)
        progress.finish()
        return stream.getvalue().splitlines()

    def test_a_line_at_each_tenth(self) -> None:
        """Ten at most, however small the pieces."""
        lines = self.lines(1000, *[1] * 1000)

        self.assertEqual(lines, [f"{n}0% of 1000 bytes" for n in range(1, 11)])

    def test_one_line_for_a_large_piece(self) -> None:
        """Whatever number of tenths it is."""
        self.assertEqual(
            self.lines(1000, 350, 40, 20, 590),
            ["35% of 1000 bytes", "41% of 1000 bytes", "100% of 1000 bytes"],
        )

    def test_a_line_at_each_doubling(self) -> None:
        """From 1 MiB on, where the whole is not known."""
        self.assertEqual(
            self.lines(None, *[2**19] * 9, 2**25),
            ["1048576 bytes", "2097152 bytes", "4194304 bytes", "38273024 bytes"],
        )

    def test_small_things_need_no_lines(self) -> None:
        """They are there at once."""
        self.assertEqual(self.lines(None, 100, 2**19), [])
        self.assertEqual(self.lines(10), [])

    def test_an_empty_piece_of_nothing(self) -> None:
        """All of nothing is 100 %."""
        self.assertEqual(self.lines(0, 0), ["100% of 0 bytes"])


class TerminalTests(SynchronousTestCase):
    """A line that moves, on a terminal."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.screen = Screen()

    def test_is_painted_over(self) -> None:
        """It ends when the transfer does, with what has become of it."""
        progress = Progress(self.screen, 4, self.clock)
        progress.advance(1)
        self.clock.advance(1)
        progress.advance(3)
        progress.finish()

        self.assertEqual(
            self.screen.getvalue(),
            "\r25% of 4 bytes\r100% of 4 bytes\r100% of 4 bytes\n",
        )

    def test_is_painted_ten_times_a_second(self) -> None:
        """At most: nobody could read any faster, and a terminal is slow."""
        progress = Progress(self.screen, None, self.clock)
        for _ in range(64):
            progress.advance(1)
            self.clock.advance(1 / 64)

        self.assertEqual(
            self.screen.getvalue().split("\r")[1:],
            [f"{1 + 7 * n} bytes" for n in range(10)],
        )

    def test_covers_what_was_longer(self) -> None:
        """Nothing of an older line is left on the screen."""
        progress = Progress(self.screen, None, self.clock)
        progress.advance(10)
        self.clock.advance(1)
        progress.advance(-1)

        self.assertEqual(self.screen.getvalue(), "\r10 bytes\r9 bytes ")

    def test_is_ended_once(self) -> None:
        """And not at all, where nothing was ever shown."""
        Progress(self.screen, None, self.clock).finish()
        self.assertEqual(self.screen.getvalue(), "")
        progress = Progress(self.screen, None, self.clock)
        progress.advance(1)
        progress.finish()
        progress.finish()

        self.assertEqual(self.screen.getvalue(), "\r1 bytes\r1 bytes\n")
