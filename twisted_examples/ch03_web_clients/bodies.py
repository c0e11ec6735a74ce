# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_bodies -*-
"""Take the body of an answer piece by piece, whole or not at all."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol as TypingProtocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer, ITransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH, IResponse

from twisted_examples.ch03_web_clients.errors import WebError, printable

#: How many bytes at most are passed on at once.
PIECE = 2**16


class TooLongError(WebError):
    """There is more than anybody wants."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the page is longer than {limit} bytes")


class EncodingError(WebError):
    """The body does not come as it is said to."""


class Decoder(TypingProtocol):
    """Undoes the encoding of a body."""

    def decode(self, data: bytes) -> Iterable[bytes]:
        """Yield what the next piece means."""

    def finish(self) -> None:
        """Take note that there is no more.

        Raises:
            EncodingError: There should be.
        """


class Plain:
    """No encoding."""

    def decode(self, data: bytes) -> Iterable[bytes]:
        return (data,)

    def finish(self) -> None:
        """All that has come is good."""


class Gunzip:
    """Undoes gzip (RFC 1952).

    A few bytes can stand for millions. They come in pieces of bounded size, so that
    whoever takes them can stop.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member.eof:  # another one follows
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield from self._inflate(data)
            data = self._member.unused_data

    def finish(self) -> None:
        if not self._member.eof:
            raise EncodingError("the page ends in the middle of its gzip data")

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` means, up to the end of the member."""
        try:
            while piece := self._member.decompress(data, PIECE):
                yield piece
                data = self._member.unconsumed_tail
        except zlib.error as error:
            raise EncodingError("the page's gzip data is broken") from error


def decoder_for(response: IResponse) -> Decoder:
    """Choose what undoes the encoding of an answer (RFC 9110, section 8.4).

    Raises:
        EncodingError: Nothing here does.
    """
    fields = response.headers.getRawHeaders(b"Content-Encoding", [])
    codings = b",".join(fields).lower().split(b",")
    names = {name.strip() for name in codings} - {b"", b"identity"}
    if not names:
        return Plain()
    if len(codings) == 1 and names <= {b"gzip", b"x-gzip"}:
        return Gunzip()
    name = printable(b", ".join(fields))
    raise EncodingError(f"the page comes in an encoding that is not known: {name}")


class IBodyTransport(ITransport, IPushProducer):
    """What a body comes from, as far as it is used here."""


class Body(Protocol):
    """Hands the body of an answer on.

    Args:
        write: Takes each piece. An error of its ends the transfer.
        decoder: What undoes the encoding.
        limit: How many bytes may come, after decoding; None for any number.

    Attributes:
        finished: A Deferred that fires with the number of bytes that were passed on,
            or fails with the reason why that is not all. Cancelling it gives up.
    """

    transport: IBodyTransport

    def __init__(
        self,
        write: Callable[[bytes], object],
        decoder: Decoder | None = None,
        limit: int | None = None,
    ) -> None:
        self.finished: Deferred[int] = Deferred(self._cancel)
        self._write = write
        self._decoder = Plain() if decoder is None else decoder
        self._limit = limit
        self._count = 0
        self._is_empty = True
        self._is_over = False

    def dataReceived(self, data: bytes) -> None:
        if self._is_over:
            return
        self._is_empty = False
        try:
            self._pass_on(data)
        except Exception:
            self._is_over = True
            self.transport.stopProducing()
            self.finished.errback()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._is_over:
            return
        self._is_over = True
        # A body without a length ends with its connection: for Agent, that is a loss
        # that is merely possible.
        if not reason.check(ResponseDone, PotentialDataLoss):
            self.finished.errback(reason)
            return
        try:
            # Nothing at all is a page in any encoding, if HTTP says that it is whole.
            if not (self._is_empty and reason.check(ResponseDone)):
                self._decoder.finish()
        except EncodingError:
            self.finished.errback()
        else:
            self.finished.callback(self._count)

    def _pass_on(self, data: bytes) -> None:
        for piece in self._decoder.decode(data):
            self._count += len(piece)
            if self._limit is not None and self._count > self._limit:
                raise TooLongError(self._limit)
            self._write(piece)

    def _cancel(self, cancelled: object) -> None:
        self._is_over = True
        self.transport.stopProducing()


def deliver(
    response: IResponse, write: Callable[[bytes], object], limit: int | None = None
) -> Deferred[int]:
    """Pass the body of an answer on, piece by piece.

    Args:
        response: The answer.
        write: Takes each piece, decoded.
        limit: How many bytes at most, after decoding. A page that is announced to be
            longer is refused before anything of it is passed on.

    Returns:
        A Deferred that fires with the number of bytes when all has been written.
        Cancelling it gives up.

    Raises:
        EncodingError: The encoding is not known.
        TooLongError: The page is announced to be longer than ``limit``.
    """
    try:
        decoder = decoder_for(response)
        length = response.length
        if limit is not None and length is not UNKNOWN_LENGTH and length > limit:
            raise TooLongError(limit)
    except WebError:
        discard(response)
        raise
    body = Body(write, decoder, limit)
    response.deliverBody(body)
    return body.finished


def discard(response: IResponse) -> None:
    """Want no body, and no connection either."""
    response.deliverBody(NoBody())


class NoBody(Protocol):
    """Hangs up as soon as it is connected."""

    transport: IBodyTransport

    def connectionMade(self) -> None:
        self.transport.stopProducing()
