# -*- test-case-name: harness.test.test_tls_records -*-
"""Which bytes of an encrypted stream are which bytes of what went into TLS.

Each piece of plaintext becomes a record, since Twisted gives OpenSSL no more than that
at once. A record tells in clear what it is and how long (RFC 8446, 5.1 and 5.2; RFC
5246, 6.2). Ciphers of today keep the order of bytes, and
put something before them and after them. So it is known where each byte goes, without
any key.
"""

from collections import deque
from typing import NamedTuple

from harness._rows import Row

_HEADER = 5
_APPLICATION_DATA = 23
_TYPES = range(20, 25)
_MAJOR_VERSION = 3

#: How many bytes a record has at most.
_LONGEST = 2**14 + 2048

#: How many bytes there are before the plaintext, by how many a record adds in all:
#: ChaCha20 of TLS 1.2, TLS 1.3, AES-GCM of TLS 1.2, and TLS 1.3 within TLS 1.3.
_BEFORE = {16: 0, 17: 0, 24: 8, 39: 5}

#: CBC of TLS 1.2 fills blocks up, and has one of them and a hash beside.
_BLOCK, _CBC_OVERHEADS = 16, range(37, 81)


class Span(NamedTuple):
    """Some bytes of a stream.

    Attributes:
        row: What they are of, or None if they are TLS's own.
        start: Which byte of the row's data the first of them is. Before the data, and
            after it, there is what TLS adds.
        size: How many there are.
    """

    row: Row | None
    start: int
    size: int

    @property
    def data(self) -> bytes:
        """Those bytes of the row's data that are among them."""
        if self.row is None:
            return b""
        return self.row.data[max(0, self.start) : max(0, self.start + self.size)]


class Records:
    """Reads one direction of an encrypted stream."""

    def __init__(self) -> None:
        # What has gone in and not come out.
        self._pending: deque[Row] = deque()
        self._header = b""
        # What is to come of the record that has begun.
        self._rest = Span(None, 0, 0)

    def encrypt(self, row: Row) -> None:
        """Learn what has gone into TLS."""
        self._pending.append(row)

    def read(self, data: bytes) -> list[Span]:
        """Learn what has come out; return what it is."""
        spans: list[Span] = []
        while data:
            if not self._rest.size and not self._begin(data):
                return [*spans, self._unknown(len(data))]
            span = self._rest._replace(size=min(self._rest.size, len(data)))
            row, start, size = self._rest
            self._rest = Span(row, start + span.size, size - span.size)
            data = data[span.size :]
            spans.append(span)
        return spans

    def _begin(self, data: bytes) -> bool:
        """Begin a record. Return whether it is one, as far as that can be told."""
        known = len(self._header)
        header = self._header + data[: _HEADER - known]
        if len(header) < _HEADER:
            self._header = header
            self._rest = Span(None, 0, len(data))
            return True
        self._header = b""
        kind, major, length = header[0], header[1], int.from_bytes(header[3:], "big")
        if kind not in _TYPES or major != _MAJOR_VERSION or length > _LONGEST:
            return False
        size = _HEADER - known + length
        self._rest = Span(None, 0, size)
        if kind == _APPLICATION_DATA:
            self._rest = self._find(length, size)
        return True

    def _find(self, length: int, size: int) -> Span:
        """Find out what a record is of. TLS 1.3 hides its own among the others."""
        for number, row in enumerate(self._pending):
            before = _before(length, len(row.data))
            if before is not None:
                for _ in range(number + 1):
                    self._pending.popleft()
                row.wire = size
                return Span(row, length - size - before, size)
        return Span(None, 0, size)

    def _unknown(self, size: int) -> Span:
        """Take what is no record for what has gone in last, if anything has."""
        if not self._pending:
            return Span(None, 0, size)
        row = self._pending.pop()
        self._pending.clear()
        row.wire = size
        return Span(row, 0, size)


def _before(length: int, count: int) -> int | None:
    """Return how many bytes are before so many bytes of plaintext in a record.

    Returns:
        None if a record of this length cannot be of them.
    """
    overhead = length - count
    if length % _BLOCK == 0 and overhead in _CBC_OVERHEADS:
        return _BLOCK
    return _BEFORE.get(overhead)
