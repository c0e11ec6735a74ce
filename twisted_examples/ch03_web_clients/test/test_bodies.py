"""Tests of what takes the body of an answer."""

import gzip
import tracemalloc
import zlib

from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone, ResponseFailed
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH

from harness import segmentations
from twisted_examples.ch03_web_clients.bodies import (
    PIECE,
    Body,
    EncodingError,
    Gunzip,
    TooLongError,
    decoder_for,
    deliver,
    discard,
)
from twisted_examples.ch03_web_clients.test.answering import Answer

TEXT = b"It was a dark and stormy night; the rain fell in torrents."


def gunzip(pieces: list[bytes]) -> bytes:
    """Decode all pieces of a stream, and expect it to be whole."""
    decoder = Gunzip()
    decoded = b"".join(part for piece in pieces for part in decoder.decode(piece))
    decoder.finish()
    return decoded


class GunzipTests(SynchronousTestCase):
    """gzip."""

    def test_however_the_bytes_arrive(self) -> None:
        """The pieces make no difference."""
        for pieces in segmentations(gzip.compress(TEXT, mtime=0)):
            self.assertEqual(gunzip(pieces), TEXT)

    def test_several_members(self) -> None:
        """They are one text (RFC 1952, section 2.2)."""
        members = gzip.compress(TEXT, mtime=0) + gzip.compress(b"more", mtime=0)
        for pieces in segmentations(members):
            self.assertEqual(gunzip(pieces), TEXT + b"more")

    def test_nothing(self) -> None:
        """It is encoded, too."""
        self.assertEqual(gunzip([gzip.compress(b"", mtime=0)]), b"")

    def test_cut_anywhere(self) -> None:
        """Less than all is an error, wherever it ends."""
        whole = gzip.compress(TEXT, mtime=0)
        for length in range(len(whole)):
            with self.assertRaises(EncodingError):
                gunzip([whole[:length]])

    def test_damaged(self) -> None:
        """Neither rubbish, nor a wrong checksum, nor rubbish after the end."""
        whole = gzip.compress(TEXT, mtime=0)
        for damaged in (b"<html>", whole[:-5] + b"\0" + whole[-4:], whole + b"more"):
            with self.assertRaises(EncodingError):
                gunzip([damaged])

    def test_bounded_pieces(self) -> None:
        """A few bytes that stand for many do not become many at once."""
        bomb = zlib.compressobj(9, wbits=31)
        data = b"".join(bomb.compress(bytes(2**20)) for _ in range(8)) + bomb.flush()
        decoder = Gunzip()
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        sizes = [len(piece) for piece in decoder.decode(data)]
        decoder.finish()

        self.assertEqual(sum(sizes), 2**23)
        self.assertLessEqual(max(sizes), PIECE)
        self.assertLess(tracemalloc.get_traced_memory()[1], 2**20)


class DecoderForTests(SynchronousTestCase):
    """Which decoder is for which answer."""

    def decode(self, data: bytes, *fields: bytes) -> bytes:
        """Decode with what is chosen for the header fields."""
        decoder = decoder_for(Answer(headers={b"Content-Encoding": [*fields]}))
        decoded = b"".join(decoder.decode(data))
        decoder.finish()
        return decoded

    def test_plain(self) -> None:
        """No encoding, by whatever name."""
        for fields in ([], [b""], [b"identity"], [b"Identity", b" "]):
            self.assertEqual(self.decode(TEXT, *fields), TEXT)

    def test_gzip(self) -> None:
        """By both of its names, in any case."""
        data = gzip.compress(TEXT, mtime=0)
        for field in (b"gzip", b"GZIP", b" x-gzip "):
            self.assertEqual(self.decode(data, field), TEXT)

    def test_others(self) -> None:
        """What was not asked for is not guessed at, nor is gzip within gzip."""
        for fields, named in (
            ([b"br"], "br"),
            ([b"gzip, gzip"], "gzip, gzip"),
            ([b"gzip", b"br"], "gzip, br"),
            ([b"\x1b[2J"], "[2J"),
        ):
            with self.assertRaises(EncodingError) as caught:
                self.decode(b"", *fields)

            self.assertEqual(
                str(caught.exception),
                f"the page comes in an encoding that is not known: {named}",
            )


class BodyTests(SynchronousTestCase):
    """The protocol, alone."""

    def setUp(self) -> None:
        self.received: list[bytes] = []
        self.transport = StringTransport()

    def body(self, limit: int | None = None, decoder: Gunzip | None = None) -> Body:
        """Make a body that has a transport."""
        body = Body(self.received.append, decoder, limit)
        body.makeConnection(self.transport)
        return body

    def test_passes_on_what_comes(self) -> None:
        """Piece by piece; at the end it tells how much it was."""
        body = self.body()
        body.dataReceived(b"one ")
        body.dataReceived(b"two")
        self.assertEqual(self.received, [b"one ", b"two"])
        self.assertNoResult(body.finished)
        body.connectionLost(Failure(ResponseDone()))

        self.assertEqual(self.successResultOf(body.finished), 7)

    def test_may_end_with_its_connection(self) -> None:
        """What is a potential loss to Agent is the proper end of such a page."""
        body = self.body()
        body.dataReceived(b"one")
        body.connectionLost(Failure(PotentialDataLoss()))

        self.assertEqual(self.successResultOf(body.finished), 3)

    def test_fails_if_something_is_missing(self) -> None:
        """With the reason that Agent gives."""
        body = self.body()
        reason = ResponseFailed([Failure(ConnectionDone())])
        body.dataReceived(b"one")
        body.connectionLost(Failure(reason))

        self.assertIs(self.failureResultOf(body.finished).value, reason)

    def test_stops_when_it_cannot_be_written(self) -> None:
        """It fails with what went wrong, and wants no more."""
        errors = [ZeroDivisionError()]

        def fail(data: bytes) -> None:
            raise errors.pop()

        body = Body(fail)
        body.makeConnection(self.transport)
        body.dataReceived(b"one")
        body.dataReceived(b"two")
        body.connectionLost(Failure(ConnectionDone()))

        self.failureResultOf(body.finished, ZeroDivisionError)
        self.assertEqual(self.transport.producerState, "stopped")

    def test_takes_as_much_as_the_limit(self) -> None:
        """And not a byte more, of which nothing is passed on."""
        exact, longer = self.body(limit=4), self.body(limit=4)
        exact.dataReceived(b"1234")
        exact.connectionLost(Failure(ResponseDone()))
        self.received.clear()
        longer.dataReceived(b"123")
        longer.dataReceived(b"45")

        self.assertEqual(self.successResultOf(exact.finished), 4)
        error = self.failureResultOf(longer.finished, TooLongError).value
        self.assertEqual(str(error), "the page is longer than 4 bytes")
        self.assertEqual(self.received, [b"123"])
        self.assertEqual(self.transport.producerState, "stopped")

    def test_counts_what_was_decoded(self) -> None:
        """That is what the limit is for."""
        body = self.body(limit=100, decoder=Gunzip())
        body.dataReceived(gzip.compress(bytes(101), mtime=0))

        self.failureResultOf(body.finished, TooLongError)

    def test_decodes(self) -> None:
        """What is passed on is what was meant."""
        body = self.body(decoder=Gunzip())
        body.dataReceived(gzip.compress(TEXT, mtime=0))
        body.connectionLost(Failure(ResponseDone()))

        self.assertEqual(self.received, [TEXT])
        self.assertEqual(self.successResultOf(body.finished), len(TEXT))

    def test_fails_if_the_encoding_breaks_off(self) -> None:
        """Though for HTTP all was there."""
        body = self.body(decoder=Gunzip())
        body.dataReceived(gzip.compress(TEXT, mtime=0)[:-1])
        body.connectionLost(Failure(ResponseDone()))

        self.failureResultOf(body.finished, EncodingError)

    def test_may_be_empty(self) -> None:
        """In any encoding, where HTTP says that there is nothing; else who knows."""
        certain, uncertain = self.body(decoder=Gunzip()), self.body(decoder=Gunzip())
        certain.connectionLost(Failure(ResponseDone()))
        uncertain.connectionLost(Failure(PotentialDataLoss()))

        self.assertEqual(self.successResultOf(certain.finished), 0)
        self.failureResultOf(uncertain.finished, EncodingError)

    def test_can_be_cancelled(self) -> None:
        """The server is told to stop."""
        body = self.body()
        body.finished.cancel()
        body.dataReceived(b"late")
        body.connectionLost(Failure(ConnectionDone()))

        self.failureResultOf(body.finished, CancelledError)
        self.assertEqual(self.received, [])
        self.assertEqual(self.transport.producerState, "stopped")


class DeliverTests(SynchronousTestCase):
    """A body, from the answer to the end."""

    def test_delivers(self) -> None:
        """All of it, decoded."""
        received: list[bytes] = []
        data = gzip.compress(TEXT, mtime=0)
        answer = Answer(data, headers={b"Content-Encoding": [b"gzip"]})
        delivered = deliver(answer, received.append)

        self.assertEqual(self.successResultOf(delivered), len(TEXT))
        self.assertEqual(received, [TEXT])

    def test_refuses_what_is_announced_to_be_too_long(self) -> None:
        """Before anything of it is passed on, and without waiting for it."""
        received: list[bytes] = []
        answer = Answer(b"12345", length=5)
        with self.assertRaises(TooLongError):
            deliver(answer, received.append, 4)

        self.assertEqual(received, [])
        self.assertTrue(answer.is_discarded)

    def test_believes_a_length_that_is_not_too_long(self) -> None:
        """Or one that is not known."""
        for length in (4, UNKNOWN_LENGTH):
            delivered = deliver(Answer(b"1234", length=length), lambda data: None, 4)

            self.assertEqual(self.successResultOf(delivered), 4)

    def test_refuses_what_it_cannot_decode(self) -> None:
        """And does not keep the server waiting."""
        answer = Answer(headers={b"Content-Encoding": [b"br"]})
        with self.assertRaises(EncodingError):
            deliver(answer, lambda data: None)

        self.assertTrue(answer.is_discarded)


class DiscardTests(SynchronousTestCase):
    """A body that nobody wants."""

    def test_hangs_up(self) -> None:
        """Nothing of it is waited for."""
        answer = Answer(b"data")
        discard(answer)

        self.assertTrue(answer.is_discarded)
