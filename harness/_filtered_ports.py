# -*- test-case-name: harness.test.test_filtered_ports -*-
"""Ports behind a firewall that drops what comes: a set which takes only ports."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from harness._arguments import require_type

_WANTED = "a whole number from 1 to 65535"


class FilteredPorts(set[int]):
    """TCP ports. Whatever else is put in is refused.

    Raises:
        TypeError: Something is no number.
        ValueError: Something is no port.
    """

    def __init__(self, ports: Iterable[int] = ()) -> None:
        super().__init__(_ports(ports))

    def add(self, port: int) -> None:
        super().add(_port(port))

    def update(self, *others: Iterable[int]) -> None:
        super().update(*map(_ports, others))

    def symmetric_difference_update(self, other: Iterable[int]) -> None:
        super().symmetric_difference_update(_ports(other))

    def __ior__(self, other: AbstractSet[int]) -> "FilteredPorts":  # type: ignore[override,misc]
        self.update(other)
        return self

    def __ixor__(self, other: AbstractSet[int]) -> "FilteredPorts":  # type: ignore[override,misc]
        self.symmetric_difference_update(other)
        return self


def _ports(ports: Any) -> list[int]:
    if not isinstance(ports, Iterable):
        raise TypeError(f"filtered must be a set of ports, not {ports!r}")
    return [_port(port) for port in ports]


def _port(port: Any) -> int:
    require_type("a filtered port", port, int, _WANTED)
    if not 1 <= port <= 65535:
        raise ValueError(f"a filtered port must be {_WANTED}, not {port!r}")
    number: int = port
    return number
