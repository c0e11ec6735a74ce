# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_names -*-
"""A reactor in memory that knows the hosts of a table, and no others.

`MemoryReactorClock` knows no names at all on older versions of Twisted, where the
programs would ask the real DNS in a thread, and gives every name the same address on
newer ones.
"""

from collections.abc import Iterator, Mapping, Sequence

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
)
from twisted.internet.testing import MemoryReactorClock
from zope.interface import implementer

Names = Mapping[str, Sequence[str] | None]


@implementer(IReactorPluggableNameResolver)
class NamesReactor(MemoryReactorClock):
    """A `MemoryReactorClock` with names.

    Args:
        names: The addresses of each host, IPv4 or IPv6, in the order in which they
            are to be tried; None for a host whose look-up is never answered.
    """

    def __init__(self, names: Names | None = None) -> None:
        super().__init__()
        self.nameResolver = TableResolver(names or {})

    def installNameResolver(self, resolver: IHostnameResolver) -> IHostnameResolver:
        self.nameResolver, previous = resolver, self.nameResolver
        return previous


@implementer(IHostnameResolver)
class TableResolver:
    """Answers at once or never: a name from the table, an address with itself.

    A name that is not in the table has no addresses, which is how Twisted's own
    resolver reports a failure of DNS.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

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
        texts = self._look_up(hostName)
        if texts is not None:
            for address in _addresses(texts, portNumber):
                if addressTypes is None or type(address) in addressTypes:
                    resolutionReceiver.addressResolved(address)
            resolutionReceiver.resolutionComplete()
        return resolution

    def _look_up(self, name: str) -> Sequence[str] | None:
        if isIPAddress(name) or isIPv6Address(name):
            return [name]
        return self._names.get(name, [])


@implementer(IHostResolution)
class Resolution:
    """A look-up. Like Twisted's own, it cannot be cancelled."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError(f"cannot cancel the look-up of {self.name}")


def _addresses(texts: Sequence[str], port: int) -> Iterator[IAddress]:
    for text in texts:
        kind = IPv6Address if isIPv6Address(text) else IPv4Address
        yield kind("TCP", text, port)
