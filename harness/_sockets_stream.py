# -*- test-case-name: harness.test.test_sockets_tcp,harness.test.test_sockets_unix -*-
"""What simulated streams have in common, TCP and UNIX: the bytes that have come.

Bytes go straight from the sender into the receiver's buffer, or by a `Flow` if that is
on another machine. The sender holds credit for as many as there is room for, and gets
it back when the receiver reads.

The bytes object that was sent is the one that is received, whenever sizes allow: a
large write is neither joined nor cut.
"""

import socket
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from harness._segments import next_segment
from harness._sockets import BUFFER, VirtualSocket

if TYPE_CHECKING:
    from harness._flows import Flow
    from harness._host import Host
    from harness._tampering import TamperedFlow

Chunk = bytes | memoryview

#: How many bytes must have been read before a sender that waits for room is told, as
#: long as there is more to read: TCP avoids silly windows in the same way (RFC 9293,
#: 3.8.6.2.2).
WORTHWHILE = 4096


class StreamSocket(VirtualSocket):
    """One end of a stream, or a socket that may become one.

    Attributes:
        peer: The other end, once there is a connection and until it is over.
    """

    type = socket.SOCK_STREAM

    __slots__ = (
        "_available",
        "_credit",
        "_ended",
        "_flow",
        "_granted",
        "_owed",
        "_received",
        "_starved",
        "peer",
    )

    def __init__(self, host: "Host", family: int, made_at: str = "") -> None:
        super().__init__(host, family, made_at)
        self.peer: StreamSocket | None = None
        self._received: list[Chunk] = []
        self._available = 0
        self._credit = 0
        self._granted = self._owed = 0
        # How bytes go to the other end, if that is on another machine.
        self._flow: Flow | TamperedFlow | None = None
        # Whether no more will come, and whether something waits for credit.
        self._ended = self._starved = False

    @property
    @abstractmethod
    def ends(self) -> tuple[object, object]:
        """The addresses of this end and of the other."""

    def recv(self, limit: int) -> bytes:
        """Return bytes that have come, at most ``limit``, or b"" at the end."""
        if not self._available:
            return self._nothing_to_read()
        segments = self.host.network.segments
        if segments is not None:
            limit = min(limit, next_segment(segments))
        flow = self._flow
        if flow is not None:
            limit = int(min(limit, flow.segment_back))
        received = self._received
        data: Chunk
        if self._available <= limit:
            data = received[0] if len(received) == 1 else b"".join(received)
            received.clear()
        else:
            data = self._take(limit)
        size = len(data)
        self._available -= size
        if not self._available:
            self.readable = self._ended
        peer = self.peer
        if peer is not None:
            if flow is not None:
                self._send_credit(flow, size)
            elif peer._starved:
                self._give_credit(peer, size)
            else:
                peer._credit += size
        return data if type(data) is bytes else bytes(data)

    def recvmsg(
        self, limit: int, ancillary_limit: int = 0, flags: int = 0
    ) -> tuple[bytes, list[Any], int, None]:
        """Read as `recv` does; nothing but bytes ever comes."""
        return self.recv(limit), [], 0, None

    def _take(self, limit: int) -> Chunk:
        """Take at most ``limit`` bytes off the front, whole chunks if they fit."""
        received = self._received
        first = received[0]
        size = len(first)
        if size > limit:
            view = memoryview(first)
            received[0] = view[limit:]
            return view[:limit]
        count = 1
        while size + len(received[count]) <= limit:
            size += len(received[count])
            count += 1
        data = first if count == 1 else b"".join(received[:count])
        del received[:count]
        return data

    def _give_credit(self, peer: "StreamSocket", size: int) -> None:
        """Give credit back when it is worth it, or else it would buy tiny pieces."""
        self._owed += size
        if self._owed >= WORTHWHILE or not self._available:
            size, self._owed = self._owed, 0
            peer.credited(size)

    def _send_credit(self, flow: "Flow | TamperedFlow", size: int) -> None:
        """Give credit back to another machine, when half of it has been used up.

        Who has none left has used up all of it, so that it is never kept for ever.
        """
        self._owed += size
        if self._owed * 2 >= self._granted:
            size, self._owed = self._owed, 0
            flow.send(0, flow.peer.credited, size)

    def _grant(self, in_flight: int) -> int:
        """Return how much credit the other end has to begin with.

        Args:
            in_flight: How many bytes may be under way beside those that there is room
                for, unless the size of the buffer has been chosen by the program.
        """
        chosen = self.receive_buffer != BUFFER
        self._granted = self.receive_buffer + (0 if chosen else in_flight)
        return self._granted

    def arrive(self, data: Chunk, size: int) -> None:
        """Keep bytes that have come until they are read."""
        self._received.append(data)
        self._available += size
        self.readable = True
        if self.reader is not None and not self.queued:
            self.queued = True
            self._mark(self)

    @abstractmethod
    def credited(self, size: int) -> None:
        """Learn that the other end has read ``size`` bytes."""

    @abstractmethod
    def _nothing_to_read(self) -> bytes:
        """Return b"" if nothing more will come, or raise why there is nothing."""


def as_chunk(data: Any, size: int) -> Chunk:
    """Return data that may be kept: the very bytes that a view shows, if it can be."""
    if type(data) is memoryview and type(data.obj) is bytes:
        return data.obj if len(data.obj) == size else data
    return data if type(data) is bytes else bytes(data)
