# -*- test-case-name: harness.test.test_http_misbehaviour -*-
"""Bodies that come bit by bit, and never faster than the client takes them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from twisted.internet.interfaces import IDelayedCall, IPushProducer
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from harness._http.pages import TEXT, Answer


class Stream(Answer):
    """A body that is made while it is sent.

    Args:
        pieces: Makes its pieces, anew for each request.
        every: How many seconds pass between two.
        length: What Content-Length says; None for chunks.
    """

    def __init__(
        self, pieces: Callable[[], Iterable[bytes]], every: float, length: int | None
    ) -> None:
        super().__init__()
        self._pieces = pieces
        self._every = every
        self._length = length

    def render(self, request: Any) -> int:
        request.setHeader("Content-Type", TEXT)
        if self._length is not None:
            request.setHeader("Content-Length", str(self._length))
        if request.method == b"HEAD":
            request.finish()
        else:
            producer = PieceProducer(request, iter(self._pieces()), self._every)
            request.notifyFinish().addErrback(lambda _: producer.stopProducing())
            request.registerProducer(producer, True)
            producer.resumeProducing()
        return NOT_DONE_YET


@implementer(IPushProducer)
class PieceProducer:
    """Writes one piece of a body after the other."""

    def __init__(self, request: Any, pieces: Iterator[bytes], every: float) -> None:
        self._request = request
        self._pieces = pieces
        self._every = every
        self._paused = False
        self._waiting: IDelayedCall | None = None

    def resumeProducing(self) -> None:
        """Go on, as soon as the next piece is due."""
        self._paused = False
        if self._waiting is None:
            self._write()

    def pauseProducing(self) -> None:
        """Write no more until told to."""
        self._paused = True

    def stopProducing(self) -> None:
        """Stop for good: the client is gone."""
        self._paused = True
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _write(self) -> None:
        self._waiting = None
        if self._paused:
            return
        piece = next(self._pieces, None)
        if piece is None:
            self._request.unregisterProducer()
            self._request.finish()
            return
        clock = self._request.site.reactor
        self._waiting = clock.callLater(self._every, self._write)
        self._request.write(piece)
