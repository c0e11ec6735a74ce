"""Tests of the workload of one long stream."""

from twisted.internet.protocol import connectionDone
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.bulk import (
    PIECE,
    Drain,
    Source,
    bulk_floor,
    bulk_job,
    whole_pieces,
)
from harness.benchmark.reactors import run


class PausingTransport(StringTransport):
    """Has had enough after each write, as a full buffer has."""

    def write(self, data: bytes) -> None:
        super().write(data)
        assert self.producer is not None
        self.producer.pauseProducing()


class SourceTests(SynchronousTestCase):
    """The side that writes."""

    def test_writes_pieces_of_64_kib(self) -> None:
        """Where nothing stops it, it writes them all and closes."""
        transport = StringTransport()
        Source(3).makeConnection(transport)

        self.assertEqual(transport.value(), PIECE * 3)
        self.assertEqual(len(PIECE), 65_536)
        self.assertTrue(transport.disconnecting)
        self.assertIs(transport.producer, None)

    def test_is_a_streaming_producer_that_pauses(self) -> None:
        """Told to pause, it writes no more until it is told to resume."""
        transport = PausingTransport()
        source = Source(2)
        source.makeConnection(transport)
        self.assertEqual(transport.value(), PIECE)
        self.assertTrue(transport.streaming)
        source.resumeProducing()

        self.assertEqual(transport.value(), PIECE * 2)
        self.assertTrue(transport.disconnecting)

    def test_stops_when_the_connection_is_lost(self) -> None:
        """A transport that is gone tells its producer to stop."""
        transport = PausingTransport()
        source = Source(3)
        source.makeConnection(transport)
        source.stopProducing()
        source.resumeProducing()

        self.assertEqual(transport.value(), PIECE)


class DrainTests(SynchronousTestCase):
    """The side that reads."""

    def test_counts_bytes_until_the_end(self) -> None:
        """It says when the stream is over."""
        drain = Drain()
        drain.dataReceived(b"abc")
        drain.dataReceived(b"de")
        self.assertNoResult(drain.lost)
        drain.connectionLost(connectionDone)

        self.successResultOf(drain.lost)
        self.assertEqual(drain.received, 5)


class BulkTests(SynchronousTestCase):
    """The workload."""

    def test_every_piece_arrives(self) -> None:
        """More of them than fit into the buffers on the way."""
        self.assertEqual(run(VirtualReactor(), bulk_job(40)), 40)

    def test_the_floor_receives_every_piece(self) -> None:
        """The same bytes, with nothing before them."""
        with bulk_floor(3).prepare() as work:
            self.assertEqual(work(), 3)

    def test_a_piece_cut_short_is_no_piece(self) -> None:
        """A stream that lost a byte counts as less than nothing."""
        self.assertEqual(whole_pieces(2 * 65_536), 2)
        self.assertEqual(whole_pieces(2 * 65_536 - 1), -1)
