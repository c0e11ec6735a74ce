# -*- test-case-name: harness.test.test_mesh -*-
"""The links between the machines of a network: each has one to each other."""

from collections.abc import Callable, Iterable
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
            TypeError: One of them is no machine.
            ValueError: It is one machine, which talks to itself without a link; or one
                is of another network.
        """
        self._require_host(source)
        self._require_host(destination)
        if source is destination:
            raise ValueError(f"there is no link from {source.name} to itself")
        return self._way(source, destination)

    def shape(self, *between: Host, **changes: "Unpack[Changes]") -> None:
        """Change what links are like, from now on: see `Conditions`.

        Args:
            between: Two machines: both directions between them. None: all links, those
                too that nothing has been sent over yet. What a link has been told for
                itself stays.
            changes: What is to be different.

        Raises:
            TypeError: There is no such condition, or it is no number; or it is not two
                machines that were given.
            ValueError: They cannot be like that, or see `link`.
        """
        if between:
            if len(between) != 2:
                raise TypeError(
                    f"shape takes two machines, or none, not {len(between)}"
                )
            one, other = between
            for link in (self.link(one, other), self.link(other, one)):
                link.shape(**changes)
        else:
            self.conditions = self.conditions.changed(**changes)
            self.refresh_links()

    def partition(
        self, one: Host | Iterable[Host], other: Host | Iterable[Host]
    ) -> None:
        """Let nothing pass between two machines, or two groups of them.

        What is under way is lost.

        Raises:
            TypeError: One of them is no machine.
            ValueError: One of them is on both sides, or of another network.
        """
        for link in self._links_between(one, other):
            link.down()

    def heal(self, *between: Host | Iterable[Host]) -> None:
        """Take partitions back.

        What TCP has lost meanwhile is sent again, when the time for it has come.

        Args:
            between: The two sides that `partition` was given. One machine or group:
                whatever cuts these off, from whomever. None: all partitions there are.

        Raises:
            TypeError: One of them is no machine, or there are more than two.
            ValueError: One of them is on both sides, or of another network.
        """
        if len(between) > 2:
            raise TypeError(f"heal takes two sides at most, not {len(between)}")
        if len(between) == 2:
            links = self._links_between(*between)
        else:
            ends = self._group(*between) if between else None
            links = [
                link
                for link in self._links.values()
                if not link.is_up and (ends is None or link.touches(ends))
            ]
        for link in links:
            link.up()

    def part_for(self, one: Host, other: Host, seconds: float) -> None:
        """Let nothing pass between two machines for so many seconds.

        When they are over only this partition is taken back: not one that the test has
        made, nor another like this.
        """
        cause = object()
        links = self._links_between(one, other)
        for link in links:
            link.down(cause)
        one.scheduler.callLater(seconds, self._mend, links, cause)

    def _mend(self, links: Iterable[Link], cause: object) -> None:
        for link in links:
            link.mend(cause)

    # What hosts and sockets ask for

    def refresh_links(self, end: Host | None = None) -> None:
        """Tell links that the rule has changed, or one of their ends."""
        for (source, destination), link in self._links.items():
            if end in (None, source, destination):
                link.refresh()

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
            self._way(source, destination).carry(size, arrive, *args)

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
            self._way(source, destination).carry_datagram(size, arrive, *args)

    def _links_between(
        self, one: Host | Iterable[Host], other: Host | Iterable[Host]
    ) -> list[Link]:
        ones, others = self._group(one), self._group(other)
        pairs = [(here, there) for here in ones for there in others]
        return [self.link(*ends) for pair in pairs for ends in (pair, pair[::-1])]

    def _group(self, given: Host | Iterable[Host]) -> tuple[Host, ...]:
        """Return the machines of a group, which may be a single one."""
        is_group = isinstance(given, Iterable) and not isinstance(given, str)
        hosts: tuple[Any, ...] = tuple(given) if is_group else (given,)  # type: ignore
        for host in hosts:
            self._require_host(host)
        return hosts

    def _require_host(self, host: Host) -> None:
        if not isinstance(host, Host):
            raise TypeError(f"a machine of this network is needed, not {host!r}")
        if host.network is not self:
            raise ValueError(f"{host!r} is of another network")

    def _way(self, source: Host, destination: Host) -> Link:
        """Return a link between two machines of this network."""
        ends = (source, destination)
        link = self._links.get(ends)
        if link is None:
            link = self._links[ends] = self.make_link(source, destination)
        return link
