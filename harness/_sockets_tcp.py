# -*- test-case-name: harness.test.test_sockets_tcp -*-
"""Simulated TCP connections.

What finds no room in the receiver's buffer stays in the sender's, so that a reader who
pauses stops the writer, in the end.

The rules are those of Linux, ``net/ipv4/tcp.c``: FIN follows the data; a socket that is
closed with data unread, or is written to after it was closed, answers with RST; what
arrived before an RST or FIN can be read after it.
"""

import errno
import socket
from typing import TYPE_CHECKING, Any

from harness._addresses import (
    WireAddress,
    is_for_many,
    is_wildcard,
    os_error,
    parse,
    written,
)
from harness._flows import Flow
from harness._plaintext import record_stream
from harness._sockets_stream import Chunk, StreamSocket, as_chunk
from harness._tampering import TamperedFlow

if TYPE_CHECKING:
    from harness._host import Host
    from harness._sockets_listening import TCPListener

#: After how many seconds a SYN that nobody answers is sent again, and given up.
SYN_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


class TCPSocket(StreamSocket):
    """One end of a TCP connection, or a socket that may become one.

    Attributes:
        local: The address of this end, or None while it has none.
        remote: The address of the other end, or None while it has none.
        peer: The other end, as long as there is a connection.
        answer: The other end, once a SYN has come there: it may have been sent twice.
        has_vanished: Whether its machine has crashed. Whatever comes for it when the
            machine is back is answered by an RST.
    """

    __slots__ = (
        "_bound",
        "_connecting",
        "_error",
        "_established",
        "_fin_received",
        "_fin_sent",
        "_over",
        "_read_shut",
        "_syn_timer",
        "_unsent",
        "_unsent_size",
        "_write_shut",
        "answer",
        "has_vanished",
        "local",
        "remote",
    )

    def __init__(self, host: "Host", family: int, made_at: str = "") -> None:
        super().__init__(host, family, made_at)
        self.local: WireAddress | None = None
        self.remote: WireAddress | None = None
        self.peer: TCPSocket | None
        self.answer: TCPSocket | None = None
        self.has_vanished = False
        self._bound = False
        self._connecting = self._established = self._over = False
        self._fin_received = self._fin_sent = False
        self._read_shut = self._write_shut = False
        self._error = 0
        self._unsent: list[Chunk] = []
        self._unsent_size = 0
        self._syn_timer: Any = None

    @property
    def ends(self) -> tuple[object, object]:
        return self.local, self.remote

    # Opening

    def bind(self, address: Any) -> None:
        """Take an address of the machine, and a port."""
        self._require_open()
        wanted = parse(self.family, address, "bind", self.host.look_up)
        self.host.require_own(wanted.host)
        self.bound_host = wanted.host
        self.local = self.host.tcp.bind(self, wanted)
        self._bound = True

    def connect_ex(self, address: Any) -> int:
        """Start to connect. Returns an errno; the outcome shows as readiness."""
        self._require_open()
        if self._connecting:
            return errno.EALREADY
        if self._established:
            return errno.EISCONN
        remote = self.host.reachable(
            parse(self.family, address, "connect_ex", self.host.look_up)
        )
        if is_for_many(remote.host):
            return errno.ENETUNREACH
        try:
            source = self.host.source_for(remote.host)
            if self.local is None:
                self.local = self.host.tcp.connect(source, remote)
            elif is_wildcard(self.local.host):
                self.local = self.local._replace(host=source, scope=remote.scope)
        except OSError as error:
            return int(error.args[0])
        self.remote = remote
        self._connecting = True
        network = self.host.network
        if not (network.fault_plans and network.spoils_connect(self)):
            self._send_syn(0)
        return errno.EINPROGRESS

    def _send_syn(self, attempt: int) -> None:
        assert self.remote is not None
        self._syn_timer = None
        if attempt == len(SYN_WAITS):
            self.host.remark("timeout", self.local, self.remote)
            self._fail_to_connect(errno.ETIMEDOUT)
            return
        network = self.host.network
        self.host.record("connect", self.local, self.remote)
        target = network.host_at(self.remote.host, self.host)
        if target is not None:
            network.carry(self.host, target, 0, target.answer_syn, self)
        if self._connecting:
            self._syn_timer = self.host.scheduler.callLater(
                SYN_WAITS[attempt], self._send_syn, attempt + 1
            )

    def established(
        self, peer: "TCPSocket", listener: "TCPListener | None" = None
    ) -> None:
        """Become one end of a connection: a SYN/ACK has come, or is sent.

        Args:
            peer: The other end.
            listener: Who sent it, and is to hear that it has come.
        """
        if self._established:
            return
        if self._over:
            assert listener is not None  # only who asked can have gone
            gone = listener.refuse
            self.host.network.carry(self.host, peer.host, 0, gone, peer)
            return
        self.peer = peer
        if peer.host is not self.host:
            link = self.host.network.link(self.host, peer.host)
            self._flow = Flow(link, self, peer)
        if self.host.network.fault_plans:
            self.tamper()
            if listener is not None:  # this is who has asked: both ends are there
                self.host.network.connection_is_made()
        flow = self._flow
        self._credit = peer._grant(0 if flow is None else flow.in_flight_allowance)
        self._established = True
        self._stop_connecting()
        if flow is not None and listener is not None:
            flow.send(0, listener.admit, peer)
        self._refresh()

    def refused(self) -> None:
        """Learn that nobody listens: an RST has come in answer to a SYN."""
        if self._connecting:
            self._fail_to_connect(errno.ECONNREFUSED)

    def fail_later(self, seconds: float, error: int) -> None:
        """Learn in so many seconds that there will be no connection."""
        self._syn_timer = self.host.scheduler.callLater(seconds, self._fail_now, error)

    def _fail_now(self, error: int) -> None:
        self._syn_timer = None
        self._fail_to_connect(error)

    def _fail_to_connect(self, error: int) -> None:
        self._stop_connecting()
        self._error = error
        self._over = True
        self._refresh()

    def tamper(self) -> None:
        """Let what is sent from now on meet faults, if there is a connection."""
        if self.peer is not None and not isinstance(self._flow, TamperedFlow):
            self._flow = TamperedFlow(self._flow, self, self.peer)

    def _stop_connecting(self) -> None:
        self._connecting = False
        if self._syn_timer is not None:
            self._syn_timer.cancel()
            self._syn_timer = None

    # Reading and writing

    def send(self, data: Any) -> int:
        """Send what there is room for. Returns how many bytes that was."""
        if self._error or self._write_shut or not self._established or self._over:
            self._refuse_to_send()
        size = len(data)
        if not size:  # as Twisted does before it closes
            return 0
        if self._starved or size > self._credit:
            return self._send_some(data, size)
        self._credit -= size
        data = as_chunk(data, size)
        if self.host.network.trace is not None:
            record_stream(self, data)
        self._dispatch(data, size)
        return size

    def _send_some(self, data: Any, size: int) -> int:
        """Keep what the other end has no room for, as far as there is room here."""
        size = min(size, self.send_buffer - self._unsent_size)
        if size <= 0:
            raise os_error(errno.EAGAIN)
        data = as_chunk(data[:size], size)
        if self.host.network.trace is not None:
            record_stream(self, data)
        self._unsent.append(data)
        self._unsent_size += size
        self._push()
        return size

    def take_error(self) -> int:
        error, self._error = self._error, 0
        self._ended = self._fin_received or self._over or self._read_shut
        self.readable = self._available > 0 or self._ended
        return error

    def getsockname(self) -> tuple[Any, ...]:
        """Return the address of this end."""
        self._require_open()
        local = self.local or WireAddress("0.0.0.0", 0)
        return written(self.family, local)

    def getpeername(self) -> tuple[Any, ...]:
        """Return the address of the other end."""
        self._require_open()
        if not self._established or self.remote is None:
            raise os_error(errno.ENOTCONN)
        return written(self.family, self.remote)

    def _refuse_to_send(self) -> None:
        self._require_open()
        if self._error:
            raise os_error(self.take_error())
        if self._connecting:
            raise os_error(errno.EAGAIN)
        raise os_error(errno.EPIPE)

    def _nothing_to_read(self) -> bytes:
        self._require_open()
        if self._fin_received:
            return b""
        if self._error:
            raise os_error(self.take_error())
        if self._read_shut or self._over:
            return b""
        if not self._established:
            raise os_error(errno.EAGAIN if self._connecting else errno.ENOTCONN)
        raise os_error(errno.EAGAIN)

    # Between the two ends

    def _dispatch(self, data: Chunk, size: int) -> None:
        flow = self._flow
        if flow is None:
            self.peer.arrive(data, size)  # type: ignore[union-attr]
        else:
            flow.send_data(data, size)

    def arrive(self, data: Chunk, size: int) -> None:
        """Keep bytes that have come; or refuse them, if nobody will ever read them."""
        if self._over or (self._read_shut and self._write_shut):
            self.reset_peer()
            if not self.has_vanished:
                self._end(errno.ECONNRESET)
            return
        # As in the base class; but this is where every byte comes by.
        self._received.append(data)
        self._available += size
        self.readable = True
        if self.reader is not None and not self.queued:
            self.queued = True
            self._mark(self)

    def credited(self, size: int) -> None:
        if self.has_vanished:
            self.reset_peer()
            return
        self._credit += size
        if self._starved:
            self._push()

    def _push(self) -> None:
        """Send what was kept, as far as the other end has room."""
        unsent = self._unsent
        while unsent and self._credit and not self._over:
            chunk = unsent[0]
            size = len(chunk)
            if size <= self._credit:
                del unsent[0]
            else:
                view = memoryview(chunk)
                size = self._credit
                chunk, unsent[0] = view[:size], view[size:]
            self._credit -= size
            self._unsent_size -= size
            self._dispatch(chunk, size)
        self._starved = bool(unsent)
        if self._write_shut and not unsent:
            self._send_fin()
        self.writable = self._has_room() or self._over
        if self.writer is not None:
            self.requeue()

    def _has_room(self) -> bool:
        # As Linux: not before a third of the buffer is free.
        return self._unsent_size * 3 <= self.send_buffer * 2

    def _refresh(self) -> None:
        """See what the socket is ready for, and queue it if somebody waits for it."""
        self._ended = (
            self._fin_received or self._error != 0 or self._over or self._read_shut
        )
        self.readable = self._available > 0 or self._ended
        self.writable = self._over or (self._established and self._has_room())
        self.requeue()

    # Closing

    def shutdown(self, how: int) -> None:
        """Close one direction or both, after what was sent."""
        self._require_open()
        if not self._established or self._over:
            raise os_error(errno.ENOTCONN)
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._read_shut = True
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            self._write_shut = True
            if not self._unsent:
                self._send_fin()
        self._refresh()

    def _close(self) -> None:
        if self._connecting:
            self._stop_connecting()
            self._over = True
        if not self._established or self._over:
            self._release()
        elif self._available or not self.lingers:
            self.reset_peer()
            self._end(0)
        else:
            self._read_shut = self._write_shut = True
            if not self._unsent:
                self._send_fin()

    def _send_fin(self) -> None:
        if self._fin_sent or self._over:
            return
        self._fin_sent = True
        self.host.record("fin", self.local, self.remote)
        if self._flow is not None:
            self._flow.send(0, self._flow.peer.arrive_fin)
        else:
            assert self.peer is not None
            self.peer.arrive_fin()
        self._finish()

    def arrive_fin(self) -> None:
        """Learn that nothing more will come: a FIN has come."""
        if self._over:
            self.reset_peer()
            return
        self._fin_received = True
        self._refresh()
        self._finish()

    def _finish(self) -> None:
        """Let go of the other end when both directions are closed."""
        if self._fin_sent and self._fin_received and self.closed:
            self._end(0)

    def reset_peer(self) -> None:
        """Let the other end know that there is no such connection, by an RST."""
        # What came late, from another machine, is answered when all else is forgotten.
        self.host.record("reset", self.local, self.remote)
        if self._flow is not None:
            self._flow.reset()
        else:
            assert self.peer is not None
            self.peer.arrive_reset()

    def arrive_reset(self) -> None:
        """Learn that there is no connection any more: an RST has come."""
        if not self._over:
            self._end(errno.EPIPE if self._fin_received else errno.ECONNRESET)

    def time_out(self) -> None:
        """Give the connection up: what was sent is not acknowledged."""
        if not self._over:
            self.host.remark("timeout", self.local, self.remote)
            self._end(errno.ETIMEDOUT)

    def vanish(self) -> None:
        super().vanish()
        self.has_vanished = True
        self._stop_connecting()
        if self._flow is not None:
            self._flow.abandon()
        self._over = True
        self.peer = None

    def _end(self, error: int) -> None:
        self._error = error
        self._over = True
        self._unsent.clear()
        self._unsent_size = 0
        self._starved = False
        self._refresh()
        if self.closed:
            self._received.clear()
            self._available = 0
            self._release()

    def _release(self) -> None:
        if self._bound:
            assert self.local is not None
            self._bound = False
            self.host.tcp.release(self, self.local.port)
        elif self.local is not None and self.remote is not None:
            self.host.tcp.disconnect(self.local, self.remote)
        self.peer = None

    def describe(self) -> str:
        state = "connection" if self._established else "connecting"
        return f"{state} {self.local} -> {self.remote}"
