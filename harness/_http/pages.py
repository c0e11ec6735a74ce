# -*- test-case-name: harness.test.test_http_pages -*-
"""Answers that a well-behaved site gives, and a few that it should not."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.web.http import CACHED
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from harness._http.ranges import answer_range

#: Fields of an answer: one value, or several fields of one name.
Fields = Mapping[str, str | Sequence[str]]

TEXT = "text/plain; charset=utf-8"

#: How each content coding is written, as zlib's ``wbits``. What is called deflate is
#: zlib's format (RFC 9110, section 8.4.1.2); some send the bare stream by this name.
_WINDOW_BITS = {"gzip": 31, "deflate": 15, "raw-deflate": -15}

FRAMINGS = ("length", "chunked", "close")


class Answer(Resource):
    """What is found at a path, whatever the method."""

    isLeaf = True


@dataclass(eq=False)
class Page(Answer):
    """A body and what is said about it.

    Attributes:
        body: The bytes.
        status: The status code.
        content_type: Its type, or None for none.
        fields: More fields. They replace what is sent otherwise, be it right or not.
        etag: Its entity tag, quotes included.
        last_modified: When it was changed, in virtual seconds.
        coding: ``"gzip"``, ``"deflate"`` or ``"raw-deflate"``: how it is compressed
            for a client that takes this, or that does not say.
        framing: How its end is told: ``"length"``, ``"chunked"`` or ``"close"``.
    """

    body: bytes
    status: int = 200
    content_type: str | None = TEXT
    fields: Fields = field(default_factory=dict)
    etag: str | None = None
    last_modified: float | None = None
    coding: str | None = None
    framing: str = "length"

    def __post_init__(self) -> None:
        super().__init__()
        if self.coding not in (None, *_WINDOW_BITS):
            raise ValueError(f"no coding: {self.coding!r}")
        if self.framing not in FRAMINGS:
            raise ValueError(f"no framing: {self.framing!r}")

    def render(self, request: Any) -> int:
        request.setResponseCode(self.status)
        body = self._encoded(request)
        if self._is_new(request):
            if self.status == 200 and self.framing == "length":
                body = answer_range(request, body, self.content_type)
            self._frame(request, body)
        else:
            body = b""
        for name, values in self.fields.items():
            several = [values] if isinstance(values, str) else list(values)
            request.responseHeaders.setRawHeaders(name, several)
        request.write(body)
        request.finish()
        return NOT_DONE_YET

    def _encoded(self, request: Any) -> bytes:
        if self.content_type is None:
            request.defaultContentType = None
        else:
            request.setHeader("Content-Type", self.content_type)
        if self.coding is None:
            return self.body
        request.setHeader("Vary", "Accept-Encoding")
        name = self.coding.removeprefix("raw-")
        if not _accepts(request, name):
            return self.body
        request.setHeader("Content-Encoding", name)
        return compress(self.body, self.coding)

    def _is_new(self, request: Any) -> bool:
        known: object = None
        if self.last_modified is not None:
            known = request.setLastModified(self.last_modified)
        if self.etag is not None:
            known = request.setETag(self.etag.encode("ascii"))
        return known is not CACHED

    def _frame(self, request: Any, body: bytes) -> None:
        if self.framing == "length":
            request.setHeader("Content-Length", str(len(body)))
        elif self.framing == "close":
            # The way of HTTP/1.0: Twisted would send chunks under any later version.
            request.clientproto = b"HTTP/1.0"
            request.channel.persistent = 0


def compress(data: bytes, coding: str) -> bytes:
    """Compress ``data``, the same way each time: nothing tells when or where."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, _WINDOW_BITS[coding])
    return compressor.compress(data) + compressor.flush()


def _accepts(request: Any, coding: str) -> bool:
    """Read Accept-Encoding (RFC 9110, section 12.5.3): without it all are welcome."""
    accepted = request.getHeader("accept-encoding")
    if accepted is None:
        return True
    for item in accepted.lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() in (coding, "*"):
            return not _is_zero(weight)
    return False


def _is_zero(weight: str) -> bool:
    return weight.strip().removeprefix("q=").strip("0.") == "" != weight.strip()
