"""Faults in streams."""

import socket
from typing import Any

from twisted.internet import main, tcp
from twisted.internet.abstract import FileDescriptor
from twisted.internet.error import ConnectionAborted
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness.test.breakages.planting import noticed_by, replace


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
        self.connectionLost(Failure(ConnectionAborted()))

    replace(case, tcp._AbortingMixin, "abortConnection", abort)
