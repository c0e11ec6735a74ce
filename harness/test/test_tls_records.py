"""Tests of which encrypted bytes are which bytes of plaintext."""

from twisted.trial.unittest import SynchronousTestCase

from harness._places import Place
from harness._rows import Row
from harness._tls_records import Records, Span

HANDSHAKE, APPLICATION_DATA = 22, 23

#: What TLS 1.3 has before the plaintext and after it.
HEADER, TAG = 5, 17


def record(size: int, kind: int = APPLICATION_DATA) -> bytes:
    """Make a record with so many bytes."""
    return bytes([kind, 3, 3, *divmod(size, 256)]) + bytes(size)


class RecordsTestCase(SynchronousTestCase):
    """One direction of a stream."""

    def setUp(self) -> None:
        self.records = Records()

    def encrypt(self, data: bytes) -> Row:
        """Let something go into TLS, and return its row."""
        place = Place("one")
        row = Row(0.0, "tls", "plaintext", place, None, "", data)
        self.records.encrypt(row)
        return row


class RecordTests(RecordsTestCase):
    """Records, one by one."""

    def test_of_tls_itself(self) -> None:
        """A handshake is nothing that a program has said."""
        (span,) = self.records.read(record(30, HANDSHAKE))

        self.assertEqual((span, span.data), (Span(None, 0, HEADER + 30), b""))

    def test_of_a_program(self) -> None:
        """What has gone in, with something before and after it."""
        row = self.encrypt(b"secret")
        (span,) = self.records.read(record(6 + TAG))

        self.assertEqual(span, Span(row, -HEADER, HEADER + 6 + TAG))
        self.assertEqual((span.data, row.wire), (b"secret", HEADER + 6 + TAG))

    def test_between_those_of_tls_itself(self) -> None:
        """TLS 1.3 hides its own, which have other lengths."""
        row = self.encrypt(b"secret")
        spans = self.records.read(record(234) + record(6 + TAG) + record(19))

        self.assertEqual([span.row for span in spans], [None, row, None])

    def test_between_those_of_a_handshake(self) -> None:
        """They say what they are, whatever their length."""
        row = self.encrypt(b"secret")
        spans = self.records.read(record(6 + TAG, HANDSHAKE) + record(6 + TAG))

        self.assertEqual([span.row for span in spans], [None, row])

    def test_in_order(self) -> None:
        """However many have gone in."""
        rows = [self.encrypt(data) for data in (b"a", b"bb", b"bb")]
        spans = self.records.read(b"".join(record(size + TAG) for size in (1, 2, 2)))

        self.assertEqual([span.row for span in spans], rows)

    def test_one_that_never_comes(self) -> None:
        """What comes out after it is not taken for it."""
        self.encrypt(b"never")
        row = self.encrypt(b"secret")
        spans = self.records.read(record(6 + TAG) + record(5 + TAG))

        self.assertEqual([span.row for span in spans], [row, None])

    def test_ciphers(self) -> None:
        """Each has its own number of bytes before the plaintext, and in all."""
        for overhead, before in ((16, 0), (17, 0), (24, 8), (39, 5), (42, 16)):
            row = self.encrypt(b"secret")
            (span,) = self.records.read(record(6 + overhead))
            self.assertEqual(span, Span(row, -HEADER - before, HEADER + 6 + overhead))

    def test_lengths_that_no_cipher_makes(self) -> None:
        """Such a record is of something else."""
        self.encrypt(b"secret")
        for overhead in (0, 15, 18, 43, 26, 90):
            (span,) = self.records.read(record(6 + overhead))
            self.assertIsNone(span.row, overhead)


class CutTests(RecordsTestCase):
    """Records that come out piece by piece."""

    def test_anywhere(self) -> None:
        """Each piece has its share of the plaintext."""
        row = self.encrypt(b"secret")
        whole = record(6 + TAG)
        spans = [
            span
            for piece in (whole[:7], whole[7:12], whole[12:])
            for span in self.records.read(piece)
        ]

        self.assertEqual([span.data for span in spans], [b"se", b"cret", b""])
        self.assertEqual(row.wire, len(whole))

    def test_within_the_header(self) -> None:
        """What has come of it is nobody's; the rest is as it should be."""
        row = self.encrypt(b"secret")
        whole = record(6 + TAG)
        pieces = (whole[:1], whole[1:4], whole[4:])
        spans = [span for piece in pieces for span in self.records.read(piece)]

        self.assertEqual([span.row for span in spans], [None, None, row])
        self.assertEqual([span.size for span in spans], [1, 3, len(whole) - 4])
        self.assertEqual((spans[2].data, row.wire), (b"secret", len(whole) - 4))

    def test_what_is_no_record(self) -> None:
        """It is taken for what has gone in last: a trace may begin anywhere."""
        for nonsense in (b"\0" * 30, b"\x17\x04" + b"\0" * 30, b"\x17\x03\x03\xff\xff"):
            self.encrypt(b"first")
            row = self.encrypt(b"secret")
            spans = self.records.read(nonsense)
            self.assertEqual(spans, [Span(row, 0, len(nonsense))])
            self.assertEqual(row.wire, len(nonsense))
            self.assertEqual(
                self.records.read(nonsense), [Span(None, 0, len(nonsense))]
            )

    def test_after_what_is_no_record(self) -> None:
        """Records are found again."""
        self.records.read(record(4, HANDSHAKE) + b"\0" * 30)
        row = self.encrypt(b"secret")
        (span,) = self.records.read(record(6 + TAG))

        self.assertIs(span.row, row)
