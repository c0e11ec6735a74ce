# -*- test-case-name: harness.test.test_sockets -*-
"""What all simulated sockets have in common.

A simulated socket is what Twisted's transports find where they expect a non-blocking
``socket.socket``: the same calls, the errors of Linux. What is not simulated raises
`NotSimulated`; no call only nods.
"""

import errno
import socket
import struct
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness._addresses import os_error
from harness._call_sites import call_site
from harness._errors import NotSimulated

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor

    from harness._host import Host

#: Simulated descriptors start here: no process has a real one as high.
FIRST_DESCRIPTOR = 1_000_000_000

#: How many bytes a buffer holds. Linux's 212,992 count its own bookkeeping too, so that
#: fewer fit in; and of so many, pieces of 64 KiB, which is what Twisted reads at once,
#: need neither be cut nor be joined.
BUFFER = 3 * 65_536

#: Options that change nothing that a program could see on a simulated network.
_WITHOUT_EFFECT = frozenset(
    (getattr(socket, level), getattr(socket, name))
    for level, name in [
        ("SOL_SOCKET", "SO_KEEPALIVE"),
        ("SOL_SOCKET", "SO_PRIORITY"),
        ("IPPROTO_TCP", "TCP_NODELAY"),
        ("IPPROTO_TCP", "TCP_CORK"),
        ("IPPROTO_TCP", "TCP_QUICKACK"),
        ("IPPROTO_TCP", "TCP_KEEPIDLE"),
        ("IPPROTO_TCP", "TCP_KEEPINTVL"),
        ("IPPROTO_TCP", "TCP_KEEPCNT"),
        ("IPPROTO_IP", "IP_TOS"),
    ]
)
_ON_OFF = {
    (socket.SOL_SOCKET, socket.SO_REUSEADDR): "reuse_address",
    (socket.SOL_SOCKET, socket.SO_REUSEPORT): "reuse_port",
    (socket.SOL_SOCKET, socket.SO_BROADCAST): "broadcast",
    (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY): "v6_only",
}
_BUFFERS = {
    (socket.SOL_SOCKET, socket.SO_SNDBUF): "send_buffer",
    (socket.SOL_SOCKET, socket.SO_RCVBUF): "receive_buffer",
}
_LINGER = struct.Struct("ii")


class VirtualSocket(ABC):
    """A simulated socket of a host.

    Attributes:
        host: The machine.
        family: Its address family.
        reader: Who waits for the socket to be readable, or None.
        writer: Who waits for the socket to be writable, or None.
        readable: Whether a read would not block.
        writable: Whether a write would not block.
        queued: Whether the socket is in the queue of those that are ready.
        closed: Whether the descriptor has been closed.
        made_at: Where it was made: the innermost line that is neither Twisted's nor
            the harness's.
        send_buffer: How many bytes are held for a peer that does not take them.
        receive_buffer: How many bytes are held until they are read.
    """

    type = 0
    proto = 0

    __slots__ = (
        "__weakref__",
        "_mark",
        "_number",
        "_options",
        "bound_host",
        "broadcast",
        "closed",
        "family",
        "host",
        "lingers",
        "made_at",
        "queued",
        "readable",
        "reader",
        "receive_buffer",
        "reuse_address",
        "reuse_port",
        "send_buffer",
        "v6_only",
        "writable",
        "writer",
    )

    is_listening = False

    def __init__(self, host: "Host", family: int, made_at: str = "") -> None:
        self.host = host
        self.family = family
        self.reader: IReadDescriptor | None = None
        self.writer: IWriteDescriptor | None = None
        self.readable = self.writable = False
        self.queued = False
        self.closed = False
        self.bound_host = ""
        self.reuse_address = self.reuse_port = self.broadcast = self.v6_only = False
        self.lingers = True
        self.send_buffer = self.receive_buffer = BUFFER
        self.made_at = made_at or call_site(sys._getframe(1))
        self._options: dict[tuple[int, int], Any] = {}
        self._mark = host.scheduler.sockets.waiting.append
        self._number = host.open(self)

    def fileno(self) -> int:
        """Return the simulated descriptor, or -1 once it is closed."""
        return -1 if self.closed else self._number

    def setblocking(self, blocking: bool) -> None:
        """Accept that the socket does not block; it cannot be made to."""
        if blocking:
            raise NotSimulated("a blocking socket: setblocking(True)")

    def gettimeout(self) -> float:
        """Return what a non-blocking socket answers."""
        return 0.0

    def getsockopt(self, level: int, option: int, length: int = 0) -> Any:
        """Return an option's value, as an integer unless a ``length`` is asked for."""
        key = (level, option)
        if key in _ON_OFF:
            return int(getattr(self, _ON_OFF[key]))
        if key in _BUFFERS:  # the kernel keeps, and tells, twice what it was asked for
            return 2 * int(getattr(self, _BUFFERS[key]))
        if key in _WITHOUT_EFFECT:
            return self._options.get(key, 0)
        if level == socket.SOL_SOCKET and option in _TELL:
            return _TELL[option](self)
        raise NotSimulated(f"getsockopt({level}, {option})")

    def setsockopt(self, level: int, option: int, value: Any) -> None:
        """Set an option."""
        self._require_open()
        key = (level, option)
        if key == (socket.SOL_SOCKET, socket.SO_LINGER):
            on, seconds = _LINGER.unpack(value)
            self.lingers = not (on and seconds == 0)
        elif key in _ON_OFF:
            setattr(self, _ON_OFF[key], bool(value))
        elif key in _BUFFERS:
            setattr(self, _BUFFERS[key], max(int(value), 1152))
        elif key in _WITHOUT_EFFECT:
            self._options[key] = int(value)
        else:
            raise NotSimulated(f"setsockopt({level}, {option}, {value!r})")

    def take_error(self) -> int:
        """Return the pending error, and forget it: SO_ERROR."""
        return 0

    def close(self) -> None:
        """Close the descriptor."""
        if not self.closed:
            self.closed = True
            self.host.forget(self._number)
            self._close()

    def vanish(self) -> None:
        """Be gone: the machine has crashed, and nobody is told."""
        self.closed = True
        self.reader = self.writer = None
        self.readable = self.writable = False

    def requeue(self) -> None:
        """Queue the socket if somebody waits for what it is ready for."""
        if not self.queued and (
            (self.readable and self.reader is not None)
            or (self.writable and self.writer is not None)
        ):
            self.queued = True
            self._mark(self)

    @abstractmethod
    def describe(self) -> str:
        """Write down what the socket is, for the list of what is pending."""

    @abstractmethod
    def _close(self) -> None:
        """Do what the kernel does when the last descriptor is closed."""

    def _require_open(self) -> None:
        if self.closed:
            raise os_error(errno.EBADF)

    def __getattr__(self, name: str) -> Any:
        if hasattr(socket.socket, name) and not name.startswith("_"):
            raise NotSimulated(f"{type(self).__name__}.{name}")
        raise AttributeError(name)


#: Options of SOL_SOCKET that are not simply kept.
_TELL: dict[int, Callable[[VirtualSocket], int | bytes]] = {
    socket.SO_ERROR: lambda asked: asked.take_error(),
    socket.SO_TYPE: lambda asked: int(asked.type),
    socket.SO_ACCEPTCONN: lambda asked: int(asked.is_listening),
    socket.SO_LINGER: lambda asked: _LINGER.pack(not asked.lingers, 0),
}
