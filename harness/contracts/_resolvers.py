"""Resolvers that contracts install, and who asks them."""

from collections.abc import Sequence

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
    IResolverSimple,
)
from zope.interface import implementer

from harness.contracts._peers import Observable
from harness.contracts._running import Reactor


@implementer(IResolutionReceiver)
class RecordingReceiver(Observable):
    """Remembers the answer of a resolver."""

    began = False
    complete = False

    def __init__(self, clock: Reactor) -> None:
        super().__init__(clock)
        self.addresses: list[IAddress] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self.began = True

    def addressResolved(self, address: IAddress) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        self.complete = True
        self.changed()


@implementer(IHostResolution)
class Resolution:
    """A question to a resolver."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Give up: nothing is under way."""


@implementer(IHostnameResolver)
class SilentResolver:
    """A resolver that never comes to an answer."""

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        *args: object,
        **kwargs: object,
    ) -> IHostResolution:
        resolutionReceiver.resolutionBegan(Resolution(hostName))
        return Resolution(hostName)


@implementer(IHostnameResolver)
class TableResolver:
    """Answers at once, from a table of IPv4 addresses."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self._table = table

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        resolution = Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        for address in self._table.get(hostName, ()):
            resolutionReceiver.addressResolved(IPv4Address("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution


@implementer(IResolverSimple)
class SimpleTableResolver:
    """Answers at once, from a table with one IPv4 address for each name."""

    def __init__(self, table: dict[str, str]) -> None:
        self._table = table

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        if name in self._table:
            return succeed(self._table[name])
        return fail(DNSLookupError(name))
