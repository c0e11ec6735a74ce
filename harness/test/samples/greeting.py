# -*- test-case-name: harness.test.samples.test_meeting -*-
"""A program to be tested: a doorkeeper who greets by name, and a visitor."""

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import connectProtocol
from twisted.internet.interfaces import (
    IAddress,
    IReactorTime,
    IStreamClientEndpoint,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

QUESTION = b"Who is there?"

#: How many seconds a visitor may take to answer.
PATIENCE = 10.0


class Doorkeeper(LineReceiver):
    """Asks for a name, greets and closes. Closes without a word if none is said."""

    transport: ITCPTransport

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock

    def connectionMade(self) -> None:
        self._limit = self._clock.callLater(PATIENCE, self.transport.loseConnection)
        self.sendLine(QUESTION)

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(b"Hello, " + line)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._limit.active():
            self._limit.cancel()


class Door(Factory):
    """Has a doorkeeper for each visitor."""

    noisy = False

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock

    def buildProtocol(self, addr: IAddress | None) -> Doorkeeper:
        return Doorkeeper(self._clock)


class Visitor(LineReceiver):
    """Says a name when asked.

    Attributes:
        greeting: Fires with what the doorkeeper says to that.
    """

    def __init__(self, name: bytes) -> None:
        self.greeting: Deferred[bytes] = Deferred()
        self._name = name

    def lineReceived(self, line: bytes) -> None:
        if line == QUESTION:
            self.sendLine(self._name)
        else:
            self.greeting.callback(line)


async def visit(endpoint: IStreamClientEndpoint, name: bytes) -> bytes:
    """Call at a door; return how one is greeted."""
    visitor: Visitor = await connectProtocol(endpoint, Visitor(name))
    return await visitor.greeting
