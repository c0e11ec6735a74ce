# -*- test-case-name: harness.test.test_rows -*-
"""What the lines of a timeline say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from harness._payloads import excerpt, one_line
from harness._places import Place
from harness._trace import ENCRYPTED, TraceEvent, shown

#: What rows are about, in the order in which a reader is offered them.
CATEGORIES = (
    "data",
    "tls",
    "datagram",
    "connection",
    "name",
    "machine",
    "timer",
    "note",
    "window",
    "deferred",
)

#: How many characters a row says of its bytes.
_WIDTH = 160


@dataclass(slots=True, eq=False)
class Row:
    """One line of a timeline.

    Attributes:
        time: When it happened, in virtual seconds.
        category: What it is about, one of `CATEGORIES`.
        kind: The kind of the event, or what the packet is if it is only that.
        source: Where it happened.
        destination: The other end, or None if there is none.
        text: What it says, in one line.
        data: Its bytes: those that went into TLS, if they did.
        wire: How many bytes there are on the wire.
        crosses: Whether it goes from the one end to the other.
        packet: The number of its packet, or 0 if it has none of its own.
        fate: ``arrived``, ``lost``, ``under way``, or ``written`` if it has not been
            sent yet; "" if that is not known.
        end: When it arrived, or was lost.
        again: Whether it is sent once more, as TCP does with what was lost.
        of: For an arrival, the row of what arrives.
        subject: What other rows are about too: a connection, a timer, a Deferred.
    """

    time: float
    category: str
    kind: str
    source: Place
    destination: Place | None
    text: str
    data: bytes = b""
    wire: int = 0
    crosses: bool = False
    packet: int = 0
    fate: str = ""
    end: float = 0.0
    again: bool = False
    of: "Row | None" = None
    subject: str = ""


class Saying(NamedTuple):
    """What an event says.

    Attributes:
        category: What it is about, one of `CATEGORIES`.
        text: In one line.
        places: What its ends are: ``ends`` of a way that it goes, ``sockets`` that it
            concerns, the ``machine`` that it is on, or ``nowhere``.
    """

    category: str
    text: str
    places: str


def say(event: TraceEvent) -> Saying:
    """Say in words what happened."""
    if event.kind in _SAYINGS:
        return _SAYINGS[event.kind]
    if event.kind in _READERS:
        return _READERS[event.kind](event)
    return _say_word(event)


def category_of_packet(what: str) -> str:
    """Return the category of a packet that nobody has asked for in so many words."""
    return what if what in ("data", "window", "datagram") else "connection"


_SAYINGS = {
    "listen": Saying("connection", "listens", "sockets"),
    "connect": Saying("connection", "connects", "ends"),
    "accept": Saying("connection", "accepts", "sockets"),
    "refused": Saying("connection", "refuses", "ends"),
    "fin": Saying("connection", "closes its side", "ends"),
    "reset": Saying("connection", "resets the connection", "ends"),
    "timeout": Saying("connection", "gives up, as nobody answers", "sockets"),
    "crash": Saying("machine", "crashes", "machine"),
    "restart": Saying("machine", "starts again", "machine"),
}


def _say_bytes(category: str) -> Callable[[TraceEvent], Saying]:
    return lambda event: Saying(category, excerpt(event.data, _WIDTH), "ends")


def own_bytes(event: TraceEvent) -> str:
    """Say what TLS sends for itself."""
    return f"{len(event.data)} bytes of its own"


def _say_encrypted(event: TraceEvent) -> Saying:
    return Saying("tls", own_bytes(event), "ends")


def _say_link(state: str) -> Callable[[TraceEvent], Saying]:
    return lambda event: Saying(
        "machine", f"{state} its link to {shown(event.destination)}", "machine"
    )


def _say_deferred(verb: str) -> Callable[[TraceEvent], Saying]:
    return lambda event: Saying(
        "deferred", one_line(f"{shown(event.source)} {verb} {event.note}"), "nowhere"
    )


def _say_lookup(event: TraceEvent) -> Saying:
    return Saying("name", f"looks up {shown(event.source)}", "machine")


def _say_timer(event: TraceEvent) -> Saying:
    return Saying("timer", f"timer: {shown(event.source)}", "machine")


def _say_word(event: TraceEvent) -> Saying:
    """Say what somebody else has recorded, in a word of his own."""
    words = [event.kind, shown(event.source)]
    if event.destination is not None:
        words.append(shown(event.destination))
    words += [event.note, excerpt(event.data, _WIDTH)]
    return Saying("note", one_line(" ".join(filter(None, words))), "machine")


_READERS: dict[str, Callable[[TraceEvent], Saying]] = {
    "data": _say_bytes("data"),
    "plaintext": _say_bytes("tls"),
    "datagram": _say_bytes("datagram"),
    ENCRYPTED: _say_encrypted,
    "lookup": _say_lookup,
    "timer": _say_timer,
    "partition": _say_link("loses"),
    "heal": _say_link("regains"),
    "deferred": _say_deferred("is made"),
    "fired": _say_deferred("fires:"),
    "callback": _say_deferred("calls"),
    "errback": _say_deferred("calls errback"),
}
