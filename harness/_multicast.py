# -*- test-case-name: harness.test.test_multicast -*-
"""Groups of IP multicast: who has joined, and how a socket sends to them."""

import errno
import socket
import struct
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from harness._addresses import WireAddress, is_multicast, os_error

if TYPE_CHECKING:
    from harness._host import Host

_JOIN = {
    (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP): 4,
    (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP): 16,
}
_LEAVE = {
    (socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP): 4,
    (socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP): 16,
}
_TTL = {
    (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL),
    (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS),
}
_LOOP = {
    (socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP),
    (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP),
}
_INTERFACE = {
    (socket.IPPROTO_IP, socket.IP_MULTICAST_IF),
    (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF),
}


class MulticastOptions:
    """What the options of multicast of one socket are set to.

    Attributes:
        groups: The addresses of the groups that it has joined, in order.
        ttl: How far its datagrams go: not beyond its machine if zero.
        loops: Whether its own machine hears them too.
    """

    __slots__ = ("_host", "_interface", "groups", "loops", "ttl")

    def __init__(self, host: "Host", family: int) -> None:
        self.groups: list[str] = []
        self.ttl = 1
        self.loops = True
        self._host = host
        self._interface = bytes(4)

    def knows(self, level: int, option: int) -> bool:
        """Say whether this is an option of multicast."""
        key = (level, option)
        return (
            key in _JOIN
            or key in _LEAVE
            or key in _TTL
            or key in _LOOP
            or key in _INTERFACE
        )

    def get(self, level: int, option: int, length: int) -> Any:
        """Return the value of an option."""
        key = (level, option)
        if key in _TTL:
            return self.ttl
        if key in _LOOP:
            return int(self.loops)
        if key in _INTERFACE:
            value = self._interface.ljust(length or 4, b"\0")
            return value[:length] if length else struct.unpack("=i", value[:4])[0]
        raise os_error(errno.ENOPROTOOPT)

    def set(self, level: int, option: int, value: Any) -> None:
        """Set an option.

        Raises:
            OSError: EINVAL, not a group; EADDRINUSE, joined already; EADDRNOTAVAIL,
                not joined.
        """
        key = (level, option)
        if key in _JOIN:
            self._join(_group(value[: _JOIN[key]]))
        elif key in _LEAVE:
            self._leave(_group(value[: _LEAVE[key]]))
        elif key in _TTL:
            self.ttl = _number(value)
        elif key in _LOOP:
            self.loops = bool(_number(value))
        elif isinstance(value, bytes):
            self._interface = value
        else:
            self._interface = struct.pack("=I", value)

    def leave_all(self) -> None:
        """Leave all groups: the socket is closed."""
        for group in self.groups:
            self._host.leave(group)
        self.groups.clear()

    def send(self, source: WireAddress, group: WireAddress, data: bytes) -> None:
        """Send a datagram to all machines that have joined the group."""
        network = self._host.network
        for host in network.hosts.values():
            own = host is self._host
            if host.joined(group.host) and (self.loops if own else self.ttl > 0):
                network.pass_on(self._host, host, source, group, data)

    def _join(self, group: str) -> None:
        if group in self.groups:
            raise os_error(errno.EADDRINUSE)
        self.groups.append(group)
        self._host.join(group)

    def _leave(self, group: str) -> None:
        if group not in self.groups:
            raise os_error(errno.EADDRNOTAVAIL)
        self.groups.remove(group)
        self._host.leave(group)


def _group(data: bytes) -> str:
    group = str(ip_address(data))
    if not is_multicast(group):
        raise os_error(errno.EINVAL)
    return group


def _number(value: int | bytes) -> int:
    return value if isinstance(value, int) else int.from_bytes(value, sys.byteorder)
