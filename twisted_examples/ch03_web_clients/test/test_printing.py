"""Tests of printing bytes."""

import io
import sys

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.printing import print_bytes


class PrintBytesTests(SynchronousTestCase):
    """Bytes on standard output."""

    def test_are_not_changed(self) -> None:
        """They come after the text before, and through all buffers at once."""
        raw = io.BytesIO()
        stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8")
        self.patch(sys, "stdout", stream)
        print("text", end="")
        print_bytes(b"\r\n\xff")

        self.assertEqual(raw.getvalue(), b"text\r\n\xff")

    def test_go_nowhere_if_there_is_no_output(self) -> None:
        """As what is printed otherwise."""
        self.patch(sys, "stdout", None)
        print_bytes(b"data")

        self.assertIsNone(sys.stdout)
