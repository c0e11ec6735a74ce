"""A client asks for the addresses of a name, and tries the first."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from twisted.internet.protocol import Factory
from twisted.protocols.wire import Discard
from zope.interface import implementer

from harness.test.planted.stage import Stage, connected


@implementer(IResolutionReceiver)
class Addresses:
    """Collects the addresses of a name."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.complete: Deferred[None] = Deferred()

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        """Do nothing yet."""

    def addressResolved(self, address: IAddress) -> None:
        self.found.append(address.host)  # type: ignore[attr-defined]

    def resolutionComplete(self) -> None:
        self.complete.callback(None)


async def visit(reactor: Any, name: str, port: int) -> None:
    """Connect to a server. The bug: it has a second address, where it would answer."""
    addresses = Addresses()
    reactor.nameResolver.resolveHostName(addresses, name)
    await addresses.complete
    asker = await connected(reactor, addresses.found[0], port)
    asker.transport.loseConnection()


async def scenario(stage: Stage) -> None:
    """Whoever has two addresses is reached even if one of them is dead."""
    port = stage.listen(Factory.forProtocol(Discard))

    await visit(stage.clients[0], stage.name, port)
