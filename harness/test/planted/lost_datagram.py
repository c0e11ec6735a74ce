"""A client sends one datagram, and waits for one."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol

from harness.test.planted.stage import Stage


class Echo(DatagramProtocol):
    """Sends back what it is sent."""

    transport: Any

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        self.transport.write(datagram, address)


class Client(DatagramProtocol):
    """Asks once. The bug: neither question nor answer need arrive."""

    transport: Any

    def __init__(self, server: tuple[str, int]) -> None:
        self.answered: Deferred[bytes] = Deferred()
        self._server = server

    def startProtocol(self) -> None:
        self.transport.write(b"?", self._server)

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        self.answered.callback(datagram)


async def scenario(stage: Stage) -> None:
    """There is an answer, sooner or later."""
    listening = stage.server().listenUDP(0, Echo())
    stage.ports.append(listening)

    client = Client((stage.addresses[0], listening.getHost().port))
    stage.ports.append(stage.clients[0].listenUDP(0, client))
    answer = await client.answered

    assert answer == b"?", answer
