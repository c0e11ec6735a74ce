# -*- test-case-name: harness.test.test_addresses -*-
"""IP addresses as sockets write them, and as the wire knows them.

On the wire an address is a canonical string: ``"127.0.0.1"``, ``"::1"``. An IPv6 socket
writes an IPv4 address as ``"::ffff:127.0.0.1"``; on the wire it is IPv4 all the same.
"""

import errno
import os
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from socket import AF_INET, AF_INET6
from typing import Any, NamedTuple

#: The names of "every address of this machine" on the wire.
WILDCARD4 = "0.0.0.0"
WILDCARD6 = "::"
BROADCAST = "255.255.255.255"


class WireAddress(NamedTuple):
    """An address and a port, as the wire knows them.

    Attributes:
        host: The address.
        port: The port.
        scope: The number of the interface, of a link-local IPv6 address.
    """

    host: str
    port: int
    scope: int = 0

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{shown}:{self.port}"


def os_error(number: int) -> OSError:
    """Make the exception that the kernel's error ``number`` becomes in Python."""
    return OSError(number, os.strerror(number))


@lru_cache(4096)  # reading one takes as long as several events
def canonical(text: str) -> str | None:
    """Return the address that ``text`` writes, or None if it writes none.

    A scope (``%eth0``) is no part of it.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def is_ipv6(host: str) -> bool:
    """Say whether the wire address ``host`` is one of IPv6."""
    return ":" in host


def is_wildcard(host: str) -> bool:
    """Say whether ``host`` means every address of the machine."""
    return host in (WILDCARD4, WILDCARD6)


def is_loopback(host: str) -> bool:
    """Say whether ``host`` never leaves the machine."""
    return host == "::1" or host.startswith("127.")


def is_link_local(host: str) -> bool:
    """Say whether ``host`` is an IPv6 address that means something on one link only."""
    return host[:3] in ("fe8", "fe9", "fea", "feb")


@lru_cache(4096)
def is_multicast(host: str) -> bool:
    """Say whether ``host`` is the address of a group."""
    return not is_wildcard(host) and ip_address(host).is_multicast


def is_for_many(host: str) -> bool:
    """Say whether ``host`` means all machines, or a group of them."""
    return host == BROADCAST or is_multicast(host)


def parse(
    family: int, address: Any, call: str, look_up: Callable[[int, str], str]
) -> WireAddress:
    """Read the address given to a call of an IP socket.

    Args:
        family: The socket's family.
        address: What was given: a tuple that starts with host and port.
        call: The name of the call, for the message.
        look_up: Finds the address of a host name.

    Raises:
        OverflowError: The port is not one, in the words of the standard library.
        OSError: The address is of another family.
    """
    host, port = address[0], address[1]
    if isinstance(host, bytes):
        host = host.decode("ascii")
    if not 0 <= port <= 65535:
        raise OverflowError(f"{call}(): port must be 0-65535.")
    if host == "":
        return WireAddress(WILDCARD4 if family == AF_INET else WILDCARD6, port)
    if host == "<broadcast>":
        return WireAddress(BROADCAST, port)
    found = canonical(host) or look_up(family, host)
    if family == AF_INET and (is_ipv6(found) or ":" in host):
        raise os_error(errno.EAFNOSUPPORT)
    return WireAddress(found, port, address[3] if len(address) == 4 else 0)


def written(family: int, address: WireAddress) -> tuple[Any, ...]:
    """Write an address as a socket of ``family`` does: ``getsockname`` and the like."""
    host, port, scope = address
    if family != AF_INET6:
        return (host, port)
    if not is_ipv6(host):
        host = WILDCARD6 if host == WILDCARD4 else f"::ffff:{host}"
    return (host, port, 0, scope)
