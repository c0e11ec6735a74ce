"""A client that knows of half-closed connections does nothing when it has one."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.basic import Int16StringReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from harness.test.planted.stage import Stage


class Server(Int16StringReceiver):
    """Says one thing, and leaves it to the client to close."""

    def connectionMade(self) -> None:
        self.sendString(b"welcome")


@implementer(IHalfCloseableProtocol)
class Client(Int16StringReceiver):
    """Waits for one message."""

    transport: Any

    def __init__(self) -> None:
        self.over: Deferred[bytes] = Deferred()
        self.message = b""

    def stringReceived(self, string: bytes) -> None:
        self.message = string
        self.transport.loseConnection()

    def readConnectionLost(self) -> None:
        """Do nothing. The bug: nothing more will come, and nobody is told."""

    def writeConnectionLost(self) -> None:
        """Do nothing: this side never half-closes."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.over.callback(self.message)


class MendedClient(Client):
    """Hangs up when nothing more will come."""

    def readConnectionLost(self) -> None:
        self.transport.loseConnection()


async def scenario(stage: Stage, make: Callable[[], Client] = Client) -> None:
    """The client gets the message, or knows that it will not."""
    port = stage.listen(Factory.forProtocol(Server))

    endpoint = TCP4ClientEndpoint(stage.clients[0], stage.addresses[0], port)
    client: Protocol = await connectProtocol(endpoint, make())
    assert isinstance(client, Client)
    message = await client.over

    assert message in (b"welcome", b""), message


async def mended(stage: Stage) -> None:
    """It does, even if the server says nothing more."""
    await scenario(stage, MendedClient)
