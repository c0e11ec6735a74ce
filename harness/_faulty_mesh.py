# -*- test-case-name: harness.test.test_faulty_mesh -*-
"""Where what programs ask for meets what goes wrong."""

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from math import inf
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from harness._addresses import WireAddress, canonical, is_wildcard, os_error
from harness._awaits import watched_awaits
from harness._fault_plans import FaultPlan
from harness._faults import Fault, Operation
from harness._mesh import Mesh
from harness._names import Answer, Names
from harness._sockets_tcp import SYN_WAITS, TCPSocket
from harness._standard_streams import present_turn
from harness._tampered_datagrams import TamperedDatagrams

if TYPE_CHECKING:
    from harness._host import Host
    from harness._scheduler import Scheduler

#: How attempts to connect fail: after how many seconds, and with which error.
_CONNECT = {
    "refuse": (0.0, errno.ECONNREFUSED),
    "unreachable": (0.0, errno.EHOSTUNREACH),
    "no_answer": (sum(SYN_WAITS), errno.ETIMEDOUT),
}


class FaultyMesh(Mesh):
    """Links, and all that can go wrong on them and at their ends.

    Attributes:
        fault_plans: The plans by which things go wrong at present.
        datagrams: What goes wrong with datagrams.
        dying: Machines that lose power at this moment: what they do comes to nothing.
    """

    # Of the network that this is part of.
    hosts: "dict[str, Host]"
    names: Names
    seed: int
    scheduler: "Scheduler"
    segments: Callable[[], int] | None
    host_at: "Callable[[str, Host], Host | None]"

    def __init__(self) -> None:
        super().__init__()
        self.fault_plans: list[FaultPlan] = []
        self.datagrams = TamperedDatagrams(self)
        self.dying: list[Host] = []
        # What is waited for by who is to lose a connection, and has none yet.
        self._unconnected: list[Deferred[Any]] = []

    @contextmanager
    def following(self, plan: FaultPlan) -> Iterator[None]:
        """Let things go wrong by a plan."""
        self.fault_plans.append(plan)
        for host in self.hosts.values():
            self.set_clock(host)
            for socket in host.sockets:
                if isinstance(socket, TCPSocket):
                    socket.tamper()
        with ExitStack() as stack:
            stack.callback(self.fault_plans.remove, plan)
            if any("await" in fault.operations for fault in plan.faults):
                stack.enter_context(watched_awaits(self._disturb))
            yield

    def meet(self, operation: Operation) -> Fault | None:
        """Settle what goes wrong with an operation, if anything does."""
        if any(plan.asks_for_names for plan in self.fault_plans):
            operation = operation._replace(names=self._names_for(operation))
        for plan in self.fault_plans:
            fault = plan.meet(operation, self.scheduler.timers.now)
            if fault is not None:
                if operation.host:
                    host = self.hosts[operation.host]
                    host.record("fault", str(fault), operation.target or None)
                return fault
        return None

    def _names_for(self, operation: Operation) -> tuple[str, ...]:
        """Return by which names and addresses it is known whom an operation concerns.

        A name that is looked up concerns nobody yet.
        """
        address = operation.target
        if not address or operation.kind == "lookup":
            return ()
        asking = self.hosts[operation.host]
        if is_wildcard(address):
            own = ("127.0.0.1", "::1", *asking.addresses)
            names = [name for each in own for name in self.names.leading_to(each)]
            return (asking.name, *own, *names)
        names = list(self.names.leading_to(address))
        machine = self.host_at(address, asking)
        return (*names, machine.name) if machine else tuple(names)

    # Machines

    def set_clock(self, host: "Host") -> None:
        """Set the clock of a machine that starts, perhaps wrongly."""
        fault = self.meet(Operation("start", host.name))
        if fault is not None:
            host.clock_skew = fault.seconds

    def crash_soon(self, host: "Host", fault: Fault) -> None:
        """Let a machine lose power when what it is about to do is done."""
        self.dying.append(host)
        self.scheduler.callLater(0, self._crash, host, fault)

    def _crash(self, host: "Host", fault: Fault) -> None:
        self.dying.remove(host)
        if host.is_up:
            host.crash()
            if fault.boot is not None:
                self.scheduler.callLater(fault.seconds, self._boot, host, fault.boot)

    @staticmethod
    def _boot(host: "Host", boot: "Callable[[Host], object]") -> None:
        host.restart()
        boot(host)

    # Names and ports

    def look_up(self, host: "Host", name: str | bytes) -> Answer:
        """Answer a look-up, well or badly. An address always stands for itself."""
        answer = self.names.look_up(name)
        text = name.decode("ascii") if isinstance(name, bytes) else name
        if not self.fault_plans or canonical(text) is not None:
            return answer
        fault = self.meet(Operation("lookup", host.name, text))
        return answer if fault is None else _spoil(answer, fault)

    def require_free(self, host: "Host", address: WireAddress) -> None:
        """Check that nobody has made believe that a port is taken.

        Raises:
            OSError: Somebody has.
        """
        if self.meet(Operation("listen", host.name, address.host, address.port)):
            raise os_error(errno.EADDRINUSE)

    # Connections

    def spoils_connect(self, socket: TCPSocket) -> bool:
        """Say whether an attempt to connect is to fail, and let it."""
        assert socket.remote is not None
        host, port, _ = socket.remote
        fault = self.meet(Operation("connect", socket.host.name, host, port))
        if fault is not None:
            socket.fail_later(*_CONNECT[fault.name])
        return fault is not None

    def connection_is_made(self) -> None:
        """Let a connection be reset that is to be lost by who waits for something."""
        waiting, self._unconnected = self._unconnected, []
        if any(map(_is_awaited, waiting)):
            self.scheduler.callLater(0, self._reset_connections)

    def _reset_connections(self) -> bool:
        """Let all connections of all machines be reset, and say whether any was."""
        ends = [
            socket
            for host in self.hosts.values()
            for socket in host.sockets
            if isinstance(socket, TCPSocket) and socket.peer is not None
        ]
        for socket in ends:
            socket.arrive_reset()
        return bool(ends)

    # Waiting

    def _disturb(self, deferred: "Deferred[Any]") -> None:
        """Disturb who waits for a Deferred, when everybody has come to wait."""
        fault = self.meet(Operation("await"))
        if fault is not None:
            disturb = {"cancel": Deferred.cancel, "disconnect": self._disconnect}
            disturbing = disturb[fault.name], deferred
            self.scheduler.callLater(0, _in_turn, present_turn(), *disturbing)

    def _disconnect(self, deferred: "Deferred[Any]") -> None:
        if not self._reset_connections():
            self._unconnected.append(deferred)


def _in_turn(
    turn: AbstractContextManager[None], call: Callable[..., object], *args: object
) -> None:
    """Do something to a program while it has its standard streams."""
    with turn:
        call(*args)


def _is_awaited(deferred: "Deferred[Any]") -> bool:
    return not deferred.called or bool(deferred.paused)


def _spoil(answer: Answer, fault: Fault) -> Answer:
    if fault.name == "no_name":
        return answer._replace(addresses=())
    late = inf if fault.name == "stalled_name" else fault.seconds
    return answer._replace(delay=answer.delay + late)
