"""Where the planted programs play: machines on a network, or one real reactor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from harness import Network


@dataclass
class Stage:
    """What a program is given to play on.

    Attributes:
        server: The server's reactor, or whatever it is at present.
        clients: The reactors of two clients.
        name: The name of the server.
        addresses: Its addresses.
        always: Demands that something is true after each event.
        disk: What the server keeps when it crashes.
        patience: After how many seconds everything that is sent has arrived.
        port: Where a server listens that has to be found again. 0: anywhere.
        ports: What is to be closed in the end, where that matters.
    """

    server: Callable[[], Any]
    clients: Sequence[Any]
    name: str
    addresses: Sequence[str]
    always: Callable[[str, Callable[[], object]], object]
    disk: dict[bytes, bytes]
    patience: float
    port: int = 0
    ports: list[Any] = field(default_factory=list)

    def listen(self, factory: Any, port: int = 0) -> int:
        """Let the server listen, and return the port."""
        listening = self.server().listenTCP(port, factory)
        self.ports.append(listening)
        return int(listening.getHost().port)


def stage_of(network: Network) -> Stage:
    """Make the machines of a network a stage."""
    server = network.host("server", "10.0.0.1", "10.0.0.9", disk={})
    clients = [network.host("ada", "10.0.0.2"), network.host("bob", "10.0.0.3")]
    return Stage(
        server=lambda: server.reactor,
        clients=[client.reactor for client in clients],
        name="server",
        addresses=server.addresses,
        always=network.always,
        disk=server.disk,
        patience=60,
        port=4000,
    )


class Asker(LineReceiver):
    """A client that sends a line and waits for one in answer.

    Attributes:
        lost: Whether the connection is.
    """

    delimiter = b"\n"
    transport: Any

    def __init__(self) -> None:
        self.lost = False
        self._waiting: list[Deferred[bytes]] = []

    def ask(self, line: bytes) -> "Deferred[bytes]":
        """Send a line. The Deferred fires with the answer."""
        answer: Deferred[bytes] = Deferred()
        self._waiting.append(answer)
        self.sendLine(line)
        return answer

    def lineReceived(self, line: bytes) -> None:
        self._waiting.pop(0).callback(line)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lost = True
        waiting, self._waiting = self._waiting, []
        for answer in waiting:
            answer.errback(Failure(ConnectionLost()))


async def connected(reactor: Any, address: str, port: int) -> Asker:
    """Connect an `Asker`."""
    endpoint = TCP4ClientEndpoint(reactor, address, port, timeout=5)
    asker: Asker = await connectProtocol(endpoint, Asker())
    return asker
