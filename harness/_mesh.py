# -*- test-case-name: harness.test.test_mesh -*-
"""The links between the machines of a network: each has one to each other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness._conditions import Conditions
from harness._host import Host
from harness._links import Link

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from harness._conditions import Changes
    from harness._packets import PacketLog


class Mesh:
    """What a `Network` knows of links. They are made when they are first used.

    Attributes:
        conditions: What links are like that have not been told otherwise.
        packets: Where it is recorded what links carry, or None.
        make_link: Makes a link.
    """

    packets: "PacketLog | None" = None

    def __init__(self) -> None:
        self.conditions = Conditions()
        self.make_link: Callable[[Host, Host], Link] = Link
        self._links: dict[tuple[Host, Host], Link] = {}

    def link(self, source: Host, destination: Host) -> Link:
        """Return one direction of the way between two machines.

        Raises:
            ValueError: It is one machine, which talks to itself without a link.
        """
        ends = (source, destination)
        link = self._links.get(ends)
        if link is None:
            if source is destination:
                raise ValueError(f"there is no link from {source.name} to itself")
            link = self._links[ends] = self.make_link(source, destination)
        return link

    def shape(self, *between: Host, **changes: "Unpack[Changes]") -> None:
        """Change what links are like, from now on: see `Conditions`.

        Args:
            between: Two machines: both directions between them. None: all links, those
                too that nothing has been sent over yet. What a link has been told for
                itself stays.
            changes: What is to be different.

        Raises:
            TypeError: There is no such condition.
            ValueError: They cannot be like that.
        """
        if between:
            one, other = between
            for link in (self.link(one, other), self.link(other, one)):
                link.shape(**changes)
        else:
            self.conditions = replace(self.conditions, **changes)
            self.refresh_links()

    def partition(
        self, one: Host | Iterable[Host], other: Host | Iterable[Host]
    ) -> None:
        """Let nothing pass between two machines, or two groups of them.

        What is under way is lost.
        """
        for link in self._links_between(one, other):
            link.down()

    def heal(
        self,
        one: Host | Iterable[Host] | None = None,
        other: Host | Iterable[Host] | None = None,
    ) -> None:
        """Take a partition back: that between these, or all there are.

        What TCP has lost meanwhile is sent again, when the time for it has come.
        """
        if one is None or other is None:
            links = [link for link in self._links.values() if not link.is_up]
        else:
            links = self._links_between(one, other)
        for link in links:
            link.up()

    # What hosts and sockets ask for

    def refresh_links(self, end: Host | None = None) -> None:
        """Tell links that the rule has changed, or one of their ends."""
        for (source, destination), link in self._links.items():
            if end in (None, source, destination):
                link.refresh()

    def cut_links_to(self, host: Host) -> None:
        """Lose what is under way to a machine: it has crashed."""
        for (_, destination), link in self._links.items():
            if destination is host:
                link.cut()

    def carry(
        self,
        source: Host,
        destination: Host,
        size: int,
        arrive: Callable[..., object],
        *args: Any,
    ) -> None:
        """Let a packet reach a machine, unless it is lost.

        Args:
            source: Where it comes from.
            destination: Where it goes to. What a machine says to itself always arrives.
            size: How many bytes of payload it has.
            arrive: What to call at its arrival, with ``args``.
        """
        if source is destination:
            arrive(*args)
        else:
            self.link(source, destination).carry(size, arrive, *args)

    def carry_datagram(
        self,
        source: Host,
        destination: Host,
        size: int,
        arrive: Callable[..., object],
        *args: Any,
    ) -> None:
        """Let a datagram reach a machine, unless it is lost: see `carry`."""
        if source is destination:
            arrive(*args)
        else:
            self.link(source, destination).carry_datagram(size, arrive, *args)

    def _links_between(
        self, one: Host | Iterable[Host], other: Host | Iterable[Host]
    ) -> list[Link]:
        ones = (one,) if isinstance(one, Host) else tuple(one)
        others = (other,) if isinstance(other, Host) else tuple(other)
        pairs = [(here, there) for here in ones for there in others]
        return [self.link(*ends) for pair in pairs for ends in (pair, pair[::-1])]
