"""Who sends first is taken to arrive first."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol

from harness.test.planted.stage import Stage


class Board(DatagramProtocol):
    """Puts up what it is sent."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.full: Deferred[None] = Deferred()

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        self.put_up(datagram)
        if len(self.lines) == 2:
            self.full.callback(None)

    def put_up(self, line: bytes) -> None:
        """Add a line. The bug: where it belongs is written on it, and not read."""
        self.lines.append(line)


class OrderedBoard(Board):
    """Puts each line where it belongs."""

    def put_up(self, line: bytes) -> None:
        super().put_up(line)
        self.lines.sort()


async def scenario(stage: Stage, make: Callable[[], Board] = Board) -> None:
    """The board reads as it was meant to."""
    board = make()
    listening = stage.server().listenUDP(0, board)
    stage.ports.append(listening)
    address = (stage.addresses[0], listening.getHost().port)

    for reactor, word in zip(stage.clients, (b"1 hello", b"2 world"), strict=True):
        sending: Any = DatagramProtocol()
        stage.ports.append(reactor.listenUDP(0, sending))
        reactor.callLater(0.01, sending.transport.write, word, address)
    await board.full

    assert board.lines == [b"1 hello", b"2 world"], board.lines


async def mended(stage: Stage) -> None:
    """It does, in whatever order its lines arrive."""
    await scenario(stage, OrderedBoard)
