# -*- test-case-name: harness.test.test_sockets_listening -*-
"""Simulated listening sockets."""

import errno
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from harness._addresses import WireAddress, os_error, parse, written
from harness._sockets import VirtualSocket
from harness._sockets_tcp import TCPSocket

if TYPE_CHECKING:
    from harness._host import Host


class TCPListener(VirtualSocket):
    """A socket that accepts TCP connections.

    Attributes:
        local: Where it listens, or None before `bind`.
    """

    type = socket.SOCK_STREAM

    __slots__ = ("_backlog", "_queue", "local")

    def __init__(self, host: "Host", family: int) -> None:
        super().__init__(host, family)
        self.local: WireAddress | None = None
        self._queue: deque[TCPSocket] = deque()
        self._backlog = -1

    @property
    def is_listening(self) -> bool:  # type: ignore[override]
        """Whether `listen` has been called."""
        return self._backlog >= 0

    def bind(self, address: Any) -> None:
        """Take an address of the machine, and a port."""
        self._require_open()
        wanted = parse(self.family, address, "bind", self.host.look_up)
        self.host.require_own(wanted.host)
        self.bound_host = wanted.host
        self.local = self.host.tcp.bind(self, wanted)

    def listen(self, backlog: int) -> None:
        """Begin to accept: at most ``backlog`` + 1 connections wait, as on Linux."""
        self._require_open()
        assert self.local is not None
        self._backlog = max(0, backlog)
        self.host.record("listen", self.local, None)

    def answer(self, client: TCPSocket) -> None:
        """Answer a SYN; not at all if too many wait: then the client asks again."""
        if client.answered or len(self._queue) > self._backlog:
            return
        client.answered = True
        assert client.local is not None
        server = TCPSocket(self.host, self.family)
        server.made_at = self.made_at
        server.local = client.remote
        server.remote = client.local
        server.receive_buffer = self.receive_buffer
        server.send_buffer = self.send_buffer
        server.established(client)
        self._queue.append(server)
        self.readable = True
        self.requeue()
        self.host.network.carry(self.host, client.host, 0, client.established, server)

    def accept(self) -> tuple[TCPSocket, tuple[Any, ...]]:
        """Return the connection that has waited longest, and the address it is from."""
        self._require_open()
        if not self._queue:
            raise os_error(errno.EAGAIN)
        server = self._queue.popleft()
        self.readable = bool(self._queue)
        assert server.remote is not None
        self.host.record("accept", server.local, server.remote)
        return server, written(self.family, server.remote)

    def getsockname(self) -> tuple[Any, ...]:
        """Return where it listens."""
        self._require_open()
        local = self.local or WireAddress("0.0.0.0", 0)
        return written(self.family, local)

    def shutdown(self, how: int) -> None:
        """Stop listening, as Linux does; what waits is lost when it is closed."""
        self._require_open()

    def describe(self) -> str:
        return f"listening {self.local}"

    def _close(self) -> None:
        if self.local is not None:
            self.host.tcp.release(self, self.local.port)
        for server in self._queue:  # nobody will ever accept them
            server.lingers = False
            server.close()
        self._queue.clear()
