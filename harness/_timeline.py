# -*- test-case-name: harness.test.test_timeline -*-
"""A trace as a reader wants it: what was said by whom to whom, and when it arrived.

A trace tells one thing in several events: bytes are written, a link is given a packet,
and that arrives; or what went into TLS, and what came out of it. Here that is one
`Row`, and one more for an arrival that is later.
"""

from collections.abc import Iterable

from harness._payloads import excerpt
from harness._places import Atlas, Place
from harness._rows import Row, Saying, category_of_packet, say
from harness._trace import ENCRYPTED, Trace, TraceEvent, shown

#: Which packet belongs to what a program asked for at the same instant.
_PACKET_OF = {
    "connect": "SYN",
    "data": "data",
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
        # What was asked for last, what has gone into TLS and not come out yet, what is
        # under way, and what has been sent before.
        self._asked: dict[_Ends, Row] = {}
        self._secrets: dict[_Ends, Row] = {}
        self._under_way: dict[int, Row] = {}
        self._sent: dict[_Ends, set[int]] = {}
        readers = {
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

    def _read_plaintext(self, event: TraceEvent, ends: _Ends) -> None:
        row = self._read(event, ends)
        row.wire = 0
        self._secrets[ends] = row

    def _read_encrypted(self, event: TraceEvent, ends: _Ends) -> None:
        """Read what came out of TLS: that is what has gone in, if anything has."""
        row = self._secrets.pop(ends, None)
        if row is None or row.time != event.time:
            row = self._read(event, ends)
            row.data = b""
        row.kind = event.kind
        row.wire = len(event.data)
        self._asked[ends] = row

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
        row = self._asked.get(ends)
        if event.note == "SYN":
            self._sent[ends] = set()
            self._sent[ends[::-1]] = set()
        sent = self._sent.setdefault(ends, set())
        if row is None or not _belongs(event, row):
            text = excerpt(event.data, 160) if event.data else event.note
            saying = Saying(category_of_packet(event.note), text, "ends")
            row = self._add(event, ends, saying)
            row.kind = event.note
            row.again = event.segment in sent
        if event.segment:
            sent.add(event.segment)
        row.packet = event.packet
        row.crosses = True
        row.fate = "under way"
        self._under_way[event.packet] = row

    def _read_arrive(self, event: TraceEvent, ends: _Ends) -> None:
        row = self._end(event, "arrived")
        if row is not None and event.time > row.time:
            text = row.text if row.data else f"{event.note} arrives"
            arrival = self._add(event, ends, Saying(row.category, text, "sockets"))
            arrival.packet = row.packet
            arrival.of = row

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


def _belongs(packet: TraceEvent, row: Row) -> bool:
    """Say whether a packet is just what a program asked for at this instant."""
    return _PACKET_OF.get(row.kind) == packet.note and (
        row.time,
        row.wire,
        row.packet,
    ) == (packet.time, len(packet.data), 0)
