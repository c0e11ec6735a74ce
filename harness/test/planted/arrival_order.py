"""Who sends first is taken to arrive first."""

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
        self.lines.append(datagram)
        if len(self.lines) == 2:
            self.full.callback(None)


async def scenario(stage: Stage) -> None:
    """The board reads as it was meant to. The bug: nobody sees to it."""
    board = Board()
    listening = stage.server().listenUDP(0, board)
    stage.ports.append(listening)
    address = (stage.addresses[0], listening.getHost().port)

    for reactor, word in zip(stage.clients, (b"hello", b"world"), strict=True):
        sending: Any = DatagramProtocol()
        stage.ports.append(reactor.listenUDP(0, sending))
        reactor.callLater(0.01, sending.transport.write, word, address)
    await board.full

    assert board.lines == [b"hello", b"world"], board.lines
