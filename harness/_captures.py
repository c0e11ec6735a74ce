# -*- test-case-name: harness.test.test_captures -*-
"""A trace as a capture of packets, for Wireshark and its like.

What TCP said is made up from what happened: simulated sockets know neither sequence
numbers nor handshakes. Between two machines whose packets were recorded, each is as it
was sent, also what was lost and sent again; otherwise one packet stands for each write.
Who receives something acknowledges it at that instant, which links do not.

UNIX sockets, names and what went into TLS have no packets.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness._addresses import BROADCAST, WireAddress, is_loopback, is_multicast
from harness._capture_streams import Connection, Piece
from harness._frames import udp_frame
from harness._pcapng import Frame, capture_file
from harness._places import Atlas, parse_address
from harness._trace import ENCRYPTED, Trace, TraceEvent, shown
from harness._whole_files import write_whole

_Ends = tuple[WireAddress, WireAddress]


def save_capture(trace: Trace, path: str | Path) -> None:
    """Write a trace into a file as a capture of packets, in the format pcapng.

    Raises:
        OSError: The file cannot be written.
        ValueError: The trace has what no capture can hold: a datagram that is too long,
            or a time that is too late.
    """
    capture = Capture(trace)
    content = capture_file(capture.frames, trace.machines, "harness")
    write_whole(path, content)


class Capture:
    """Makes the packets of a trace.

    Attributes:
        frames: They, in order.
    """

    def __init__(self, trace: Trace) -> None:
        self.frames: list[Frame] = []
        self._atlas = Atlas(trace.machines)
        self._has_packets = "packets" in trace.details
        self._connections: dict[tuple[str, frozenset[WireAddress]], Connection] = {}
        # For packets that have been sent: the frame, and what to do at the arrival.
        self._numbers: dict[int, int] = {}
        self._arriving: dict[int, tuple[Connection, Piece]] = {}
        readers = {
            "connect": self._read_connect,
            "accept": self._read_accept,
            "refused": self._read_refused,
            "data": self._read_data,
            ENCRYPTED: self._read_data,
            "fin": self._read_fin,
            "reset": self._read_reset,
            "datagram": self._read_datagram,
            "send": self._read_send,
            "arrive": self._read_arrive,
            "lost": self._read_lost,
        }
        for event in trace:
            source = parse_address(shown(event.source))
            destination = parse_address(shown(event.destination))
            if event.kind in readers and source and destination:
                frames = readers[event.kind](event, (source, destination))
                self._add(event, frames)

    def _add(self, event: TraceEvent, frames: Iterable[bytes]) -> None:
        for content in frames:
            if event.kind == "send":
                self._numbers[event.packet] = len(self.frames)
            self.frames.append(Frame(event.time, content))

    # Where each write is a packet

    def _read_connect(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            yield from self._asked(event, ends).ask()

    def _read_accept(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            yield from self._connection(event, ends).shake_hands()

    def _read_refused(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        connection = self._connections.get(_key(event, ends))
        if connection is not None and not self._is_carried(event, ends):
            yield from connection.refuse()

    def _read_data(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            connection = self._connection(event, ends)
            yield from connection.shake_hands()
            piece = connection.direction(ends[0]).take(len(event.data))
            yield from connection.send(piece, bytes(event.data))
            yield from self._arrived(connection, piece)

    def _read_fin(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            connection = self._connection(event, ends)
            yield from connection.shake_hands()
            piece = connection.direction(ends[0]).take(1)
            yield from connection.finish(piece)
            yield from self._arrived(connection, piece)

    def _read_reset(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            connection = self._connection(event, ends)
            yield from connection.shake_hands()
            yield from connection.reset(connection.direction(ends[0]))

    def _read_datagram(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if not self._is_carried(event, ends):
            yield udp_frame(*ends, bytes(event.data))

    # Where packets were recorded

    def _read_send(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if event.note == "datagram":
            if self._is_carried(event, ends):  # or else it is for many
                yield udp_frame(*ends, bytes(event.data))
        elif event.note == "SYN":
            yield from self._asked(event, ends).ask()
        elif event.note in ("SYN+ACK", "ACK", "RST"):
            yield from self._answer(event, ends)
        elif event.note in ("data", "FIN"):
            connection = self._connection(event, ends)
            size = len(event.data) if event.data else 1
            piece = connection.direction(ends[0]).take(size, event.segment)
            self._arriving[event.packet] = connection, piece
            yield from (
                connection.send(piece, bytes(event.data))
                if event.data
                else connection.finish(piece)
            )

    def _answer(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        connection = self._connection(event, ends)
        if event.note == "SYN+ACK":
            yield from connection.agree()
        elif event.note == "ACK":
            yield from connection.confirm()
        elif connection.is_open:
            yield from connection.reset(connection.direction(ends[0]))
        else:
            yield from connection.refuse()

    def _read_arrive(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        if event.packet in self._arriving:
            yield from self._arrived(*self._arriving.pop(event.packet))

    def _read_lost(self, event: TraceEvent, ends: _Ends) -> Iterator[bytes]:
        number = self._numbers.get(event.packet)
        if number is not None:
            self.frames[number] = self.frames[number]._replace(comment="lost")
        yield from ()

    # What is known of connections

    def _asked(self, event: TraceEvent, ends: _Ends) -> Connection:
        """Return the connection that somebody asks for, perhaps once more."""
        known = self._connections.get(_key(event, ends))
        if known is None or known.is_open:
            known = self._connections[_key(event, ends)] = Connection(*ends)
        return known

    def _connection(self, event: TraceEvent, ends: _Ends) -> Connection:
        """Return a connection: if nobody has seen it begin, it has begun before."""
        known = self._connections.get(_key(event, ends))
        if known is None:
            known = self._connections[_key(event, ends)] = Connection(*ends)
            known.resume()
        return known

    def _arrived(self, connection: Connection, piece: Piece) -> Iterator[bytes]:
        piece.direction.receive(piece)
        yield connection.acknowledge(piece.direction)

    def _is_carried(self, event: TraceEvent, ends: _Ends) -> bool:
        """Say whether a link carries it, whose packets are recorded."""
        group = ends[1].host == BROADCAST or is_multicast(ends[1].host)
        places = [self._atlas.place(str(end), event.host) for end in ends]
        known = not any(map(self._atlas.is_nobody, places))
        apart = places[0].machine != places[1].machine
        return self._has_packets and apart and known and not group


def _key(event: TraceEvent, ends: _Ends) -> tuple[str, frozenset[WireAddress]]:
    """Return what tells connections apart: loopback is each machine's own."""
    return (event.host if is_loopback(ends[0].host) else "", frozenset(ends))
