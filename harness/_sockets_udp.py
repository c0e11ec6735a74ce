# -*- test-case-name: harness.test.test_sockets_udp -*-
"""Simulated UDP sockets, with groups and broadcast."""

import errno
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from harness._addresses import (
    BROADCAST,
    WILDCARD4,
    WILDCARD6,
    WireAddress,
    is_multicast,
    is_wildcard,
    os_error,
    parse,
    written,
)
from harness._multicast import MulticastOptions
from harness._sockets import VirtualSocket

if TYPE_CHECKING:
    from harness._host import Host

#: The largest payload of a datagram, over IPv4 and over IPv6.
_LARGEST = {socket.AF_INET: 65_507, socket.AF_INET6: 65_527}

#: What a waiting datagram takes of the receive buffer beside its bytes, about as Linux
#: counts: many small ones fill it too.
_OVERHEAD = 768


class UDPSocket(VirtualSocket):
    """A socket for datagrams.

    Attributes:
        local: Where it is bound, or None while it is not.
        remote: The one place that it talks to, or None.
        multicast: Its groups, and how it sends to groups.
    """

    type = socket.SOCK_DGRAM

    __slots__ = ("_datagrams", "_error", "_held", "local", "multicast", "remote")

    def __init__(self, host: "Host", family: int) -> None:
        super().__init__(host, family)
        self.local: WireAddress | None = None
        self.remote: WireAddress | None = None
        self.multicast = MulticastOptions(host, family)
        self._datagrams: deque[tuple[bytes, WireAddress]] = deque()
        self._held = 0
        self._error = 0
        self.writable = True

    def bind(self, address: Any) -> None:
        """Take an address of the machine, or of a group, and a port."""
        self._require_open()
        wanted = parse(self.family, address, "bind", self.host.look_up)
        self.host.require_own(wanted.host)
        self.bound_host = wanted.host
        if self.host.network.fault_plans:
            self.host.network.require_free(self.host, wanted)
        self.local = self.host.udp.bind(self, wanted)

    def connect(self, address: Any) -> None:
        """Talk to one place only, and hear of nobody else."""
        self._require_open()
        remote = self._destination(address, "connect")
        source = self._source(remote)
        self.remote = remote
        assert self.local is not None
        if is_wildcard(self.local.host):
            self.local = self.local._replace(host=source.host)
            self.bound_host = source.host

    def send(self, data: bytes) -> int:
        """Send a datagram to where the socket is connected to."""
        if self.remote is None:
            raise os_error(errno.EDESTADDRREQ)
        return self._send(data, self.remote)

    def sendto(self, data: bytes, address: Any) -> int:
        """Send a datagram."""
        return self._send(data, self._destination(address, "sendto"))

    def recvfrom(self, limit: int) -> tuple[bytes, tuple[Any, ...]]:
        """Return a datagram, cut to ``limit`` bytes, and where it came from."""
        if self._error:
            raise os_error(self.take_error())
        if not self._datagrams:
            raise os_error(errno.EAGAIN)
        data, source = self._datagrams.popleft()
        self._held -= len(data) + _OVERHEAD
        self.readable = bool(self._datagrams)
        return data[:limit], written(self.family, source)

    def arrive(self, data: bytes, source: WireAddress) -> None:
        """Keep a datagram that has come; drop it if there is no room."""
        if self._held + _OVERHEAD > self.receive_buffer:
            return
        self._held += len(data) + _OVERHEAD
        self._datagrams.append((data, source))
        self.readable = True
        self.requeue()

    def unreachable(self) -> None:
        """Learn that nobody heard: an ICMP message has come."""
        if self.remote is not None and not self.closed:
            self._error = errno.ECONNREFUSED
            self.readable = True
            self.requeue()

    def hears(self, source: WireAddress) -> bool:
        """Say whether what comes from ``source`` is for this socket."""
        return self.remote is None or self.remote == source

    def take_error(self) -> int:
        error, self._error = self._error, 0
        self.readable = bool(self._datagrams)
        return error

    def getsockopt(self, level: int, option: int, length: int = 0) -> Any:
        if self.multicast.knows(level, option):
            return self.multicast.get(level, option, length)
        return super().getsockopt(level, option, length)

    def setsockopt(self, level: int, option: int, value: Any) -> None:
        if self.multicast.knows(level, option):
            self._require_open()
            self.multicast.set(level, option, value)
        else:
            super().setsockopt(level, option, value)

    def getsockname(self) -> tuple[Any, ...]:
        """Return where the socket is bound."""
        self._require_open()
        return written(self.family, self.local or WireAddress(WILDCARD4, 0))

    def getpeername(self) -> tuple[Any, ...]:
        """Return where the socket is connected to."""
        self._require_open()
        if self.remote is None:
            raise os_error(errno.ENOTCONN)
        return written(self.family, self.remote)

    def describe(self) -> str:
        return f"UDP {self.local}"

    def _destination(self, address: Any, call: str) -> WireAddress:
        return self.host.reachable(parse(self.family, address, call, self.host.look_up))

    def _send(self, data: bytes, remote: WireAddress) -> int:
        self._require_open()
        if self._error:
            raise os_error(self.take_error())
        if len(data) > _LARGEST[socket.AddressFamily(self.family)]:
            raise os_error(errno.EMSGSIZE)
        source = self._source(remote)
        network = self.host.network
        self.host.record("datagram", source, remote, data)
        kept = bytes(data)
        if remote.host == BROADCAST:
            if not self.broadcast:
                raise os_error(errno.EACCES)
            network.send_to_all(self.host, source, remote, kept)
        elif is_multicast(remote.host):
            self.multicast.send(source, remote, kept)
        else:
            network.send_datagram(self, source, remote, kept)
        return len(data)

    def _source(self, remote: WireAddress) -> WireAddress:
        """Return the address that a datagram to ``remote`` is from."""
        if self.local is None:
            everywhere = WILDCARD4 if self.family == socket.AF_INET else WILDCARD6
            self.bound_host = everywhere
            self.local = self.host.udp.bind(self, WireAddress(everywhere, 0))
        if is_wildcard(self.local.host) or is_multicast(self.local.host):
            source = self.host.source_for(remote.host)
            return self.local._replace(host=source, scope=remote.scope)
        return self.local

    def _close(self) -> None:
        if self.local is not None:
            self.host.udp.release(self, self.local.port)
        self.multicast.leave_all()
        self._datagrams.clear()
