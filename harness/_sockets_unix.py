# -*- test-case-name: harness.test.test_sockets_unix -*-
"""Simulated UNIX sockets, by the rules of Linux, ``net/unix/af_unix.c``.

They differ from TCP in that everything is known at once: connecting succeeds or fails
in the call itself, and the first write after the other end is gone fails.
"""

import errno
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from harness._addresses import os_error
from harness._errors import NotSimulated
from harness._plaintext import record_stream
from harness._sockets import VirtualSocket
from harness._sockets_stream import StreamSocket, as_chunk
from harness._unix import shown

if TYPE_CHECKING:
    from harness._host import Host

#: ``net.unix.max_dgram_qlen``
_DATAGRAMS = 10


class UnixSocket(VirtualSocket):
    """A socket with a name on its machine.

    Attributes:
        path: Its name, or None while it has none.
    """

    __slots__ = ()

    path: bytes | None

    def bind(self, name: Any) -> None:
        """Take a name."""
        self._require_open()
        # The slot is in the subclasses: only one base may have slots of its own.
        self.path = self.host.unix.bind(self, name)  # type: ignore[misc]

    def getsockname(self) -> str | bytes:
        """Return the socket's name."""
        self._require_open()
        return shown(self.path)

    def _release(self) -> None:
        if self.path is not None:
            self.host.unix.release(self.path)


class UnixStreamSocket(UnixSocket, StreamSocket):
    """One end of a UNIX stream, or a socket that may become one."""

    __slots__ = (
        "_connected",
        "_error",
        "_read_shut",
        "_write_shut",
        "path",
        "remote_path",
    )

    def __init__(self, host: "Host", family: int = socket.AF_UNIX) -> None:
        super().__init__(host, family)
        self.path = None
        self.remote_path: bytes | None = None
        self.peer: UnixStreamSocket | None
        self._connected = self._read_shut = self._write_shut = False
        self._error = 0

    def connect_ex(self, name: Any) -> int:
        """Connect. Returns an errno: EAGAIN if too many wait to be accepted."""
        self._require_open()
        if self._connected:
            return errno.EISCONN
        self.host.record("connect", self.path, name)
        try:
            listener = self.host.unix.find(name)
            if not isinstance(listener, UnixListener):
                raise os_error(
                    errno.ECONNREFUSED
                    if isinstance(listener, UnixStreamSocket)
                    else errno.EPROTOTYPE
                )
            listener.admit(self)
        except OSError as error:
            self.host.record("refused", name, self.path)
            return int(error.args[0])
        return 0

    def may_retry(self) -> None:
        """Learn that there is room to wait for being accepted, or nobody any more."""
        self.writable = True
        self.requeue()

    @property
    def ends(self) -> tuple[object, object]:
        return self.path, self.remote_path

    def join(self, peer: "UnixStreamSocket") -> None:
        """Become one end of a stream."""
        self.peer = peer
        self.remote_path = peer.path
        self._connected = True
        self._credit = self.send_buffer
        self._refresh()

    def send(self, data: Any) -> int:
        """Send what there is room for. Returns how many bytes that was."""
        peer = self.peer
        if peer is None or self._write_shut or peer._read_shut:
            self._require_open()
            raise os_error(errno.EPIPE if self._connected else errno.ENOTCONN)
        size = min(len(data), self._credit)
        if not size:
            raise os_error(errno.EAGAIN)
        kept = as_chunk(data[:size], size)
        self._credit -= size
        self._refresh()
        if self.host.network.trace is not None:
            record_stream(self, kept)
        peer.arrive(kept, size)
        return size

    def sendmsg(self, buffers: Any, ancillary: Any = (), flags: int = 0) -> int:
        """Send bytes. Descriptors are not simulated."""
        if ancillary:
            raise NotSimulated("sending a file descriptor")
        return self.send(b"".join(buffers))

    def take_error(self) -> int:
        error, self._error = self._error, 0
        self._refresh()
        return error

    def getpeername(self) -> str | bytes:
        """Return the name of the other end."""
        self._require_open()
        if self.peer is None:
            raise os_error(errno.ENOTCONN)
        return shown(self.remote_path)

    def shutdown(self, how: int) -> None:
        """Close one direction or both."""
        self._require_open()
        if self.peer is None:
            raise os_error(errno.ENOTCONN)
        reading = how in (socket.SHUT_RD, socket.SHUT_RDWR)
        writing = how in (socket.SHUT_WR, socket.SHUT_RDWR)
        self._shut(reading, writing)
        self.peer._shut(writing, reading)

    def describe(self) -> str:
        state = "stream" if self._connected else "unconnected stream"
        return f"UNIX {state} {shown(self.path)!r} -> {shown(self.remote_path)!r}"

    def _shut(self, reading: bool, writing: bool) -> None:
        self._read_shut = self._read_shut or reading
        self._write_shut = self._write_shut or writing
        self._refresh()

    def credited(self, size: int) -> None:
        self._credit += size
        self._refresh()

    def _refresh(self) -> None:
        """See what the socket is ready for, and queue it if somebody waits for it."""
        self._ended = self._read_shut or self._error != 0
        self.readable = self._available > 0 or self._ended
        # As Linux: not while more than a quarter of the buffer is taken.
        taken = self.send_buffer - self._credit
        free = taken * 4 <= self.send_buffer
        self._starved = not free
        self.writable = self._connected and (self._write_shut or free)
        self.requeue()

    def _nothing_to_read(self) -> bytes:
        self._require_open()
        if self._error:
            raise os_error(self.take_error())
        if self._read_shut:
            return b""
        raise os_error(errno.EAGAIN if self._connected else errno.ENOTCONN)

    def _close(self) -> None:
        peer = self.peer
        if peer is not None:
            self.host.record("fin", self.path, self.remote_path)
            if self._available:
                peer._error = errno.ECONNRESET
            self.peer = peer.peer = None
            peer._shut(True, True)
        self._received.clear()
        self._release()


class UnixListener(UnixSocket):
    """A socket that accepts UNIX streams."""

    type = socket.SOCK_STREAM

    __slots__ = ("_backlog", "_queue", "_waiting", "path")

    def __init__(self, host: "Host", family: int = socket.AF_UNIX) -> None:
        super().__init__(host, family)
        self.path = None
        self._backlog = -1
        self._queue: deque[UnixStreamSocket] = deque()
        self._waiting: list[UnixStreamSocket] = []

    @property
    def is_listening(self) -> bool:  # type: ignore[override]
        """Whether `listen` has been called."""
        return self._backlog >= 0

    def listen(self, backlog: int) -> None:
        """Begin to accept: at most ``backlog`` + 1 streams wait, as on Linux."""
        self._require_open()
        self._backlog = max(0, backlog)
        self.host.record("listen", self.path, None)

    def admit(self, client: UnixStreamSocket) -> None:
        """Let a client wait to be accepted.

        Raises:
            OSError: ECONNREFUSED, or EAGAIN if too many wait. The client then is
                woken when it may try again.
        """
        if not self.is_listening:
            raise os_error(errno.ECONNREFUSED)
        if len(self._queue) > self._backlog:
            self._waiting.append(client)
            raise os_error(errno.EAGAIN)
        server = UnixStreamSocket(self.host)
        server.made_at = self.made_at
        server.path = self.path
        client.join(server)
        server.join(client)
        self._queue.append(server)
        self.readable = True
        self.requeue()

    def accept(self) -> tuple[UnixStreamSocket, str | bytes]:
        """Return the stream that has waited longest, and the name of its other end."""
        self._require_open()
        if not self._queue:
            raise os_error(errno.EAGAIN)
        server = self._queue.popleft()
        self.readable = bool(self._queue)
        self._wake_waiting()
        self.host.record("accept", server.path, server.remote_path)
        return server, shown(server.remote_path)

    def shutdown(self, how: int) -> None:
        """Do what Linux does: nothing that shows before `close`."""
        self._require_open()

    def describe(self) -> str:
        return f"UNIX listening {shown(self.path)!r}"

    def _wake_waiting(self) -> None:
        for client in self._waiting:
            client.may_retry()
        self._waiting.clear()

    def _close(self) -> None:
        for server in self._queue:
            server.path = None
            server.close()
        self._queue.clear()
        self._backlog = -1
        self._release()
        self._wake_waiting()


class UnixDatagramSocket(UnixSocket):
    """A UNIX socket for datagrams."""

    type = socket.SOCK_DGRAM

    __slots__ = ("_datagrams", "_remote", "path")

    def __init__(self, host: "Host", family: int = socket.AF_UNIX) -> None:
        super().__init__(host, family)
        self.path = None
        self._datagrams: deque[tuple[bytes, bytes | None]] = deque()
        self._remote: UnixDatagramSocket | None = None
        self.writable = True

    def connect(self, name: Any) -> None:
        """Talk to one name only."""
        self._require_open()
        self._remote = self._find(name)

    def send(self, data: bytes) -> int:
        """Send a datagram to where the socket is connected to."""
        if self._remote is None:
            raise os_error(errno.ENOTCONN)
        return self._send(data, self._remote)

    def sendto(self, data: bytes, name: Any) -> int:
        """Send a datagram."""
        return self._send(data, self._find(name))

    def recvfrom(self, limit: int) -> tuple[bytes, str | bytes | None]:
        """Return a datagram, cut to ``limit`` bytes, and the name of who sent it."""
        if not self._datagrams:
            raise os_error(errno.EAGAIN)
        data, source = self._datagrams.popleft()
        self.readable = bool(self._datagrams)
        return data[:limit], None if source is None else shown(source)

    def describe(self) -> str:
        return f"UNIX datagrams {shown(self.path)!r}"

    def _find(self, name: Any) -> "UnixDatagramSocket":
        found = self.host.unix.find(name)
        if not isinstance(found, UnixDatagramSocket):
            raise os_error(errno.EPROTOTYPE)
        return found

    def _send(self, data: bytes, target: "UnixDatagramSocket") -> int:
        self._require_open()
        if target.closed:
            raise os_error(errno.ECONNREFUSED)
        if len(data) > self.send_buffer:
            raise os_error(errno.EMSGSIZE)
        if len(target._datagrams) > _DATAGRAMS:
            raise os_error(errno.EAGAIN)
        self.host.record("datagram", self.path, target.path, data)
        target._datagrams.append((bytes(data), self.path))
        target.readable = True
        target.requeue()
        return len(data)

    def _close(self) -> None:
        self._datagrams.clear()
        self._release()
