"""A server that gives a place back twice: when it hangs up, and when it has."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure

from harness.test.planted.stage import Stage, connected


class Visit(TimeoutMixin, LineReceiver):
    """One visitor, who has five seconds to say something."""

    delimiter = b"\n"
    factory: Any
    transport: Any

    def callLater(self, period: float, func: Callable[[], object]) -> Any:
        return self.factory.reactor.callLater(period, func)

    def connectionMade(self) -> None:
        self.factory.free -= 1
        self.setTimeout(5)

    def lineReceived(self, line: bytes) -> None:
        self.setTimeout(None)
        self.sendLine(b"welcome")

    def timeoutConnection(self) -> None:
        """Hang up. The bug: the place is given back here, and again below."""
        self.factory.free += 1
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.setTimeout(None)
        self.factory.free += 1


class TidyVisit(Visit):
    """Leaves it to the end of the connection to give the place back."""

    def timeoutConnection(self) -> None:
        self.transport.abortConnection()


async def scenario(stage: Stage, protocol: type[Visit] = Visit) -> None:
    """There are never more places than there were."""
    factory: Any = Factory.forProtocol(protocol)
    factory.reactor = stage.server()
    factory.free = 3
    stage.always("three places", lambda: factory.free <= 3)
    port = stage.listen(factory)

    asker = await connected(stage.clients[0], stage.addresses[0], port)
    try:
        await asker.ask(b"hello").addTimeout(10, stage.clients[0])
    except (ConnectionLost, TimeoutError):
        return
    asker.transport.loseConnection()


async def mended(stage: Stage) -> None:
    """Nor are there when the server hangs up."""
    await scenario(stage, TidyVisit)
