# -*- test-case-name: harness.test.test_console -*-
"""The terminal of a program that is run by a test: its keyboard and its screen."""

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IProtocol,
    IReactorTime,
)
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from harness._arguments import require_type
from harness._errors import NotSimulated
from harness._seconds import require_seconds
from harness._standard_streams import StandardStreams

#: How many bytes `twisted.internet.stdio.StandardIO` reads at once.
PIECE = 8192

#: How many bytes it holds for a screen that is held before it pauses who writes.
BUFFER = 65536


class Console(StringTransport):
    """What a program finds behind `twisted.internet.stdio.StandardIO` in a test.

    What is typed waits until the program has opened ``StandardIO``, and while it has
    paused it. What the program writes is part of its standard output. As a transport
    it remembers what `twisted.internet.testing.StringTransport` does:
    ``producerState``, ``disconnecting``.

    All that the test does here can be put off by a number of virtual seconds. Where the
    program's machine has crashed, there is nobody to do it to: that is a ValueError.
    """

    def __init__(self, reactor: IReactorTime, streams: StandardStreams) -> None:
        super().__init__()
        self._reactor = reactor
        self._streams = streams
        self._protocol: IProtocol | None = None
        self._input: deque[bytes | None] = deque()
        self._held: bytearray | None = None
        self._has_paused = False
        self._unplugged = ""

    def open(self, protocol: IProtocol, **options: object) -> "Console":
        """Join a protocol to the console, as ``StandardIO`` does."""
        self._protocol = protocol
        protocol.makeConnection(self)
        if self._input:
            self._reactor.callLater(0, self._deliver)
        return self

    # What the test does

    def type(self, data: bytes, after: float = 0) -> None:
        """Let ``data`` come from standard input."""
        require_type("data", data, bytes, "bytes")
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        self._at(after, self._feed, *pieces)

    def end_input(self, after: float = 0) -> None:
        """End standard input, as Ctrl-D or the end of a pipe does."""
        self._at(after, self._feed, None)

    def break_output(self, after: float = 0) -> None:
        """Let whoever read standard output go away, as ``| head`` does.

        From then on ``print`` raises BrokenPipeError.
        """
        self._at(after, self._break_output)

    def hold_output(self, after: float = 0) -> None:
        """Take nothing of what the program writes here, as after Ctrl-S.

        What it prints is taken all the same: that would block the whole program.
        """
        self._at(after, self._hold_output)

    def release_output(self, after: float = 0) -> None:
        """Take what has been held, and what is to come, as after Ctrl-Q."""
        self._at(after, self._release_output)

    def unplug(self, why: str) -> None:
        """Take nothing any more: the machine has crashed.

        Args:
            why: What to tell whoever types.
        """
        self._unplugged = why

    # What the program does

    def write(self, data: bytes) -> None:
        super().write(data)
        if self._held is None:
            self._show(data)
            return
        self._held += data
        if len(self._held) > BUFFER and self.producer is not None:
            self._has_paused = True
            self.producer.pauseProducing()

    def loseConnection(self) -> None:
        if not self.disconnecting:
            super().loseConnection()
            self._close_if_done()

    def resumeProducing(self) -> None:
        super().resumeProducing()
        if self._input:
            self._reactor.callLater(0, self._deliver)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        if not streaming:
            raise NotSimulated("a pull producer on standard output")
        if self._streams.output.is_broken:
            producer.stopProducing()
        else:
            super().registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        super().unregisterProducer()
        self._has_paused = False
        self._close_if_done()

    # What becomes of it

    def _at(self, after: float, act: Callable[..., None], *args: object) -> None:
        require_seconds("after", after)
        if self._unplugged:
            raise ValueError(self._unplugged)
        if after:
            self._reactor.callLater(after, act, *args)
            return
        with self._streams:
            act(*args)

    def _feed(self, *pieces: bytes | None) -> None:
        self._input += pieces
        self._deliver()

    def _deliver(self) -> None:
        while self._input and self._protocol is not None and self._is_reading():
            data = self._input.popleft()
            if data is None:
                self._end_input(self._protocol)
            else:
                self._protocol.dataReceived(data)

    def _is_reading(self) -> bool:
        return self.producerState == "producing" and not self.disconnecting

    def _end_input(self, protocol: IProtocol) -> None:
        half_closeable = IHalfCloseableProtocol(protocol, None)
        if half_closeable is None:
            self._lose(ConnectionDone())
        else:
            half_closeable.readConnectionLost()

    def _break_output(self) -> None:
        self._streams.output.break_off()
        self._held = None
        half_closeable = IHalfCloseableProtocol(self._protocol, None)
        if self.disconnecting:
            self._lose(ConnectionLost())
        elif half_closeable is not None:
            half_closeable.writeConnectionLost()

    def _hold_output(self) -> None:
        if self._held is None:
            self._held = bytearray()

    def _release_output(self) -> None:
        held, self._held = self._held, None
        self._show(bytes(held or b""))
        if self._has_paused and self.producer is not None:
            self._has_paused = False
            self.producer.resumeProducing()
        self._close_if_done()

    def _show(self, data: bytes) -> None:
        if not self._streams.output.is_broken:
            self._streams.output.write(data)

    def _close_if_done(self) -> None:
        """Close once there is nothing left to be written, and nobody to write."""
        if self.disconnecting and not self._held and self.producer is None:
            self._reactor.callLater(0, self._lose, ConnectionDone())

    def _lose(self, reason: Exception) -> None:
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            protocol.connectionLost(Failure(reason))
