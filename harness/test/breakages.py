"""Reactors that are broken on purpose, one fault each, to try the contracts on.

A contract that no fault can break shows nothing. Each function here plants one fault
in the virtual reactor, or in the transports of Twisted that it uses, and names the
tests of `harness.test.test_contracts_virtual` that have to notice.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from twisted.internet import main, tcp
from twisted.internet.abstract import FileDescriptor
from twisted.internet.error import ConnectionAborted, ConnectionRefusedError  # noqa: A004
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Host, VirtualReactor
from harness._readiness import ReadySockets

Plant = Callable[[SynchronousTestCase], None]


@dataclass(frozen=True)
class Breakage:
    """One fault.

    Attributes:
        name: What is wrong, in a few words.
        plant: Breaks the reactor for the rest of the given test.
        noticed_by: Names of tests in `harness.test.test_contracts_virtual`.
    """

    name: str
    plant: Plant
    noticed_by: tuple[str, ...]


#: All of them, in the order of this module.
BREAKAGES: list[Breakage] = []


def noticed_by(*tests: str) -> Callable[[Plant], Plant]:
    """Enter a function that plants a fault, under the first line of its docstring."""

    def enter(plant: Plant) -> Plant:
        name = (plant.__doc__ or "").removesuffix(".")
        BREAKAGES.append(Breakage(name, plant, tests))
        return plant

    return enter


# Connecting and listening


@noticed_by("VirtualConnectTests.test_nothing_happens_at_once")
def connect_at_once(case: SynchronousTestCase) -> None:
    """A connection is made inside ``connectTCP``."""

    def connect(self: VirtualReactor, *args: Any, **kwargs: Any) -> Any:
        connector = original(self, *args, **kwargs)
        self.flush()
        return connector

    original = VirtualReactor.connectTCP
    replace(case, VirtualReactor, "connectTCP", connect)


@noticed_by(
    "VirtualConnectTests.test_timeout",
    "VirtualConnectTests.test_timeout_of_full_backlog",
)
def ignore_connect_timeout(case: SynchronousTestCase) -> None:
    """The timeout of ``connectTCP`` is ignored."""

    def connect(
        self: VirtualReactor, host: str, port: int, factory: Any, *args: Any, **kw: Any
    ) -> Any:
        return original(self, host, port, factory, 1e9, *args[1:])

    original = VirtualReactor.connectTCP
    replace(case, VirtualReactor, "connectTCP", connect)


@noticed_by(
    "VirtualConnectTests.test_refused",
    "VirtualAcceptTests.test_stop_listening",
)
def refuse_as_timeout(case: SynchronousTestCase) -> None:
    """A refused connection is reported as one that took too long."""

    def fail(self: Any, error: Any) -> None:
        refused = isinstance(error, ConnectionRefusedError)
        original(self, ConnectTimeoutError() if refused else error)

    original = tcp.BaseClient.failIfNotConnected
    replace(case, tcp.BaseClient, "failIfNotConnected", fail)


@noticed_by(
    "VirtualConnectTests.test_failure_stops_factory",
    "VirtualConnectTests.test_loss_stops_factory",
    "VirtualAcceptTests.test_stop_listening",
    "VirtualLifeCycleTests.test_factories_at_the_end",
)
def never_stop_factories(case: SynchronousTestCase) -> None:
    """Factories are never stopped: ``doStop`` is not called."""
    replace(case, Factory, "doStop", lambda self: None)


@noticed_by("VirtualAcceptTests.test_port_0", "VirtualAcceptTests.test_port_0_in_a_row")
def always_the_same_port(case: SynchronousTestCase) -> None:
    """Port 0 stands for the same port each time."""

    def listen(self: VirtualReactor, port: int, *args: Any, **kwargs: Any) -> Any:
        return original(self, port or 40_000, *args, **kwargs)

    original = VirtualReactor.listenTCP
    replace(case, VirtualReactor, "listenTCP", listen)


# Streams


@noticed_by(
    "VirtualTCPStreamTests.test_delivery_takes_a_turn",
    "VirtualUNIXStreamTests.test_delivery_takes_a_turn",
)
def deliver_at_once(case: SynchronousTestCase) -> None:
    """Bytes are received inside the ``write`` that sends them."""

    def write(self: Any, data: bytes) -> None:
        original(self, data)
        self.reactor.doIteration(0)
        self.reactor.doIteration(0)

    original = FileDescriptor.write
    replace(case, FileDescriptor, "write", write)


@noticed_by(
    "VirtualTCPStreamTests.test_close_after_pending_data",
    "VirtualUNIXStreamTests.test_close_after_pending_data",
)
def drop_pending_data(case: SynchronousTestCase) -> None:
    """``loseConnection`` drops what has not been sent yet."""

    def lose(self: Any, *args: Any) -> None:
        self.dataBuffer = b""
        self.offset = self._tempDataLen = 0
        self._tempDataBuffer = []
        original(self, *args)

    original = FileDescriptor.loseConnection
    replace(case, FileDescriptor, "loseConnection", lose)


@noticed_by("VirtualSocketTests.test_write_after_peer_closed")
def fail_first_write_after_close(case: SynchronousTestCase) -> None:
    """The first write to an end that has closed fails at once."""
    closed_by_peer = set()

    def lose(self: Any, reason: Failure) -> None:
        closed_by_peer.add(self)
        lost(self, reason)

    def send(self: Any, data: bytes) -> Any:
        return main.CONNECTION_LOST if self in closed_by_peer else sent(self, data)

    lost, sent = tcp.Connection.readConnectionLost, tcp.Connection.writeSomeData
    replace(case, tcp.Connection, "readConnectionLost", lose)
    replace(case, tcp.Connection, "writeSomeData", send)


@noticed_by(
    "VirtualTCPStreamTests.test_error_in_data_received",
    "VirtualUNIXStreamTests.test_error_in_data_received",
)
def swallow_errors(case: SynchronousTestCase) -> None:
    """An exception in ``dataReceived`` is swallowed."""

    def receive(self: Any, data: bytes) -> Any:
        try:
            return original(self, data)
        except RuntimeError:
            return None

    original = tcp.Connection._dataReceived
    replace(case, tcp.Connection, "_dataReceived", receive)


@noticed_by(
    "VirtualTCPHalfCloseTests.test_end_of_one_direction",
    "VirtualTCPHalfCloseTests.test_pending_data_first",
    "VirtualUNIXHalfCloseTests.test_end_of_one_direction",
)
def ignore_half_close(case: SynchronousTestCase) -> None:
    """Half close is ignored."""
    replace(case, FileDescriptor, "loseWriteConnection", lambda self: None)


# Back-pressure


@noticed_by(
    "VirtualTCPBackPressureTests.test_paused_inside_write",
    "VirtualTCPBackPressureTests.test_sleeping_reader_stops_producer",
    "VirtualUNIXBackPressureTests.test_paused_inside_write",
)
def endless_buffer_of_transport(case: SynchronousTestCase) -> None:
    """A transport takes everything: its producer is never paused."""
    replace(case, FileDescriptor, "_isSendBufferFull", lambda self: False)


@noticed_by(
    "VirtualTCPBackPressureTests.test_sleeping_reader_stops_producer",
    "VirtualTCPBackPressureTests.test_pull_producer_of_sleeping_reader",
    "VirtualTCPBackPressureTests.test_relay",
)
def endless_buffer_of_kernel(case: SynchronousTestCase) -> None:
    """The kernel takes everything: no reader ever stops a writer."""

    def make(self: Any, skt: Any, *args: Any, **kwargs: Any) -> None:
        skt.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**40)
        original(self, skt, *args, **kwargs)

    original = tcp.Connection.__init__
    replace(case, tcp.Connection, "__init__", make)


@noticed_by(
    "VirtualTCPBackPressureTests.test_paused_reader",
    "VirtualTCPBackPressureTests.test_pause_inside_data_received",
    "VirtualTLSBackPressureTests.test_paused_reader",
    "VirtualUNIXBackPressureTests.test_relay",
)
def no_back_pressure(case: SynchronousTestCase) -> None:
    """A reader that pauses goes on receiving."""
    replace(case, FileDescriptor, "pauseProducing", lambda self: None)


@noticed_by(
    "VirtualTCPBackPressureTests.test_end_waits_for_paused_reader",
    "VirtualTCPHalfCloseTests.test_end_waits_for_paused_reader",
)
def end_while_paused(case: SynchronousTestCase) -> None:
    """A reader that has paused is told of the end."""

    def pause(self: Any) -> None:
        kept: list[bytes] = []

        def look_for_end() -> Any:
            kept.append(self.socket.recv(self.bufferSize))
            return None if kept[-1] else main.CONNECTION_DONE

        self.doRead = look_for_end

    replace(case, tcp.Connection, "pauseProducing", pause)


# Abort


@noticed_by(
    "VirtualTCPAbortTests.test_reasons",
    "VirtualTCP6AbortTests.test_reasons",
    "VirtualSocketTests.test_data_before_reset",
)
def abort_that_looks_clean(case: SynchronousTestCase) -> None:
    """The other end takes an abort for a close."""

    def close(self: Any, orderly: bool) -> None:
        original(self, True)

    original = tcp._SocketCloser._closeSocket
    replace(case, tcp._SocketCloser, "_closeSocket", close)


@noticed_by(
    "VirtualTCPAbortTests.test_takes_a_turn",
    "VirtualTCPAbortTests.test_inside_data_received",
)
def abort_at_once(case: SynchronousTestCase) -> None:
    """The connection is lost inside ``abortConnection``."""

    def abort(self: Any) -> None:
        if self.connected:
            self.connectionLost(Failure(ConnectionAborted()))

    replace(case, tcp._AbortingMixin, "abortConnection", abort)


# UDP


@noticed_by("VirtualUDPTests.test_sender_that_listens_everywhere")
def wildcard_sender(case: SynchronousTestCase) -> None:
    """A sender that listens everywhere is seen as 0.0.0.0."""
    replace(case, Host, "source_for", lambda self, destination: "0.0.0.0")


# Time


@noticed_by(
    "VirtualTimeTests.test_equal_times", "VirtualTimeTests.test_equal_times_no_delay"
)
def arbitrary_order(case: SynchronousTestCase) -> None:
    """Calls that are due at the same time are made in arbitrary order."""
    draw = Random(1)
    shuffle_equal_times(case, draw.randrange)


@noticed_by(
    "VirtualTimeTests.test_equal_times",
    "VirtualTimeTests.test_equal_times_asked_for_apart",
)
def reversed_order_of_calls(case: SynchronousTestCase) -> None:
    """Calls that are due at the same time are made last in, first out."""
    shuffle_equal_times(case, lambda count: count - 1)


@noticed_by(
    "VirtualTimeTests.test_order_of_streams",
    "VirtualTimeTests.test_order_of_datagrams",
)
def reversed_order_of_events(case: SynchronousTestCase) -> None:
    """What happens at one instant is served in reversed order."""

    def serve(self: Any) -> None:
        self.waiting.reverse()
        original(self)

    original = ReadySockets.serve
    replace(case, ReadySockets, "serve", serve)


@noticed_by(
    "VirtualTimerTests.test_iterate", "VirtualTimeTests.test_iterate_moves_no_time"
)
def iterate_jumps(case: SynchronousTestCase) -> None:
    """A turn of ``iterate`` jumps to the next call, however far it is."""

    def iterate(self: VirtualReactor, delay: float | None = 0.0) -> None:
        self.runUntilCurrent()
        self.doIteration(self.timeout())
        self.runUntilCurrent()

    replace(case, VirtualReactor, "iterate", iterate)


@noticed_by("VirtualTimeTests.test_advance_is_exact")
def clock_overshoots(case: SynchronousTestCase) -> None:
    """``advance`` goes on to the next call."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        original(self, seconds)
        original(self, self.timeout() or 0.0)

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


@noticed_by("VirtualTimeTests.test_advance_visits_each_instant")
def clock_skips(case: SynchronousTestCase) -> None:
    """``advance`` shows each call the time at which it ends."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        end = self.seconds() + seconds
        replace(case, VirtualReactor, "seconds", lambda self: end)
        original(self, seconds)

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


@noticed_by("VirtualTimeTests.test_advance_by_zero_is_one_turn")
def advance_cascades(case: SynchronousTestCase) -> None:
    """``advance(0)`` goes on for as long as calls ask for others."""

    def advance(self: VirtualReactor, seconds: float) -> None:
        original(self, seconds)
        self.flush()

    original = VirtualReactor.advance
    replace(case, VirtualReactor, "advance", advance)


# The loop and threads


@noticed_by("VirtualLifeCycleTests.test_shutdown_takes_a_turn")
def shutdown_inside_stop(case: SynchronousTestCase) -> None:
    """Shutdown is triggered inside ``stop``."""

    def stop(self: VirtualReactor) -> None:
        original(self)
        self._justStopped = False
        self.fireSystemEvent("shutdown")

    original = VirtualReactor.stop
    replace(case, VirtualReactor, "stop", stop)


@noticed_by("VirtualLifeCycleTests.test_shutdown_waits")
def shutdown_does_not_wait(case: SynchronousTestCase) -> None:
    """Shutdown does not wait for the Deferreds of its first phase."""

    def add(
        self: VirtualReactor, phase: str, event: str, call: Any, *args: Any, **kw: Any
    ) -> Any:
        return original(self, phase, event, lambda: call(*args, **kw) and None)

    original = VirtualReactor.addSystemEventTrigger
    replace(case, VirtualReactor, "addSystemEventTrigger", add)


@noticed_by(
    "VirtualThreadTests.test_life_of_the_pool",
    "VirtualThreadTests.test_work_handed_in_at_the_end",
)
def threads_not_waited_for(case: SynchronousTestCase) -> None:
    """The loop ends without waiting for threads."""

    def forget(self: VirtualReactor) -> None:
        if self.threadpool is not None:
            case.addCleanup(self.threadpool.stop)
            self.threadpool = None

    replace(case, VirtualReactor, "_stopThreadPool", forget)


@noticed_by(
    "VirtualThreadTests.test_call_from_own_thread",
    "VirtualThreadTests.test_error_in_call_from_thread",
)
def call_from_thread_at_once(case: SynchronousTestCase) -> None:
    """``callFromThread`` calls at once, wherever it is called from."""
    replace(
        case,
        VirtualReactor,
        "callFromThread",
        lambda self, f, *args, **kw: f(*args, **kw),
    )


def replace(case: SynchronousTestCase, owner: type, name: str, value: object) -> None:
    """Replace a method for the rest of a test, and leave no trace of it after."""
    if name in vars(owner):
        case.patch(owner, name, value)
    else:  # inherited: to put back what was found would make it the class's own
        setattr(owner, name, value)
        case.addCleanup(delattr, owner, name)


def shuffle_equal_times(
    case: SynchronousTestCase, choose: Callable[[int], int]
) -> None:
    """Let a function choose which of the calls that are due at one time comes next."""
    due: dict[tuple[int, float], list[Callable[[], object]]] = {}

    def call_later(
        self: VirtualReactor, delay: float, call: Any, *args: Any, **kw: Any
    ) -> Any:
        equal = due.setdefault((id(self), self.seconds() + delay), [])
        equal.append(lambda: call(*args, **kw))
        return original(self, delay, make_one_of, equal)

    def make_one_of(equal: list[Callable[[], object]]) -> None:
        equal.pop(choose(len(equal)))()

    original = VirtualReactor.callLater
    replace(case, VirtualReactor, "callLater", call_later)
