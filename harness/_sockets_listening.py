# -*- test-case-name: harness.test.test_sockets_listening -*-
"""Simulated listening sockets."""

import errno
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from harness._addresses import WireAddress, os_error, parse, written
from harness._sockets import VirtualSocket
from harness._sockets_tcp import TCPSocket
from harness._timers import VirtualCall

if TYPE_CHECKING:
    from harness._host import Host

#: For how many seconds a client may be silent that has asked for a connection: as long
#: as Linux repeats its answer, ``tcp_synack_retries``.
PATIENCE = 63.0


class TCPListener(VirtualSocket):
    """A socket that accepts TCP connections.

    Attributes:
        local: Where it listens, or None before `bind`.
    """

    type = socket.SOCK_STREAM

    __slots__ = ("_backlog", "_half_open", "_queue", "local")

    def __init__(self, host: "Host", family: int) -> None:
        super().__init__(host, family)
        self.local: WireAddress | None = None
        self._queue: deque[TCPSocket] = deque()
        self._half_open: dict[TCPSocket, VirtualCall] = {}
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
        if self.host.network.fault_plans:
            self.host.network.require_free(self.host, wanted)
        self.local = self.host.tcp.bind(self, wanted)

    def listen(self, backlog: int) -> None:
        """Begin to accept: at most ``backlog`` + 1 connections wait, as on Linux."""
        self._require_open()
        assert self.local is not None
        self._backlog = max(0, backlog)
        self.host.record("listen", self.local, None)

    def answer(self, client: TCPSocket) -> None:
        """Answer a SYN; not at all if too many wait: then the client asks again."""
        server = client.answer
        if server is None or server.closed:
            if len(self._queue) + len(self._half_open) > self._backlog:
                return
            server = client.answer = self._make_server(client)
        network = self.host.network
        network.carry(self.host, client.host, 0, client.established, server, self)

    def _make_server(self, client: TCPSocket) -> TCPSocket:
        """Make the other end of a connection that is about to be."""
        assert client.local is not None
        server = TCPSocket(self.host, self.family, self.made_at)
        server.local = client.remote
        server.remote = client.local
        server.receive_buffer = self.receive_buffer
        server.send_buffer = self.send_buffer
        server.established(client)
        if client.host is self.host:
            self._let_wait(server)
        else:
            self._half_open[server] = self.host.scheduler.callLater(
                PATIENCE, self._drop, server
            )
        return server

    def admit(self, server: TCPSocket) -> None:
        """Let a connection wait to be accepted: its client has heard of it."""
        timer = self._half_open.pop(server, None)
        if timer is not None:
            timer.cancel()
            self._let_wait(server)
        else:  # it has been given up, or a crash has left nothing of it
            server.reset_peer()

    def refuse(self, server: TCPSocket) -> None:
        """Forget a connection whose client has gone before it heard of it."""
        timer = self._half_open.pop(server, None)
        if timer is not None:
            timer.cancel()
            server.arrive_reset()
            server.close()

    def _let_wait(self, server: TCPSocket) -> None:
        self._queue.append(server)
        self.readable = True
        self.requeue()

    def _drop(self, server: TCPSocket) -> None:
        """Give up a connection whose client is silent."""
        del self._half_open[server]
        server.lingers = False
        server.close()

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

    def vanish(self) -> None:
        super().vanish()
        for timer in self._half_open.values():
            timer.cancel()
        self._half_open.clear()

    def describe(self) -> str:
        return f"listening {self.local}"

    def _close(self) -> None:
        if self.local is not None:
            self.host.tcp.release(self, self.local.port)
        for timer in self._half_open.values():
            timer.cancel()
        for server in [*self._queue, *self._half_open]:  # nobody will ever accept them
            server.lingers = False
            server.close()
        self._queue.clear()
        self._half_open.clear()
