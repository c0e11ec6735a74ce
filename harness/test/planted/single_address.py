"""A client asks for the addresses of a name, and tries the first."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from twisted.internet.protocol import Factory
from twisted.protocols.wire import Discard
from zope.interface import implementer

from harness.test.planted.stage import Asker, Stage, connected


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


async def try_first(reactor: Any, addresses: Sequence[str], port: int) -> Asker:
    """Connect to a server. The bug: it has a second address, where it would answer."""
    return await connected(reactor, addresses[0], port)


async def try_all(reactor: Any, addresses: Sequence[str], port: int) -> Asker:
    """Connect to the first address where there is an answer."""
    *others, last = addresses
    for address in others:
        try:
            return await connected(reactor, address, port)
        except ConnectError:
            continue
    return await connected(reactor, last, port)


Way = Callable[[Any, Sequence[str], int], Coroutine[Any, Any, Asker]]


async def scenario(stage: Stage, connect: Way = try_first) -> None:
    """Whoever has two addresses is reached even if one of them is dead."""
    port = stage.listen(Factory.forProtocol(Discard))

    reactor = stage.clients[0]
    addresses = Addresses()
    reactor.nameResolver.resolveHostName(addresses, stage.name)
    await addresses.complete
    asker = await connect(reactor, addresses.found, port)
    asker.transport.loseConnection()


async def mended(stage: Stage) -> None:
    """They are, at the other one."""
    await scenario(stage, try_all)
