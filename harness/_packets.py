# -*- test-case-name: harness.test.test_packets -*-
"""What links carry, packet by packet, for the trace of a network.

Each packet has a number, by which its arrival is told from that of others. What TCP
sends again is another packet.
"""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from harness._trace import TraceEvent

if TYPE_CHECKING:
    from harness._addresses import WireAddress
    from harness._links import Link
    from harness._network import Network


class Contents(NamedTuple):
    """What a packet is, and between which sockets.

    Attributes:
        what: In the words of TCP: ``SYN``, ``SYN+ACK``, ``ACK``, ``data``, ``FIN``,
            ``RST``; ``window`` if it says that there is room again; ``datagram``, and
            ``unreachable`` if nobody heard one.
        source: The address that it comes from.
        destination: The one that it goes to.
        data: Its payload.
    """

    what: str
    source: "WireAddress | None"
    destination: "WireAddress | None"
    data: bytes | memoryview = b""


class PacketLog:
    """Records the packets of a network, as long as it has a trace."""

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._next_number = count(1).__next__

    def send(
        self,
        link: "Link",
        arrive: Callable[..., object],
        args: tuple[Any, ...],
        segment: int = 0,
    ) -> "Packet":
        """Record that a link is given a packet.

        Args:
            link: The link.
            arrive: What is called when it arrives, with ``args``: it says what it is.
            args: What that is called with.
            segment: Which piece of its stream it is, if it may be sent again.
        """
        contents = read_contents(arrive, args)
        number = self._next_number()
        packet = Packet(self, number, segment, link.destination.name, contents)
        self.record(link.source.name, "send", packet, contents.data)
        return packet

    def record(
        self, host: str, kind: str, packet: "Packet", data: bytes | memoryview = b""
    ) -> None:
        """Record what happens to a packet."""
        trace = self._network.trace
        if trace is not None:
            what, source, destination, _ = packet.contents
            event = TraceEvent(
                self._network.seconds(),
                host,
                kind,
                source,
                destination,
                data,
                what,
                packet.number,
                packet.segment,
            )
            trace.events.append(event)


class Packet:
    """One that has been sent.

    Attributes:
        number: Its number.
        segment: Which piece of its stream it is, or 0.
        contents: What it is.
    """

    __slots__ = ("_destination", "_log", "contents", "number", "segment")

    def __init__(
        self,
        log: PacketLog,
        number: int,
        segment: int,
        destination: str,
        contents: Contents,
    ) -> None:
        self.number = number
        self.segment = segment
        # Whoever keeps a packet does not keep what it carried.
        self.contents = contents._replace(data=b"")
        self._log = log
        self._destination = destination

    def end(self, arrives: bool) -> None:
        """Record that it has arrived, or that it never will."""
        self._log.record(self._destination, "arrive" if arrives else "lost", self)

    def lose(self) -> None:
        """Record that it never will arrive."""
        self.end(False)


def read_contents(arrive: Callable[..., object], args: tuple[Any, ...]) -> Contents:
    """Say what a packet is, by what is called at its arrival."""
    read = _READERS.get(getattr(arrive, "__name__", ""), _other)
    return read(getattr(arrive, "__self__", None), args)


_Reader = Callable[[Any, tuple[Any, ...]], Contents]


def _for_receiver(what: str) -> _Reader:
    """Read what a socket is told of by a packet for itself."""
    return lambda receiver, _: Contents(what, receiver.remote, receiver.local)


def _from_client(_: Any, args: tuple[Any, ...]) -> Contents:
    client = args[0]
    return Contents("SYN", client.local, client.remote)


def _for_server(what: str) -> _Reader:
    """Read what a listener is told about one of its connections."""
    return lambda _, args: Contents(what, args[0].remote, args[0].local)


def _data(receiver: Any, args: tuple[Any, ...]) -> Contents:
    return Contents("data", receiver.remote, receiver.local, args[0])


def _datagram(_: Any, args: tuple[Any, ...]) -> Contents:
    source, destination, data = args[-3:]
    return Contents("datagram", source, destination, data)


def _other(_: Any, args: tuple[Any, ...]) -> Contents:
    return Contents("packet", None, None)


_READERS: dict[str, _Reader] = {
    "answer_syn": _from_client,
    "established": _for_receiver("SYN+ACK"),
    "admit": _for_server("ACK"),
    "refused": _for_receiver("RST"),
    "refuse": _for_server("RST"),
    "arrive": _data,
    "credited": _for_receiver("window"),
    "arrive_fin": _for_receiver("FIN"),
    "arrive_reset": _for_receiver("RST"),
    "take_datagram": _datagram,
    "hear": _datagram,
    "unreachable": _for_receiver("unreachable"),
}
