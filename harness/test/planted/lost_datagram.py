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

    def __init__(self, reactor: Any, server: tuple[str, int]) -> None:
        self.answered: Deferred[bytes] = Deferred()
        self._reactor = reactor
        self._server = server

    def startProtocol(self) -> None:
        self.ask()

    def ask(self) -> None:
        """Send the question."""
        self.transport.write(b"?", self._server)

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        if not self.answered.called:
            self.answered.callback(datagram)


class PatientClient(Client):
    """Asks each second until there is an answer."""

    def ask(self) -> None:
        super().ask()
        again = self._reactor.callLater(1, self.ask)
        self.answered.addBoth(_first_cancel, again)


def _first_cancel(result: bytes, call: Any) -> bytes:
    if call.active():
        call.cancel()
    return result


async def scenario(stage: Stage, make: type[Client] = Client) -> None:
    """There is an answer, sooner or later."""
    listening = stage.server().listenUDP(0, Echo())
    stage.ports.append(listening)

    address = (stage.addresses[0], listening.getHost().port)
    client = make(stage.clients[0], address)
    stage.ports.append(stage.clients[0].listenUDP(0, client))
    answer = await client.answered

    assert answer == b"?", answer


async def mended(stage: Stage) -> None:
    """There is, whichever datagram is lost."""
    await scenario(stage, PatientClient)
