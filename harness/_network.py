# -*- test-case-name: harness.test.test_network -*-
"""Hosts, their names, and the one virtual clock that they share."""

import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.python.failure import Failure

from harness._addresses import WireAddress, is_link_local, is_loopback
from harness._arguments import require_whole_number
from harness._call_sites import call_site
from harness._deferred_log import DeferredLog
from harness._errors import VirtualTimeoutError
from harness._experiments import Experiments
from harness._host import Host
from harness._machines import require_name, require_own_addresses
from harness._names import Names
from harness._new_networks import network_made
from harness._packets import PacketLog
from harness._pending import Awaited, describe
from harness._plaintext import watch_stream
from harness._reactor import VirtualReactor
from harness._scheduler import DEFAULT_TIMEOUT, Scheduler
from harness._seconds import require_timeout
from harness._segments import require_segments
from harness._sessions import session_for_network
from harness._sockets_stream import StreamSocket
from harness._sockets_udp import UDPSocket
from harness._timer_log import record_timer
from harness._trace import Trace

T = TypeVar("T")


class Network(Experiments):
    """Machines that can reach each other, in one process and on one virtual clock.

    Attributes:
        seed: What every random choice of this network is drawn from.
        names: The host names that its machines know: a table that tests fill.
        hosts: Its machines by name, in the order in which they were made.
        scheduler: The loop that runs it.
        awaited: What `run_until` waits for, innermost last.
        trace: Where events are recorded, or None: see `start_trace`.
        segments: Says how many bytes at most the next read of a stream returns, or
            None for as many as there are: a way of cutting every stream into pieces.

    Raises:
        TypeError: The seed is no whole number.
    """

    def __init__(self, seed: int = 0) -> None:
        require_whole_number("seed", seed)
        super().__init__()
        self.seed = seed
        self.names = Names()
        self.hosts: dict[str, Host] = {}
        self.trace: Trace | None = None
        self._segments: Callable[[], int] | None = None
        self.scheduler = Scheduler(self.describe_pending)
        self.awaited: list[Awaited] = []
        self._deferreds: DeferredLog | None = None
        self._called: dict[str, Host] = {}
        self._owners: dict[str, Host] = {}
        session = session_for_network()
        if session is not None:
            session.take(self)
        network_made(self)

    @property
    def segments(self) -> Callable[[], int] | None:
        """What says how many bytes at most the next read of a stream returns."""
        return self._segments

    @segments.setter
    def segments(self, segments: Callable[[], int] | None) -> None:
        require_segments(segments)
        self._segments = segments

    def host(
        self,
        name: str,
        *addresses: str,
        disk: Any = None,
        reactor: Callable[[Host], VirtualReactor] = VirtualReactor,
    ) -> Host:
        """Add a machine.

        Args:
            name: Its name, which other machines can look up if it has addresses. Two
                names that differ in case only are one.
            addresses: Its addresses beside loopback, IPv4 or IPv6.
            disk: What it keeps when it crashes: a folder, a dictionary, whatever the
                programs that are tested read and write. See `Host.disk`.
            reactor: Makes its reactor.

        Raises:
            TypeError: A name or an address is no string, or ``reactor`` makes nothing.
            ValueError: No machine can be called that, or have such an address; or there
                is one of that name, whatever its case, or with one of the addresses.
        """
        key = require_name(name)
        own = require_own_addresses(addresses)
        if own and key == "localhost":
            raise ValueError("each machine calls itself localhost: no address has it")
        if not callable(reactor):
            raise TypeError(f"reactor must make a reactor for a host, not {reactor!r}")
        if key in self._called:
            raise ValueError(f"there is a host {self._called[key].name}")
        for address in own:
            if address in self._owners:
                owner = self._owners[address].name
                raise ValueError(f"{address} is an address of the host {owner}")
        host = Host(self, name, own, reactor)
        host.disk = disk
        host.start()  # if that fails, nothing has changed
        self.hosts[name] = self._called[key] = host
        self._owners.update((address, host) for address in own)
        if own:
            self.names[name] = own
        if self.trace is not None:
            self.trace.machines[name] = own
        if self.fault_plans:
            self.set_clock(host)
        return host

    def host_at(self, address: str, asking: Host) -> Host | None:
        """Return the machine that ``address`` leads to from ``asking``, if any.

        A link-local address that nobody has been given is everyone's own.
        """
        if is_loopback(address):
            return asking
        owner = self._owners.get(address)
        return asking if owner is None and is_link_local(address) else owner

    def send_datagram(
        self,
        sender: UDPSocket,
        source: WireAddress,
        destination: WireAddress,
        data: bytes,
    ) -> None:
        """Send a datagram to one machine. If there is none it is lost."""
        host = self.host_at(destination.host, sender.host)
        if host is None:
            return
        datagram = (sender, source, destination, data)
        packet = (sender.host, host, len(data), host.take_datagram, *datagram)
        if self.fault_plans:
            carry = partial(self.carry_datagram, *packet)
            self.datagrams.send(sender, host, destination, carry)
        else:
            self.carry_datagram(*packet)

    def send_to_all(
        self, sender: Host, source: WireAddress, destination: WireAddress, data: bytes
    ) -> None:
        """Send a datagram to all machines, the sender's too."""
        for host in self.hosts.values():
            self.pass_on(sender, host, source, destination, data)

    def pass_on(
        self,
        sender: Host,
        host: Host,
        source: WireAddress,
        destination: WireAddress,
        data: bytes,
    ) -> None:
        """Send one machine a datagram that is for many."""
        self.carry_datagram(
            sender, host, len(data), host.hear, source, destination, data
        )

    def seconds(self) -> float:
        """Return the virtual time."""
        return self.scheduler.timers.now

    def advance(self, seconds: float) -> None:
        """Let time pass on all hosts.

        Each instant at which something is due is visited in order, and `seconds` is
        exact at each. Time moves on only when nothing is left to do. The last instant
        gets a single turn: ``advance(0)`` is one iteration of a reactor, and a call
        scheduled in it with no delay waits for the next.

        Raises:
            TypeError: ``seconds`` is no number.
            ValueError: ``seconds`` is negative, or without end.
        """
        self.scheduler.advance(seconds)

    def flush(self) -> None:
        """Go on until nothing more happens at this instant. Time does not move.

        Raises:
            Livelock: There is no end to it.
        """
        self.scheduler.flush()

    def run_until(
        self,
        awaited: Deferred[T] | Coroutine[Any, Any, T],
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> T:
        """Go on, and let time pass, until a Deferred or coroutine has a result.

        Args:
            awaited: What to wait for.
            timeout: How many virtual seconds to wait at most. None: without end, if
                something goes on without end.

        Returns:
            The result. If it is a failure, its exception is raised.

        Raises:
            TypeError: ``timeout`` is no number, or ``awaited`` cannot be waited for.
            ValueError: ``timeout`` is negative.
            Deadlock: It never will: nothing can happen any more.
            VirtualTimeoutError: It had no result in time.
        """
        limit = require_timeout("run_until: timeout", timeout)
        outcome: list[T | Failure] = []
        ensureDeferred(awaited).addBoth(outcome.append)
        until = None if limit is None else self.seconds() + limit
        self.awaited.append(Awaited(awaited, call_site(sys._getframe(1))))
        try:
            if not self.scheduler.run_until(lambda: bool(outcome), until):
                raise VirtualTimeoutError(
                    f"no result within {timeout} virtual seconds\n"
                    + self.describe_pending()
                )
        finally:
            self.awaited.pop()
        result = outcome[0]
        if isinstance(result, Failure):
            result.raiseException()
        return result

    def start_trace(
        self,
        *,
        packets: bool = False,
        timers: bool = False,
        deferreds: bool = False,
        last: int | None = None,
    ) -> Trace:
        """Begin to record what happens, in a new trace.

        It costs a little at each event from now on. What is asked for beyond that is
        for a picture, and does not change the digest.

        Args:
            packets: Record what links carry, and what they lose.
            timers: Record each delayed call that is made.
            deferreds: Record each Deferred of the process, from how it was made to what
                became of it. That is dear.
            last: How many events to keep at most, or None for all.
        """
        self.stop_trace()
        trace = self.trace = Trace(last)
        trace.seed = self.seed
        trace.machines = {name: host.addresses for name, host in self.hosts.items()}
        asked = {"packets": packets, "timers": timers, "deferreds": deferreds}
        trace.details = tuple(name for name, wanted in asked.items() if wanted)
        for host in self.hosts.values():
            for socket in host.sockets:
                if isinstance(socket, StreamSocket):
                    watch_stream(socket)
        if packets:
            self.packets = PacketLog(self)
            self.refresh_links()
        if timers:
            self.scheduler.timers.on_fire = partial(record_timer, self)
        if deferreds:
            self._deferreds = DeferredLog(self)
            self._deferreds.begin()
        return trace

    def stop_trace(self) -> None:
        """Record nothing any more. The trace so far stays as it is."""
        self.trace = self.packets = self.scheduler.timers.on_fire = None
        self.refresh_links()
        if self._deferreds is not None:
            self._deferreds.end()
            self._deferreds = None

    def describe_pending(self) -> str:
        """Write down all that is pending: for the messages of errors."""
        return describe(self)
