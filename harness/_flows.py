# -*- test-case-name: harness.test.test_flows -*-
"""One direction of a TCP connection between two machines: all arrives, and in order.

What a link loses is sent again, together with all that was sent after it, when no
answer has come for a time that doubles with each attempt, as Linux does it
(RFC 6298; ``tcp_retries2``). After fifteen attempts, which take a quarter of an hour,
the connection is given up. There is no faster way to notice a loss, no congestion
window and no slow start: see what is not modelled in the documentation.

An answer to what arrives, an acknowledgement, takes no part in this but one: it brings
the sender credit, in the same way as it is brought bytes.
"""

from collections import deque
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from harness._links import Link
    from harness._packets import Packet
    from harness._sockets_stream import Chunk
    from harness._sockets_tcp import TCPSocket

#: After how many seconds, beyond the time there and back, something is sent again.
FIRST_WAIT = 0.2

#: The longest wait between two attempts, in seconds.
LONGEST_WAIT = 120.0

#: How often something is sent again.
RETRIES = 15

#: How many bytes may be under way on a long link beside those that the receiver has
#: room for: what Linux lets a window grow to by itself, ``tcp_rmem``.
LARGEST_WINDOW = 6 * 1024 * 1024

#: What windows are a multiple of, in bytes: what Twisted reads at once.
WHOLE = 64 * 1024


class Segment(NamedTuple):
    """What arrives at once: bytes, or news of the connection.

    Attributes:
        size: How many bytes of payload it has.
        arrive: What to call at its arrival, with ``args``.
    """

    size: int
    arrive: Callable[..., object]
    args: tuple[Any, ...]


class Flow:
    """What goes from one end of a connection to the other.

    Attributes:
        peer: The other end.
    """

    __slots__ = (
        "_attempts",
        "_back",
        "_first",
        "_last_arrival",
        "_link",
        "_owner",
        "_queue",
        "_retries",
        "_timer",
        "peer",
    )

    def __init__(self, link: "Link", owner: "TCPSocket", peer: "TCPSocket") -> None:
        self.peer = peer
        self._link = link
        self._back = link.source.network.link(link.destination, link.source)
        self._owner = owner
        # What has not arrived yet, and the number of the first of it.
        self._queue: deque[Segment] = deque()
        self._first = 0
        self._last_arrival = 0.0
        self._attempts = 0
        self._retries = RETRIES
        self._timer: Any = None

    def __repr__(self) -> str:
        return f"<Flow {self._owner.local} -> {self._owner.remote}>"

    @property
    def segment(self) -> float:
        """How many bytes arrive at once, at most."""
        return self._link.conditions.segment

    @property
    def segment_back(self) -> float:
        """How many bytes of what comes back arrive at once, at most."""
        return self._back.conditions.segment

    @property
    def in_flight_allowance(self) -> int:
        """How many bytes keep the link busy until the first answer comes back.

        Rounded up, so that windows do not cut what is sent into odd pieces.
        """
        if not self._round_trip:
            return 0
        allowance = self._link.conditions.bandwidth / 8 * self._round_trip
        return ceil(min(allowance, LARGEST_WINDOW) / WHOLE) * WHOLE

    @property
    def _round_trip(self) -> float:
        both = (self._link.conditions, self._back.conditions)
        return sum(conditions.latency + conditions.jitter for conditions in both)

    def send_data(self, data: "Chunk", size: int) -> None:
        """Send bytes, in pieces if the link asks for it."""
        limit = self.segment
        if size <= limit:
            self.send(size, self.peer.arrive, data, size)
            return
        view = memoryview(data)
        for start in range(0, size, int(limit)):
            piece = view[start : start + int(limit)]
            self.send(len(piece), self.peer.arrive, piece, len(piece))

    def send(self, size: int, arrive: Callable[..., object], *args: Any) -> None:
        """Let something arrive after all that was sent before.

        Args:
            size: How many bytes of payload it has.
            arrive: What to call at its arrival, with ``args``.
        """
        if self._link.is_direct and not self._queue:
            arrive(*args)
            return
        if self._link.is_ideal and not self._queue:
            self._link.carry(size, arrive, *args)
            return
        self._queue.append(Segment(size, arrive, args))
        if self._timer is None:
            self._transmit(self._first + len(self._queue) - 1)

    def reset(self) -> None:
        """Let the other end learn that there is no connection any more.

        Nothing that was sent before is sent again, nor is this.
        """
        self.abandon()
        clear = self._last_arrival < self._link.source.scheduler.timers.now
        if not self._queue or (self._link.is_ideal and clear):
            self._link.carry(0, self.peer.arrive_reset)
        else:
            self.send(0, self.peer.arrive_reset)

    def abandon(self) -> None:
        """Send nothing again."""
        self._retries = -1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._first += len(self._queue)
            self._queue.clear()

    def _transmit(self, number: int) -> None:
        """Send a segment; if it is lost, that will be noticed."""
        link = self._link
        size, arrive, args = self._queue[number - self._first]
        packet = None
        if link.packets is not None:
            packet = link.depart(arrive, args, number + 1)
        arrival = link.arrival(size)
        if arrival is None:
            if packet is not None:
                packet.lose()
            self._wait_for_answer()
            return
        self._last_arrival = max(self._last_arrival, arrival)
        link.source.scheduler.call_at(
            self._last_arrival, self._arrive, number, link.cuts, packet
        )

    def _arrive(self, number: int, cuts: int, packet: "Packet | None") -> None:
        arrives = self._link.lets_arrive(cuts)
        if packet is not None:
            packet.end(arrives)
        if number != self._first:  # one before it is missing, or it came already
            return
        if not arrives:
            self._wait_for_answer()
            return
        self._first += 1
        self._attempts = 0
        _, arrive, args = self._queue.popleft()
        arrive(*args)

    def _wait_for_answer(self) -> None:
        if self._timer is None and self._retries >= 0:
            wait = (FIRST_WAIT + self._round_trip) * 2**self._attempts
            self._timer = self._link.source.scheduler.callLater(
                min(wait, LONGEST_WAIT), self._send_again
            )

    def _send_again(self) -> None:
        self._timer = None
        self._attempts += 1
        if self._attempts > self._retries:
            self._give_up()
            return
        for number in range(self._first, self._first + len(self._queue)):
            self._transmit(number)
            if self._timer is not None:
                break

    def _give_up(self) -> None:
        """End the connection for whoever waits for an answer.

        A receiver whose answers do not arrive waits for nothing; the sender does.
        """
        waiting = [
            self.peer if segment.arrive == self.peer.credited else self._owner
            for segment in self._queue
        ]
        self.abandon()
        for socket in dict.fromkeys(waiting):
            socket.time_out()
