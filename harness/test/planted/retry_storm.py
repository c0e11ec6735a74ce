"""A client that gets no answer asks again, at once and for ever."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol

from harness.test.planted.stage import Stage

#: Seconds between the first two attempts.
INTERVAL = 0.02

#: How many questions there may be.
LIMIT = 10


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

    def __init__(self, reactor: Any, server: tuple[str, int], factor: int) -> None:
        self.answered: Deferred[bytes] = Deferred()
        self._reactor = reactor
        self._server = server
        self._factor = factor
        self._again: Any = None

    def startProtocol(self) -> None:
        self._ask(INTERVAL)

    def _ask(self, interval: float) -> None:
        self.transport.write(b"?", self._server)
        later = interval * self._factor
        self._again = self._reactor.callLater(interval, self._ask, later)

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        if self._again.active():
            self._again.cancel()
            self.answered.callback(datagram)


async def scenario(stage: Stage, factor: int = 1) -> None:
    """A slow network is not made slower. The bug: intervals never get longer."""
    server = Server()
    listening = stage.server().listenUDP(0, server)
    stage.ports.append(listening)
    stage.always("no storm", lambda: server.questions <= LIMIT)

    address = (stage.addresses[0], listening.getHost().port)
    client = Client(stage.clients[0], address, factor)
    stage.ports.append(stage.clients[0].listenUDP(0, client))
    await client.answered


async def mended(stage: Stage) -> None:
    """It is not: each interval is twice as long as the last."""
    await scenario(stage, 2)
