# -*- test-case-name: harness.test.test_tampered_datagrams -*-
"""Datagrams where things go wrong; `harness._tampering` does the same for streams."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from harness._addresses import WireAddress
from harness._faults import Fault, Operation

if TYPE_CHECKING:
    from harness._faulty_mesh import FaultyMesh
    from harness._host import Host
    from harness._scheduler import Scheduler
    from harness._sockets_udp import UDPSocket

#: Lets a datagram go its way.
Carry = Callable[[], object]


class DatagramWay:
    """What one socket sends to one address, once that has become slow.

    Args:
        scheduler: The loop of the network.
        random: What is drawn from.

    Attributes:
        delay: How many seconds later each datagram arrives.
        jitter: Up to how many seconds more that is. None overtakes another.
    """

    def __init__(self, scheduler: "Scheduler", random: Random) -> None:
        self.delay = self.jitter = self._last_arrival = 0.0
        self._scheduler = scheduler
        self._random = random

    def carry(self, carry: Carry) -> None:
        """Let a datagram go its way, when its time has come."""
        late = self.delay + (self.jitter and self.jitter * self._random.random())
        arrival = self._scheduler.timers.now + late
        self._last_arrival = max(self._last_arrival, arrival)
        self._scheduler.call_at(self._last_arrival, self._go, carry)

    def _go(self, carry: Carry) -> None:
        carry()


class TamperedDatagrams:
    """All datagrams of a network that is not to be trusted."""

    def __init__(self, network: "FaultyMesh") -> None:
        self._network = network
        self._slow: dict[tuple[UDPSocket, WireAddress], DatagramWay] = {}

    def send(
        self, sender: "UDPSocket", to: "Host", destination: WireAddress, carry: Carry
    ) -> None:
        """Let a datagram be carried, or not, or twice, or later."""
        if sender.host in self._network.dying:
            return
        target, port, _ = destination
        name = sender.host.name
        fault = self._network.meet(Operation("datagram", name, target, port))
        if fault is None:
            self._pass_on(sender, destination, carry)
        elif fault.name == "duplicate":
            self._pass_on(sender, destination, carry)
            self._pass_on(sender, destination, carry)
        elif fault.name == "reorder":
            self._network.scheduler.callLater(fault.seconds, carry)
        elif fault.name == "crash":
            self._network.crash_soon(sender.host, fault)
        elif fault.name != "lose":
            self._worsen(sender, to, destination, fault)
            self._pass_on(sender, destination, carry)

    def _pass_on(
        self, sender: "UDPSocket", destination: WireAddress, carry: Carry
    ) -> None:
        way = self._slow.get((sender, destination))
        if way is None:
            carry()
        else:
            way.carry(carry)

    def _worsen(
        self, sender: "UDPSocket", to: "Host", destination: WireAddress, fault: Fault
    ) -> None:
        """Let the way be bad for this datagram, and for those after it."""
        if fault.name == "partition":
            if sender.host is not to:
                self._network.part_for(sender.host, to, fault.seconds)
            return
        ends = f"{sender.local} -> {destination}"
        random = Random(f"{self._network.seed} jitter UDP {ends}")
        new = DatagramWay(self._network.scheduler, random)
        way = self._slow.setdefault((sender, destination), new)
        setattr(way, fault.name, fault.seconds)
