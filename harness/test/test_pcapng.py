"""Tests of files of frames, read back by another's program."""

import io
from typing import Any

from scapy.utils import RawPcapNgReader
from twisted.trial.unittest import SynchronousTestCase

from harness._pcapng import Frame, capture_file


def read(*frames: Frame) -> list[Any]:
    """Write frames to a file, and read it."""
    names = {"one": ["192.0.2.1", "2001:db8::1"]}
    content: Any = io.BytesIO(capture_file(frames, names, "harness"))
    return list(RawPcapNgReader(content))


class CaptureFileTests(SynchronousTestCase):
    """Frames in a file."""

    def test_frames(self) -> None:
        """They come back whole, whatever their length, and in order."""
        contents = [b"a" * size for size in range(60, 66)]
        read_back = read(*(Frame(0.0, content) for content in contents))

        self.assertEqual([content for content, _ in read_back], contents)

    def test_lengths(self) -> None:
        """Both are told: that of the frame, and that of what is kept of it."""
        ((_, about),) = read(Frame(0.0, b"a" * 61))

        self.assertEqual(about.wirelen, 61)

    def test_times(self) -> None:
        """To the nanosecond, also after many years."""
        for time in (0.0, 1.234567891, 4e9):
            ((_, about),) = read(Frame(time, b"x"))
            ticks = (about.tshigh << 32) + about.tslow

            self.assertEqual((about.tsresol, ticks), (10**9, round(time * 1e9)))

    def test_comments(self) -> None:
        """What there is to say of a frame."""
        (_, lost), (_, kept) = read(Frame(0.0, b"x", "lost"), Frame(0.0, b"y"))

        self.assertEqual((lost.comments, kept.comments), ([b"lost"], None))

    def test_names(self) -> None:
        """Those of machines, for each of their addresses."""
        content = capture_file([], {"one": ["192.0.2.1", "2001:db8::1"]}, "harness")

        self.assertIn(bytes([192, 0, 2, 1]) + b"one\0", content)
        self.assertIn(bytes.fromhex("20010db8" + "0" * 23 + "1") + b"one\0", content)

    def test_names_that_do_not_fit(self) -> None:
        """They are cut; and what is no text in them is escaped."""
        names = {"n" * 70_000: ["192.0.2.1"], "\ud800": ["192.0.2.2"]}
        content = capture_file([], names, "harness")

        self.assertIn(b"\2\1" + b"n" * 255 + b"\0", content)
        self.assertIn(b"\2\2\\ud800\0", content)

    def test_the_end_of_time(self) -> None:
        """The format has 64 bits for nanoseconds."""
        (_, about) = read(Frame(2.0**34, b"x"))[0]
        error = self.assertRaises(ValueError, read, Frame(2**64 / 1e9, b"x"))
        self.assertRaises(ValueError, read, Frame(1e300, b"x"))

        self.assertEqual((about.tshigh << 32) + about.tslow, 2**34 * 10**9)
        self.assertEqual(
            str(error), "18446744073.709553 seconds are more than a capture can say"
        )
