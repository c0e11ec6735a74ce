# -*- test-case-name: harness.test.test_ports -*-
"""Who owns which port of a machine, by the rules of Linux."""

import errno
from typing import TYPE_CHECKING, Generic, TypeVar

from harness._addresses import (
    WILDCARD4,
    WILDCARD6,
    WireAddress,
    is_ipv6,
    is_wildcard,
    os_error,
)

if TYPE_CHECKING:
    from harness._sockets import VirtualSocket

#: What ``net.ipv4.ip_local_port_range`` is unless somebody changes it.
EPHEMERAL = range(32768, 61000)

SocketT = TypeVar("SocketT", bound="VirtualSocket")


class PortTable(Generic[SocketT]):
    """The ports of one machine and one protocol, TCP or UDP.

    Attributes:
        bound: The sockets bound to each port, in the order in which they were.
    """

    def __init__(self) -> None:
        self.bound: dict[int, list[SocketT]] = {}
        self._connections: set[tuple[WireAddress, WireAddress]] = set()
        self._next = 0

    def bind(self, socket: SocketT, address: WireAddress) -> WireAddress:
        """Give ``socket`` an address, and a free port if it asks for port 0.

        Raises:
            OSError: EADDRINUSE, by the rules of SO_REUSEADDR and SO_REUSEPORT.
        """
        if address.port == 0:
            address = address._replace(port=self._free_port())
        others = self.bound.get(address.port, [])
        for other in others:
            if _conflict(socket, address.host, other):
                raise os_error(errno.EADDRINUSE)
        self.bound.setdefault(address.port, others).append(socket)
        return address

    def release(self, socket: SocketT, port: int) -> None:
        """Forget that ``socket`` is bound to ``port``."""
        sockets = self.bound[port]
        sockets.remove(socket)
        if not sockets:
            del self.bound[port]

    def connect(self, host: str, remote: WireAddress) -> WireAddress:
        """Reserve a free port for a connection from the address ``host``.

        A port can serve several connections, if they go to different places.

        Raises:
            OSError: EADDRNOTAVAIL, all ports are taken.
        """
        for _ in EPHEMERAL:
            local = WireAddress(host, self._step(), remote.scope)
            free = local.port not in self.bound
            if free and (local, remote) not in self._connections:
                self._connections.add((local, remote))
                return local
        raise os_error(errno.EADDRNOTAVAIL)

    def disconnect(self, local: WireAddress, remote: WireAddress) -> None:
        """Forget a connection made with `connect`."""
        self._connections.discard((local, remote))

    def find(self, address: WireAddress) -> list[SocketT]:
        """Return who is bound to the port of ``address`` and hears it, best first.

        An exact address comes before a wildcard, one of the same family before the
        other, and who came last before who came first.
        """
        heard = [
            socket
            for socket in reversed(self.bound.get(address.port, ()))
            if _hears(socket, address.host)
        ]
        return sorted(heard, key=lambda socket: _rank(socket, address.host))

    def _free_port(self) -> int:
        for _ in EPHEMERAL:
            port = self._step()
            if port not in self.bound:
                return port
        raise os_error(errno.EADDRINUSE)

    def _step(self) -> int:
        port = EPHEMERAL[self._next]
        self._next = (self._next + 1) % len(EPHEMERAL)
        return port


def _conflict(socket: "VirtualSocket", host: str, other: "VirtualSocket") -> bool:
    taken = other.bound_host
    if not (_covers(taken, host, other) or _covers(host, taken, socket)):
        return False
    if socket.reuse_port and other.reuse_port:
        return False
    return not (socket.reuse_address and other.reuse_address) or other.is_listening


def _covers(wide: str, narrow: str, socket: "VirtualSocket") -> bool:
    """Say whether a socket bound to ``wide`` hears what is meant for ``narrow``."""
    if wide == narrow:
        return True
    if wide == WILDCARD6:
        return is_ipv6(narrow) or not socket.v6_only
    return wide == WILDCARD4 and not is_ipv6(narrow)


def _hears(socket: "VirtualSocket", host: str) -> bool:
    return _covers(socket.bound_host, host, socket)


def _rank(socket: "VirtualSocket", host: str) -> int:
    if not is_wildcard(socket.bound_host):
        return 0
    return 1 if is_ipv6(socket.bound_host) == is_ipv6(host) else 2
