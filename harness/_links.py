# -*- test-case-name: harness.test.test_links,harness.test.test_links_draws -*-
"""The way from one machine to another."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from harness._conditions import Changes
    from harness._host import Host
    from harness._packets import Packet

#: How much later a datagram comes that is overtaken, in seconds, at the least.
OVERTAKEN = 0.001

#: What is added to a purpose where it is the copy of a datagram that is drawn for.
COPY = " of a copy"


class Link:
    """One direction between two machines of a `Network`. Made by `Network.link`.

    Each purpose for which it draws at random has a stream of numbers of its own, which
    depends on the network's seed and on the two names: to change one thing does not
    change what is drawn for another, here or elsewhere.

    Attributes:
        source: Where it comes from.
        destination: Where it leads to.
        conditions: What it is like at present.
        is_up: Whether anything gets through.
        is_ideal: Whether everything does, at once.
        is_direct: Whether it does, and nobody records it.
        packets: Where it is recorded what the link carries, or None.
        cuts: How often all that was under way has been lost.
    """

    def __init__(self, source: "Host", destination: "Host") -> None:
        self.source = source
        self.destination = destination
        self.is_up = True
        self.cuts = 0
        # Why it is down. It is only ever asked whether one is in it.
        self._causes: set[Hashable] = set()
        self._scheduler = source.scheduler
        self._changes: Changes = {}
        self._draws: dict[str, Callable[[], float]] = {}
        self._free_at = 0.0
        self._last_datagram = -inf
        self.refresh()

    def __repr__(self) -> str:
        return f"<Link {self.source.name} -> {self.destination.name}>"

    def touches(self, hosts: "Collection[Host]") -> bool:
        """Say whether one of these machines is an end of it."""
        return self.source in hosts or self.destination in hosts

    # What it is like

    def shape(self, **changes: "Unpack[Changes]") -> None:
        """Change what the link is like, from now on: see `Conditions`.

        What is not given stays as it is, and as long as it never is, what
        `Network.shape` says holds.

        Raises:
            TypeError: There is no such condition, or it is no number.
            ValueError: It cannot be like that.
        """
        self.conditions.changed(**changes)  # before anything is
        self._changes.update(changes)
        self.refresh()

    def down(self, cause: Hashable = None) -> None:
        """Let nothing through any more; what is under way is lost.

        Args:
            cause: What `mend` is given to take this back, and only this.
        """
        self.source.record("partition", self.source.name, self.destination.name)
        self._causes.add(cause)
        self.is_up = False
        self.cut()

    def up(self) -> None:
        """Let through what is sent from now on, whyever the link was down."""
        self.source.record("heal", self.source.name, self.destination.name)
        self._causes.clear()
        self.is_up = True
        self.refresh()

    def mend(self, cause: Hashable) -> None:
        """Take back what was done for a cause: others may keep the link down."""
        if self._causes == {cause}:
            self.up()
        else:
            self._causes.discard(cause)

    def cut(self) -> None:
        """Lose all that is under way."""
        self.cuts += 1
        self._free_at = self._scheduler.timers.now
        self._last_datagram = -inf
        self.refresh()

    def refresh(self) -> None:
        """See what the link is like now that one of its ends, or the rule, changed."""
        self.conditions = replace(self.source.network.conditions, **self._changes)
        self._is_open = self.is_up and self.source.is_up and self.destination.is_up
        self.is_ideal = self._is_open and self.conditions.are_ideal
        self.packets = self.source.network.packets
        self.is_direct = self.is_ideal and self.packets is None

    # What is sent over it

    def carry(self, size: int, arrive: Callable[..., object], *args: Any) -> None:
        """Let a packet arrive, unless it is lost.

        Args:
            size: How many bytes of payload it has.
            arrive: What to call at its arrival, with ``args``.
        """
        if self.is_direct:
            arrive(*args)
            return
        packet = self.depart(arrive, args)
        if self.is_ideal:
            self._deliver(self.cuts, packet, arrive, args)
            return
        self._let_arrive(self.arrival(size), packet, arrive, args)

    def carry_datagram(
        self, size: int, arrive: Callable[..., object], *args: Any
    ) -> None:
        """Let a datagram arrive, unless it is lost; perhaps twice, perhaps later."""
        # What was sent when the link was slower may be under way, or due by now.
        if self.is_ideal and self._last_datagram < self._scheduler.timers.now:
            self.carry(size, arrive, *args)
            return
        twice = self._happens("duplication", self.conditions.duplication)
        for which in ("", COPY) if twice else ("",):
            packet = self.depart(arrive, args)
            overtaken = self._happens("reordering" + which, self.conditions.reordering)
            arrival = self.arrival(size, which)
            if arrival is not None and overtaken:
                arrival += max(self.conditions.latency, OVERTAKEN)
            elif arrival is not None:
                self._last_datagram = arrival = max(self._last_datagram, arrival)
            self._let_arrive(arrival, packet, arrive, args)

    def arrival(self, size: int, which: str = "") -> float | None:
        """Send ``size`` bytes, and return the instant at which the last arrives.

        Args:
            size: How many they are.
            which: `COPY` if they have been sent already, by chance. Their luck is drawn
                apart, so that those that are sent once keep theirs.

        Returns:
            None if they are lost. They take their time to be sent all the same.
        """
        if not self._is_open:
            return None
        instant = self._scheduler.timers.now
        conditions = self.conditions
        if conditions.bandwidth != inf:
            begun = max(instant, self._free_at)
            self._free_at = instant = begun + size * 8 / conditions.bandwidth
        if conditions.jitter:
            instant += conditions.jitter * self._draw("jitter" + which)
        lost = self._happens("loss" + which, conditions.loss)
        return None if lost else instant + conditions.latency

    def lets_arrive(self, cuts: int) -> bool:
        """Say whether what is due now arrives.

        Whether the machine has crashed and started again meanwhile does not matter: who
        is there takes it, as the wire does not know.

        Args:
            cuts: What `cuts` was when it was sent.
        """
        return cuts == self.cuts and self.destination.is_up

    # What is recorded

    def depart(
        self, arrive: Callable[..., object], args: tuple[Any, ...], segment: int = 0
    ) -> "Packet | None":
        """Record that something is sent, if that is asked for."""
        if self.packets is None:
            return None
        return self.packets.send(self, arrive, args, segment)

    # Arriving

    def _let_arrive(
        self,
        arrival: float | None,
        packet: "Packet | None",
        arrive: Callable[..., object],
        args: tuple[Any, ...],
    ) -> None:
        if arrival is not None:
            self._scheduler.call_at(
                arrival, self._deliver, self.cuts, packet, arrive, args
            )
        elif packet is not None:
            packet.lose()

    def _deliver(
        self,
        cuts: int,
        packet: "Packet | None",
        arrive: Callable[..., object],
        args: tuple[Any, ...],
    ) -> None:
        arrives = self.lets_arrive(cuts)
        if packet is not None:
            packet.end(arrives)
        if arrives:
            arrive(*args)

    def _happens(self, purpose: str, probability: float) -> bool:
        return bool(probability) and self._draw(purpose) < probability

    def _draw(self, purpose: str) -> float:
        """Draw a number from 0 to 1, for one purpose."""
        draw = self._draws.get(purpose)
        if draw is None:
            ends = f"{self.source.name} -> {self.destination.name}"
            seed = self.source.network.seed
            draw = self._draws[purpose] = Random(f"{seed} {purpose} {ends}").random
        return draw()
