"""A kitchen, and a waiter without patience: a test that fails, to look at."""

from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from harness import HarnessTestCase


class Kitchen(LineReceiver):
    """Cooks what is ordered."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock

    def lineReceived(self, line: bytes) -> None:
        self._clock.callLater(0.2, self.sendLine, b"here is your " + line)


class Waiter(LineReceiver):
    """Orders a dish, and hangs up when it is not there in time."""

    transport: Any

    def __init__(self, clock: IReactorTime, patience: float) -> None:
        self.served: Deferred[bytes] = Deferred()
        self._clock = clock
        self._patience = patience

    def order(self, dish: bytes) -> Deferred[bytes]:
        """Order a dish, and return what is served."""
        self.sendLine(dish)
        self._clock.callLater(self._patience, self.transport.abortConnection)
        return self.served

    def lineReceived(self, line: bytes) -> None:
        self.served.callback(line)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if not self.served.called:
            self.served.callback(b"nothing")


class Impatient(HarnessTestCase):
    """A waiter and a kitchen, over a link that loses something."""

    patience = 0.5

    async def runTest(self) -> None:
        """The soup is served."""
        hall = self.network.host("hall", "192.0.2.1")
        kitchen = self.network.host("kitchen", "192.0.2.2")
        cook: Any = partial(Kitchen, kitchen.reactor)
        kitchen.reactor.listenTCP(4000, Factory.forProtocol(cook))
        endpoint = TCP4ClientEndpoint(hall.reactor, "192.0.2.2", 4000)

        self.network.shape(latency=0.04)
        waiter = await connectProtocol(endpoint, Waiter(hall.reactor, self.patience))
        self.network.link(hall, kitchen).shape(loss=1)
        self.reactor.callLater(0.1, self.network.link(hall, kitchen).shape, loss=0)
        served = await waiter.order(b"soup")

        self.assertEqual(served, b"here is your soup")


class Patient(Impatient):
    """The same, with a waiter who can wait for what comes late."""

    patience = 1.0

    async def runTest(self) -> None:
        self.allow_leftovers("port")
        await super().runTest()
        self.network.advance(1)  # until he hangs up
