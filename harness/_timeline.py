# -*- test-case-name: harness.test.test_timeline -*-
"""A trace as a reader wants it: what was said by whom to whom, and when it arrived.

A trace tells one thing in several events: bytes are written, a link is given a packet,
and that arrives; or what went into TLS, and what came out of it. Here that is one
`Row`, and one more for an arrival that is later. What goes in several packets, or
shares one with others, has a row beside theirs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from harness._carried import CarriedStream
from harness._payloads import excerpt
from harness._places import Atlas, Place
from harness._rows import Row, Saying, category_of_packet, own_bytes, say
from harness._tls_records import Span
from harness._trace import ENCRYPTED, Trace, TraceEvent, shown

#: Which packet belongs to what a program asked for at the same instant.
_PACKET_OF = {
    "connect": "SYN",
    "data": "data",
    "plaintext": "data",
    ENCRYPTED: "data",
    "fin": "FIN",
    "reset": "RST",
    "refused": "RST",
    "datagram": "datagram",
}

_Ends = tuple[str, str]


class Timeline:
    """The rows of a trace.

    Attributes:
        rows: The rows, oldest first.
        listening: The places at which somebody listens.
    """

    def __init__(
        self, trace: Trace, events: Iterable[TraceEvent] | None = None
    ) -> None:
        """Read a trace.

        Args:
            trace: The trace.
            events: Which of its events to read, if not all.
        """
        self.rows: list[Row] = []
        self.listening: dict[Place, None] = {}
        self._atlas = Atlas(trace.machines)
        self._has_packets = "packets" in trace.details
        # What was asked for last, the streams, and what is under way: by packet, and
        # how many bytes are missing of what goes in several.
        self._asked: dict[_Ends, Row] = {}
        self._streams: defaultdict[_Ends, CarriedStream] = defaultdict(CarriedStream)
        self._under_way: dict[int, Row] = {}
        self._missing: dict[Row, int] = {}
        readers = {
            "data": self._read_data,
            "plaintext": self._read_plaintext,
            ENCRYPTED: self._read_encrypted,
            "send": self._read_send,
            "arrive": self._read_arrive,
            "lost": self._read_lost,
        }
        for event in trace if events is None else events:
            ends = (shown(event.source), shown(event.destination))
            readers.get(event.kind, self._read)(event, ends)

    # What machines do

    def _read(self, event: TraceEvent, ends: _Ends) -> Row:
        """Read an event that is a row of its own."""
        row = self._add(event, ends, say(event))
        if event.kind == "listen":
            self.listening[row.source] = None
        self._asked[ends] = row
        return row

    def _read_data(self, event: TraceEvent, ends: _Ends) -> None:
        row = self._read(event, ends)
        self._write(event, ends, [Span(row, 0, len(event.data))])

    def _read_plaintext(self, event: TraceEvent, ends: _Ends) -> None:
        row = self._read(event, ends)
        row.wire = 0
        self._streams[ends].records.encrypt(row)

    def _read_encrypted(self, event: TraceEvent, ends: _Ends) -> None:
        """Read what came out of TLS: that is what has gone in, if anything has."""
        spans = self._streams[ends].records.read(bytes(event.data))
        if not any(span.row for span in spans):
            own = self._read(event, ends)
            own.data = b""
            spans = [Span(own, 0, len(event.data))]
        self._write(event, ends, spans)

    def _write(self, event: TraceEvent, ends: _Ends, spans: Sequence[Span]) -> None:
        if self._has_packets:
            self._streams[ends].write(bytes(event.data), spans)

    def _add(self, event: TraceEvent, ends: _Ends, saying: Saying) -> Row:
        category, text, places = saying
        source = Place("" if places == "nowhere" else event.host)
        destination = None
        if places in ("ends", "sockets"):
            source = self._atlas.place(ends[0], event.host)
            if event.destination is not None:
                destination = self._atlas.place(ends[1], event.host)
        data = bytes(event.data)
        row = Row(event.time, category, event.kind, source, destination, text, data)
        row.wire = len(data)
        row.subject = " ".join(sorted(ends)) if destination else ends[0]
        row.crosses = places == "ends"
        if row.crosses and destination is not None:
            self._settle(row, source, destination)
        self.rows.append(row)
        return row

    def _settle(self, row: Row, source: Place, destination: Place) -> None:
        """Say of what goes somewhere what becomes of it, as far as that is known."""
        if self._atlas.is_nobody(destination):
            row.fate = "lost"
        elif source.machine == destination.machine:
            row.fate = "arrived"
        elif self._has_packets and row.kind in _PACKET_OF:
            row.fate = "written"
            row.crosses = False
        row.end = row.time

    # What links carry

    def _read_send(self, event: TraceEvent, ends: _Ends) -> None:
        if event.note == "SYN":
            self._streams.pop(ends, None)
            self._streams.pop(ends[::-1], None)
        stream = self._streams[ends]
        again = stream.is_known(event.segment)
        data = bytes(event.data)
        spans = stream.send(event.packet, event.segment, data)
        row = None if again else self._asked_for(event, ends, spans)
        if row is None:
            row = self._add_packet(event, ends, spans)
            row.again = again
        row.wire = len(data)
        row.packet = event.packet
        row.crosses = True
        row.fate = "under way"
        self._under_way[event.packet] = row

    def _asked_for(
        self, event: TraceEvent, ends: _Ends, spans: Sequence[Span]
    ) -> Row | None:
        """Return what a program asked for at this instant, if a packet is just that."""
        row = self._asked.get(ends)
        if event.data and event.note == "data":
            rows = list(dict.fromkeys(span.row for span in spans if span.row))
            size = sum(span.size for span in spans if span.row)
            if len(rows) != 1 or size != rows[0].wire:
                return None
            row = rows[0]
        if row is None or _PACKET_OF.get(row.kind) != event.note:
            return None
        return row if (row.time, row.packet) == (event.time, 0) else None

    def _add_packet(self, event: TraceEvent, ends: _Ends, spans: Sequence[Span]) -> Row:
        """Add a row for a packet of its own."""
        data = b"".join(span.data for span in spans) if spans else bytes(event.data)
        categories = {span.row.category for span in spans if span.row}
        text = excerpt(data, 160) if data else event.note
        category = category_of_packet(event.note)
        if "tls" in categories:
            category = "tls"
            text = text if data else own_bytes(event)
        row = self._add(event, ends, Saying(category, text, "ends"))
        row.kind = event.note
        row.data = data
        for span in spans:
            if span.row is not None and not span.row.packet:
                self._missing.setdefault(span.row, span.row.wire)
                span.row.fate = "under way"
        return row

    def _read_arrive(self, event: TraceEvent, ends: _Ends) -> None:
        for span in self._streams[ends].arrive(event.packet):
            self._receive(event, span)
        row = self._end(event, "arrived")
        if row is not None and event.time > row.time:
            text = row.text if row.data else f"{event.note} arrives"
            arrival = self._add(event, ends, Saying(row.category, text, "sockets"))
            arrival.packet = row.packet
            arrival.of = row

    def _receive(self, event: TraceEvent, span: Span) -> None:
        """Count what arrives of what goes in several packets."""
        if span.row not in self._missing:
            return
        self._missing[span.row] -= span.size
        if not self._missing[span.row]:
            span.row.fate = "arrived"
            span.row.end = event.time

    def _read_lost(self, event: TraceEvent, ends: _Ends) -> None:
        self._end(event, "lost")

    def _end(self, event: TraceEvent, fate: str) -> Row | None:
        """End the way of a packet, whose machine is the one that the event is of."""
        row = self._under_way.pop(event.packet, None)
        if row is not None:  # or it is older than the trace
            row.fate = fate
            row.end = event.time
            if row.destination is not None:
                row.destination = row.destination._replace(machine=event.host)
        return row
