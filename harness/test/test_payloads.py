"""Tests of how bytes are written for people."""

from twisted.trial.unittest import SynchronousTestCase

from harness._payloads import cut, excerpt, hex_of, one_line, text_of


class TextTests(SynchronousTestCase):
    """What is text."""

    def test_text(self) -> None:
        """UTF-8, with what ends lines."""
        self.assertEqual(text_of("Grüße\r\n\t!".encode()), "Grüße\r\n\t!")
        self.assertEqual(text_of(memoryview(b"hello")), "hello")
        self.assertEqual(text_of(b""), "")

    def test_no_text(self) -> None:
        """Bytes of which more than a tenth mean nothing."""
        self.assertIsNone(text_of(b"\x16\x03\x01"))
        self.assertIsNone(text_of(b"\0\0text"))
        self.assertIsNone(text_of(b"\xff" * 20))

    def test_a_piece_of_text(self) -> None:
        """A character that is cut in two does not matter."""
        piece = "a long line that ends with an é".encode()[:-1]

        self.assertEqual(text_of(piece), "a long line that ends with an \\xc3")


class ExcerptTests(SynchronousTestCase):
    """One line of what may be many."""

    def test_text(self) -> None:
        """What ends lines is escaped, and what cannot be seen."""
        self.assertEqual(
            excerpt(b"GET /\r\n\t\\ \x1b......", 80), r"GET /\r\n\t\\ \x1b......"
        )

    def test_binary(self) -> None:
        """In hexadecimal."""
        self.assertEqual(excerpt(b"\x16\x03\x01", 80), "16 03 01")
        self.assertEqual(hex_of(b"\x00\xff"), "00 ff")

    def test_long(self) -> None:
        """It is cut to what fits."""
        self.assertEqual(excerpt(b"a" * 100, 10), "aaaaaaa...")
        self.assertEqual(excerpt(b"a" * 10, 10), "aaaaaaaaaa")
        self.assertEqual(excerpt(b"\xff" * 10, 10), "ff ff f...")
        self.assertEqual(cut("hello", 2), "...")

    def test_one_line(self) -> None:
        """Other alphabets stay as they are."""
        self.assertEqual(one_line("né\n\u2028"), "né\\n\\u2028")
