# -*- test-case-name: harness.test.test_machines -*-
"""What a machine can be called, and which addresses it can have."""

from collections.abc import Sequence

from harness._addresses import (
    BROADCAST,
    canonical,
    is_loopback,
    is_multicast,
    is_wildcard,
)
from harness._names import plain_name, require_address


def require_name(name: str) -> str:
    """Return the form of a machine's name in which it is compared with others.

    Raises:
        TypeError: It is no string.
        ValueError: It can be no name: a label is empty, or longer than 63 characters,
            or not in a script; or it is an address, which stands for itself.
    """
    if not isinstance(name, str):
        raise TypeError(f"a machine's name must be a string, not {name!r}")
    if canonical(name) is not None:
        raise ValueError(f"a machine's name must not be an address: {name!r}")
    try:
        key = plain_name(name)
    except UnicodeError:
        key = ""
    if not key:
        raise ValueError(
            f"no machine can be called {name!r}: a part of it is empty, too long, or "
            "has characters that no name has"
        )
    return key


def require_own_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses that a machine is to have, in canonical form.

    Raises:
        TypeError: One of them is no string.
        ValueError: One of them is no address, or none that a machine can have beside
            loopback; or it is there twice.
    """
    own: list[str] = []
    for text in addresses:
        address = require_address(text)
        reason = _why_not(address)
        if reason:
            raise ValueError(f"no machine can be given {address}: {reason}")
        if address in own:
            raise ValueError(f"{address} is given twice")
        own.append(address)
    return tuple(own)


def _why_not(address: str) -> str:
    if is_wildcard(address):
        return "it means all addresses of a machine"
    if is_loopback(address):
        return "each has loopback addresses of its own"
    if address == BROADCAST:
        return "it means all machines"
    return "it means a group of machines" if is_multicast(address) else ""
