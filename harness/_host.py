# -*- test-case-name: harness.test.test_host -*-
"""One simulated machine: its addresses, its ports, its open sockets."""

import errno
from collections import Counter
from collections.abc import Callable
from socket import AF_INET6, EAI_NONAME, gaierror
from typing import TYPE_CHECKING, Any

from harness._addresses import (
    WILDCARD4,
    WireAddress,
    is_for_many,
    is_ipv6,
    is_loopback,
    is_multicast,
    is_wildcard,
    os_error,
)
from harness._baton import VirtualThread
from harness._filtered_ports import FilteredPorts
from harness._ports import PortTable
from harness._sockets import FIRST_DESCRIPTOR, VirtualSocket
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness._sockets_udp import UDPSocket
from harness._timers import TimerQueue
from harness._trace import TraceEvent
from harness._unix import UnixNamespace

if TYPE_CHECKING:
    from harness._network import Network
    from harness._reactor import VirtualReactor


class Host:
    """One machine of a `Network`. Made by `Network.host`.

    Every machine also has the loopback addresses, 127.0.0.0/8 and ``::1``.

    Attributes:
        name: What other hosts call it.
        addresses: Its addresses beside loopback.
        network: Where it is.
        scheduler: The loop of the network.
        timers: The clock of the network.
        is_up: Whether it runs: see `crash`.
        crashed_at: When it has crashed last, in virtual seconds, or None.
        clock_skew: By how many seconds its clock is ahead of the virtual time, as its
            programs see it.
        disk: What it keeps when it crashes. The harness does not look at it.
        reactor: What a program on this machine is given.
        reactors: That, and those of the programs that have one of their own.
        make_reactor: Makes one, each time that the machine starts.
        tcp: Its TCP ports.
        udp: Its UDP ports.
        unix: The names of its UNIX sockets.
        at_crash: What is to be called when it crashes. A program on it never learns of
            that; this is for what a test has on it.
        filtered: TCP ports at which nothing of an attempt to connect arrives, as behind
            a firewall that drops it. Who tries waits until the attempt times out.
    """

    reactor: "VirtualReactor"

    def __init__(
        self,
        network: "Network",
        name: str,
        addresses: tuple[str, ...],
        make_reactor: "Callable[[Host], VirtualReactor]",
    ) -> None:
        self.network = network
        self.scheduler = network.scheduler
        self.timers = network.scheduler.timers
        self.name = name
        self.addresses = addresses
        self.is_up = True
        self.crashed_at: float | None = None
        self.clock_skew = 0.0
        self.disk: Any = None
        self._filtered = FilteredPorts()
        self.make_reactor = make_reactor
        self.reactors: list[VirtualReactor] = []
        self._remains: list[object] = []
        self._boot()

    @property
    def filtered(self) -> set[int]:
        """TCP ports at which nothing of an attempt to connect arrives.

        A set that is given is copied. What is no port is refused, then and later.

        Raises:
            TypeError: It is no set of numbers.
            ValueError: One of them is no port.
        """
        return self._filtered

    @filtered.setter
    def filtered(self, ports: set[int]) -> None:
        self._filtered = FilteredPorts(ports)

    def _boot(self) -> None:
        """Begin with nothing open and every port free."""
        self.at_crash: list[Callable[[], object]] = []
        self.tcp: PortTable[TCPSocket | TCPListener] = PortTable()
        self.udp: PortTable[UDPSocket] = PortTable()
        self.unix = UnixNamespace()
        self._groups: Counter[str] = Counter()
        self._sockets: dict[int, VirtualSocket] = {}
        self._next_descriptor = FIRST_DESCRIPTOR

    def __repr__(self) -> str:
        return f"<Host {self.name} {' '.join(self.addresses)}>".replace(" >", ">")

    def record(
        self,
        kind: str,
        source: object,
        destination: object = None,
        data: bytes | memoryview = b"",
    ) -> None:
        """Record an event of this machine, if a trace has been begun.

        Args:
            kind: What happened: see `TraceEvent`, or a word of the caller's own.
            source: Whose event it is.
            destination: The other end, if there is one.
            data: The bytes, if it has any.
        """
        trace = self.network.trace
        if trace is not None:
            event = TraceEvent(
                self.timers.now, self.name, kind, source, destination, data
            )
            trace.events.append(event)

    def remark(self, kind: str, source: object, destination: object) -> None:
        """Record an event that only a picture needs, if one is to be made.

        Args:
            kind: What happened: see `TraceEvent`.
            source: Whose event it is.
            destination: The other end.
        """
        if self.network.packets is not None:
            self.record(kind, source, destination)

    # Power

    def start(self) -> None:
        """Let the machine have a reactor."""
        self.reactor = self.make_reactor(self)
        self.reactors = [self.reactor]

    def crash(self) -> None:
        """Lose power, at once: nothing is flushed, nobody is told.

        What runs on the machine's reactor never goes on: no call is made, no connection
        hears of its end. Nor do its threads: one that waits stands still for ever. Code
        that is at work at this very moment still reaches its next ``await``, the next
        wait of its thread, or the end of its callback; what it does meanwhile comes to
        nothing. A coroutine that waits does not come to its ``finally``. Other machines
        get no answer, until they give up or it is started again. What is under way to
        it is lost, unless it is back when that arrives. See `restart`.

        Raises:
            ValueError: It is down.
        """
        if not self.is_up:
            raise ValueError(f"{self.name} is down")
        self.record("crash", self.name)
        self.is_up = False
        self.crashed_at = self.timers.now
        # What is freed would come to the ``finally`` of a coroutine that waits.
        self._remains += self.reactors
        for socket in self.sockets:
            self._remains += (socket.reader, socket.writer)
            socket.vanish()
        self._sockets.clear()
        for call in self.timers.active_calls():
            if call.owner is self:
                self._remains += (call.func, call.args, call.kw)
                call.cancel()
        ghost = self._ghost()
        for reactor in self.reactors:
            reactor.haunt(ghost)
        self.scheduler.threads.stop(self)
        self.network.refresh_links(self)
        for tell in self.at_crash:
            tell()

    def restart(self) -> None:
        """Start again after a crash, with a fresh reactor and the same `disk`.

        Whoever still believes in a connection to it learns better when it next sends
        something, or when what it has sent arrives.

        Raises:
            ValueError: It is up.
        """
        if self.is_up:
            raise ValueError(f"{self.name} is up")
        self.is_up = True
        self._boot()
        self.start()
        self.record("restart", self.name)
        self.network.refresh_links(self)

    def _ghost(self) -> "Host":
        """Make the machine that a reactor believes to be on when it has crashed.

        Its clock stands still, and nothing that it sends arrives.
        """
        ghost = Host(self.network, self.name, self.addresses, self.make_reactor)
        ghost.is_up = False
        ghost.clock_skew = self.clock_skew
        ghost.reactors = list(self.reactors)
        ghost.timers = TimerQueue()
        ghost.timers.now = self.timers.now
        return ghost

    # Threads

    def thread(self, *args: Any, **kw: Any) -> VirtualThread:
        """Make a thread of this machine: a ``threadFactory`` for Twisted's pools.

        Args:
            args: What such a pool gives ``threading.Thread``.
            kw: The same.

        Returns:
            The thread, not yet started. It stands still for ever when the machine
            crashes; one that is made while it is down never begins.
        """
        thread = self.scheduler.threads.thread(*args, **kw)
        thread.machine = self
        thread.is_stopped = not self.is_up
        return thread

    # Descriptors

    @property
    def sockets(self) -> list[VirtualSocket]:
        """The open sockets, oldest first."""
        return list(self._sockets.values())

    def open(self, socket: VirtualSocket) -> int:
        """Give a new socket its descriptor.

        Raises:
            OSError: ENETDOWN, the machine is down.
        """
        if not self.is_up:
            raise OSError(errno.ENETDOWN, f"{self.name} is down")
        descriptor = self._next_descriptor
        self._next_descriptor += 1
        self._sockets[descriptor] = socket
        return descriptor

    def forget(self, descriptor: int) -> None:
        """Forget a socket that has been closed."""
        del self._sockets[descriptor]

    # Addresses

    def has(self, address: str) -> bool:
        """Say whether ``address`` is one of this machine's."""
        return self.network.host_at(address, self) is self

    def require_own(self, address: str) -> None:
        """Check that a socket can be bound to ``address``.

        Raises:
            OSError: EADDRNOTAVAIL, it is another machine's.
        """
        shared = is_wildcard(address) or is_for_many(address)
        if not (shared or self.has(address)):
            raise os_error(errno.EADDRNOTAVAIL)

    def reachable(self, address: WireAddress) -> WireAddress:
        """Read the wildcard as a destination: it means this machine, as on Linux."""
        if is_wildcard(address.host):
            loopback = "127.0.0.1" if address.host == WILDCARD4 else "::1"
            return address._replace(host=loopback)
        return address

    def source_for(self, destination: str) -> str:
        """Choose the address that something sent to ``destination`` comes from.

        Raises:
            OSError: ENETUNREACH, the machine has no such address.
        """
        if is_loopback(destination) or (
            not self.addresses and is_for_many(destination)
        ):
            return "::1" if is_ipv6(destination) else "127.0.0.1"
        if self.has(destination):
            return destination
        for address in self.addresses:
            if is_ipv6(address) == is_ipv6(destination):
                return address
        raise os_error(errno.ENETUNREACH)

    def look_up(self, family: int, name: str) -> str:
        """Find the address of a name given where an address belongs.

        Raises:
            gaierror: The name is not in the network's table.
        """
        for address in self.network.names.addresses(name):
            if family == AF_INET6 or not is_ipv6(address):
                return address
        raise gaierror(EAI_NONAME, "Name or service not known")

    # What arrives

    def answer_syn(self, client: TCPSocket) -> None:
        """Answer an attempt to connect."""
        assert client.remote is not None
        if client.remote.port in self.filtered:
            return
        for socket in self.tcp.find(client.remote):
            if isinstance(socket, TCPListener) and socket.is_listening:
                socket.answer(client)
                return
        self.record("refused", client.remote, client.local)
        self.network.carry(self, client.host, 0, client.refused)

    def hear(self, source: WireAddress, group: WireAddress, data: bytes) -> None:
        """Take a datagram for a group or for all: everyone on that port hears it.

        Nobody does if the machine is no member of the group any more.
        """
        if is_multicast(group.host) and not self.joined(group.host):
            return
        for socket in self.udp.find(group):
            if socket.hears(source):
                socket.arrive(data, source)

    def take_datagram(
        self,
        sender: UDPSocket,
        source: WireAddress,
        destination: WireAddress,
        data: bytes,
    ) -> None:
        """Take a datagram for this machine, and tell the sender if nobody hears it."""
        heard = [
            socket for socket in self.udp.find(destination) if socket.hears(source)
        ]
        if heard:
            # A socket that talks to the sender only is meant rather than one that
            # talks to all; of several on one port, the one that came last.
            connected = [socket for socket in heard if socket.remote is not None]
            (connected or heard)[0].arrive(data, source)
        else:
            self.record("refused", destination, source)
            self.network.carry(self, sender.host, 0, sender.unreachable)

    # Groups

    def join(self, group: str) -> None:
        """Let a socket of this machine be one more member of a group."""
        self._groups[group] += 1

    def leave(self, group: str) -> None:
        """Let a socket of this machine be a member of a group no more."""
        self._groups[group] -= 1

    def joined(self, group: str) -> bool:
        """Say whether a socket of this machine is a member of ``group``."""
        return self._groups[group] > 0
