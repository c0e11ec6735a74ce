"""A client that gets no answer asks again, at once and for ever."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.task import LoopingCall

from harness.test.planted.stage import Stage

#: Seconds between two attempts. The bug: it never gets more.
INTERVAL = 0.02


class Server(DatagramProtocol):
    """Answers each question, and counts them."""

    transport: Any
    questions = 0

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        self.questions += 1
        self.transport.write(datagram, address)


class Client(DatagramProtocol):
    """Asks until it is answered."""

    transport: Any

    def __init__(self, reactor: Any, server: tuple[str, int]) -> None:
        self.answered: Deferred[bytes] = Deferred()
        self._server = server
        self._loop = LoopingCall(self._ask)
        self._loop.clock = reactor

    def startProtocol(self) -> None:
        self._loop.start(INTERVAL)

    def _ask(self) -> None:
        self.transport.write(b"?", self._server)

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        if self._loop.running:
            self._loop.stop()
            self.answered.callback(datagram)


async def scenario(stage: Stage) -> None:
    """A slow network is not made slower."""
    server = Server()
    listening = stage.server().listenUDP(0, server)
    stage.ports.append(listening)
    stage.always("no storm", lambda: server.questions <= 5)

    address = (stage.addresses[0], listening.getHost().port)
    client = Client(stage.clients[0], address)
    stage.ports.append(stage.clients[0].listenUDP(0, client))
    await client.answered
