"""Tests of what packets are said to carry."""

from twisted.trial.unittest import SynchronousTestCase

from harness._carried import CarriedStream
from harness._places import Place
from harness._rows import Row
from harness._tls_records import Span


class CarriedStreamTests(SynchronousTestCase):
    """One direction of a stream."""

    def setUp(self) -> None:
        self.stream = CarriedStream()

    def write(self, data: bytes) -> Row:
        """Write something, and return its row."""
        row = Row(0.0, "data", "data", Place("one"), None, "", data)
        self.stream.write(data, [Span(row, 0, len(data))])
        return row

    def test_as_it_was_written(self) -> None:
        """Whole."""
        row = self.write(b"hello")

        self.assertEqual(self.stream.send(1, 1, b"hello"), [Span(row, 0, 5)])

    def test_in_pieces(self) -> None:
        """However they are cut."""
        one, two = self.write(b"hello"), self.write(b"world")

        self.assertEqual(self.stream.send(1, 1, b"hel"), [Span(one, 0, 3)])
        self.assertEqual(
            self.stream.send(2, 2, b"lowo"), [Span(one, 3, 2), Span(two, 0, 2)]
        )
        self.assertEqual(self.stream.send(3, 3, b"rld"), [Span(two, 2, 3)])

    def test_sent_again(self) -> None:
        """The same segment carries the same, and is known."""
        row = self.write(b"hello")
        self.assertFalse(self.stream.is_known(1))
        self.stream.send(1, 1, b"hello")

        self.assertTrue(self.stream.is_known(1))
        self.assertEqual(self.stream.send(2, 1, b"hello"), [Span(row, 0, 5)])

    def test_what_nobody_has_written(self) -> None:
        """It was written before the trace, or changed on its way."""
        self.assertEqual(self.stream.send(1, 1, b"old"), [])
        self.write(b"hello")
        row = self.write(b"world")

        self.assertEqual(self.stream.send(2, 2, b"\x97ello"), [])
        self.assertEqual(self.stream.send(3, 3, b"world"), [Span(row, 0, 5)])

    def test_arrivals(self) -> None:
        """In order; what comes too early is thrown away, and comes again."""
        one, two = self.write(b"hello"), self.write(b"world")
        first, second = [Span(one, 0, 5)], [Span(two, 0, 5)]
        self.stream.send(1, 7, b"hello")
        self.stream.send(2, 8, b"world")
        early = self.stream.arrive(2)
        self.stream.send(3, 7, b"hello")
        self.stream.send(4, 8, b"world")

        self.assertEqual(early, [])
        self.assertEqual(self.stream.arrive(3), first)
        self.assertEqual(self.stream.arrive(4), second)

    def test_twice(self) -> None:
        """What has arrived already does not arrive once more."""
        self.write(b"hello")
        self.stream.send(1, 7, b"hello")
        self.stream.send(2, 7, b"hello")
        self.stream.arrive(1)

        self.assertEqual(self.stream.arrive(2), [])

    def test_no_segments(self) -> None:
        """On a link that loses nothing all arrives, in order."""
        row = self.write(b"hello")
        self.stream.send(1, 0, b"hello")

        self.assertFalse(self.stream.is_known(0))
        self.assertEqual(self.stream.arrive(1), [Span(row, 0, 5)])

    def test_older_than_the_trace(self) -> None:
        """An arrival of what nobody has seen sent brings nothing."""
        self.assertEqual(self.stream.arrive(9), [])
