# -*- test-case-name: harness.test.test_capture_streams -*-
"""The numbers of TCP, made up for a connection that was simulated without them.

Time stands for itself: who calls says when something is sent, and when it arrives.
"""

from collections.abc import Iterator
from typing import NamedTuple

from harness._addresses import WireAddress
from harness._frames import ACK, FIN, LARGEST, PSH, RST, SYN, Segment, tcp_frame

#: With which numbers the client begins, and the server: no two look alike.
_FIRST_NUMBERS = (1_000, 5_001_000)


class Piece(NamedTuple):
    """Which numbers of a stream a packet has taken.

    Attributes:
        direction: The stream.
        first: The first number.
        size: How many.
    """

    direction: "Direction"
    first: int
    size: int


class Direction:
    """What goes one way.

    Attributes:
        source: Where it comes from.
        destination: Where it goes to.
        next: The number of the next byte to be sent.
        expected: The number of the next byte to arrive.
    """

    def __init__(
        self, source: WireAddress, destination: WireAddress, first: int
    ) -> None:
        self.source = source
        self.destination = destination
        self.next = self.expected = first
        self._pieces: dict[int, Piece] = {}

    def take(self, size: int, segment: int = 0) -> Piece:
        """Take the next numbers, or those that a segment was given before."""
        if segment in self._pieces:
            return self._pieces[segment]
        piece = Piece(self, self.next, size)
        self.next += size
        if segment:
            self._pieces[segment] = piece
        return piece

    def receive(self, piece: Piece) -> None:
        """Let a piece arrive. What is not the next is thrown away."""
        if piece.first == self.expected:
            self.expected += piece.size


class Connection:
    """A connection of TCP. Each method returns the frames that it makes.

    Attributes:
        is_open: Whether it has been agreed upon.
    """

    def __init__(self, client: WireAddress, server: WireAddress) -> None:
        there, back = _FIRST_NUMBERS
        self.is_open = False
        self._there = Direction(client, server, there)
        self._back = Direction(server, client, back)

    def ask(self) -> Iterator[bytes]:
        """Ask for the connection."""
        yield self._frame(SYN, Piece(self._there, _FIRST_NUMBERS[0], 1))

    def agree(self) -> Iterator[bytes]:
        """Agree: the answer of the server."""
        self._open()
        yield self._frame(SYN | ACK, Piece(self._back, _FIRST_NUMBERS[1], 1))

    def confirm(self) -> Iterator[bytes]:
        """Confirm that: the answer of the client."""
        yield self.acknowledge(self._back)

    def shake_hands(self) -> Iterator[bytes]:
        """Agree and confirm, if that has not been done."""
        if not self.is_open:
            yield from self.agree()
            yield from self.confirm()

    def refuse(self) -> Iterator[bytes]:
        """Say that nobody listens."""
        self._there.expected += 1
        yield self._frame(RST | ACK, Piece(self._back, 0, 0))

    def resume(self) -> None:
        """Go on with a connection that nobody has seen begin."""
        self._open()

    def send(self, piece: Piece, data: bytes) -> Iterator[bytes]:
        """Send bytes: in several frames if they are very many."""
        for start in range(0, len(data), LARGEST):
            part = data[start : start + LARGEST]
            first = piece.first + start
            yield self._frame(PSH | ACK, piece._replace(first=first), part)

    def finish(self, piece: Piece) -> Iterator[bytes]:
        """End a direction."""
        yield self._frame(FIN | ACK, piece)

    def reset(self, direction: Direction) -> Iterator[bytes]:
        """End both at once."""
        yield self._frame(RST | ACK, Piece(direction, direction.next, 0))

    def acknowledge(self, direction: Direction) -> bytes:
        """Say what has arrived of a direction: that goes the other way."""
        back = self.other(direction)
        return self._frame(ACK, Piece(back, back.next, 0))

    def direction(self, source: WireAddress) -> Direction:
        """Return the direction that comes from one end."""
        return self._there if source == self._there.source else self._back

    def other(self, direction: Direction) -> Direction:
        """Return the other direction."""
        return self._back if direction is self._there else self._there

    def _open(self) -> None:
        if not self.is_open:
            self.is_open = True
            for direction in (self._there, self._back):
                direction.next += 1
                direction.expected += 1

    def _frame(self, flags: int, piece: Piece, data: bytes = b"") -> bytes:
        direction = piece.direction
        acknowledged = self.other(direction).expected if flags & ACK else 0
        segment = Segment(flags, piece.first, acknowledged, data)
        return tcp_frame(direction.source, direction.destination, segment)
