# -*- test-case-name: harness.test.test_carried -*-
"""What packets carry of what was written to a stream, however it is cut."""

from collections import deque
from collections.abc import Sequence

from harness._tls_records import Records, Span


class CarriedStream:
    """One direction of a stream whose packets are recorded.

    Attributes:
        records: What reads it if it is encrypted.
    """

    def __init__(self) -> None:
        self.records = Records()
        # What has been written and not sent: the bytes, and what they are.
        self._written = bytearray()
        self._spans: deque[Span] = deque()
        # What has been sent, by segment; the segments that the receiver has not got
        # yet, in order; and what is under way in packets.
        self._sent: dict[int, list[Span]] = {}
        self._expected: deque[int] = deque()
        self._under_way: dict[int, tuple[int, list[Span]]] = {}

    def write(self, data: bytes, spans: Sequence[Span]) -> None:
        """Learn what is written."""
        self._written += data
        self._spans.extend(spans)

    def is_known(self, segment: int) -> bool:
        """Say whether a segment has been sent before."""
        return segment in self._sent

    def send(self, packet: int, segment: int, data: bytes) -> list[Span]:
        """Learn that a packet is sent.

        Args:
            packet: Its number.
            segment: Which segment it is, or 0.
            data: What it carries.

        Returns:
            What that is, as far as it is known.
        """
        spans = self._sent.get(segment)
        if spans is None:
            spans = self._take(data)
            if segment:
                self._sent[segment] = spans
                self._expected.append(segment)
        self._under_way[packet] = segment, spans
        return spans

    def arrive(self, packet: int) -> list[Span]:
        """Learn that a packet arrives; return what the receiver gets by it.

        A segment for which an earlier one is missing is thrown away.
        """
        segment, spans = self._under_way.pop(packet, (0, []))
        if not segment:
            return spans
        if not self._expected or segment != self._expected[0]:
            return []
        self._expected.popleft()
        return spans

    def _take(self, data: bytes) -> list[Span]:
        """Take off what is carried. It is not there if somebody has changed it."""
        at = self._written.find(data)
        if at < 0:
            return []
        self._cut(at)
        return self._cut(len(data))

    def _cut(self, size: int) -> list[Span]:
        del self._written[:size]
        spans = []
        while size:
            row, start, length = self._spans.popleft()
            taken = min(size, length)
            spans.append(Span(row, start, taken))
            if taken < length:
                self._spans.appendleft(Span(row, start + taken, length - taken))
            size -= taken
        return spans
