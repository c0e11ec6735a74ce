# -*- test-case-name: harness.test.test_places -*-
"""Where events of a trace happened: on which machine, and at which of its ports.

Addresses are read from their text, since a trace that comes from a file has no other.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from harness._addresses import (
    BROADCAST,
    WireAddress,
    canonical,
    is_loopback,
    is_multicast,
    is_wildcard,
)

#: Ports from here on are given to whoever asks for none in particular, as on Linux.
EPHEMERAL = 32768

#: How many services of a machine are told apart in a picture.
MOST_SERVICES = 6

#: The name of the lane of those that are not.
_OTHERS = "others"

_ADDRESS = re.compile(r"\[?([0-9a-fA-F.:]+?)\]?:([0-9]{1,5})")
_LAST_PORT = 65535


def parse_address(text: str) -> WireAddress | None:
    """Read an address from its text, or return None if it is none."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    host, port = canonical(match[1]), int(match[2])
    return None if host is None or port > _LAST_PORT else WireAddress(host, port)


class Place(NamedTuple):
    """One end of an event.

    Attributes:
        machine: The name of the machine; the address itself, if it is nobody's.
        door: What is behind the name in its text: ``:80``, or the path of a socket.
    """

    machine: str
    door: str = ""

    def __str__(self) -> str:
        return f"{self.machine}{self.door}"


class Lane(NamedTuple):
    """What a picture draws a line for.

    Attributes:
        machine: The machine.
        service: The port or path of one that it offers; "" for all else that it does.
    """

    machine: str
    service: str


class Atlas:
    """Knows the machine of each address."""

    def __init__(self, machines: Mapping[str, Sequence[str]]) -> None:
        self._owners = {
            address: name for name, own in machines.items() for address in own
        }
        self._known: dict[tuple[str, str], Place] = {}

    def place(self, end: str, host: str) -> Place:
        """Find the place of an end.

        Args:
            end: Its text.
            host: The machine on which the event was recorded.
        """
        key = (end, host)
        if key not in self._known:
            self._known[key] = self._find(end, host)
        return self._known[key]

    def is_nobody(self, place: Place) -> bool:
        """Say whether a place is an address that no machine has, nor a group."""
        address = parse_address(place.machine)
        if address is None:
            return False
        return not (address.host == BROADCAST or is_multicast(address.host))

    def _find(self, end: str, host: str) -> Place:
        found = parse_address(end)
        if found is None:
            return Place(host, "" if end == "unnamed" else f" {end}")
        address, port, _ = found
        if address in ("127.0.0.1", "::1") or is_wildcard(address):
            return Place(host, f":{port}")
        if is_loopback(address):
            return Place(host, f" {end}")
        owner = self._owners.get(address)
        return Place(end) if owner is None else Place(owner, f":{port}")


def lanes_of(
    machines: Sequence[str], places: Sequence[Place], listening: Collection[Place]
) -> dict[Place, Lane]:
    """Give each place its lane: one for each service, and one for all else.

    What a machine does by itself is shown with what it asks of others, or with its
    first service if it asks nothing.

    Args:
        machines: The machines, in the order in which they are to be drawn.
        places: All places, in the order in which they are first seen.
        listening: Those at which somebody listens.

    Returns:
        The lanes of the places, those of a machine one after the other.
    """
    by_machine: dict[str, list[Place]] = {name: [] for name in machines}
    for place in places:
        by_machine.setdefault(place.machine, []).append(place)
    lanes: dict[Place, Lane] = {}
    for machine, own in by_machine.items():
        lanes |= _lanes_of_machine(machine, own, listening)
    return lanes


def _lanes_of_machine(
    machine: str, places: Sequence[Place], listening: Collection[Place]
) -> dict[Place, Lane]:
    """Give the places of one machine their lanes, in order."""
    services = {place: _service(place, listening) for place in places if place.door}
    names = sorted(dict.fromkeys(services.values()), key=bool) or [""]
    shown = names[: MOST_SERVICES + 1]
    named = {place: services.get(place, names[0]) for place in places}
    lanes = {
        place: Lane(machine, name if name in shown else _OTHERS)
        for place, name in named.items()
    }
    ranks = [*shown, _OTHERS]
    ordered = sorted(places, key=lambda place: ranks.index(lanes[place].service))
    return {place: lanes[place] for place in ordered}


def _service(place: Place, listening: Collection[Place]) -> str:
    """Return what a place offers to others, or "" if nothing."""
    _, colon, port = place.door.rpartition(":")
    if place not in listening and colon and port.isdigit() and int(port) >= EPHEMERAL:
        return ""
    return place.door.strip()
