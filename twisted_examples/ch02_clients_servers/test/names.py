# ruff: noqa: N803 (the names of arguments are Twisted's)
# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_names -*-
"""A reactor in memory that knows the hosts of a table, and no others.

`MemoryReactorClock` knows no names at all on older versions of Twisted, where
`HostnameEndpoint` then asks the real DNS in a thread, and gives every name the same
address on newer ones.
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

Names = Mapping[str, Sequence[str]]


@implementer(IReactorPluggableNameResolver)
class NamesReactor(MemoryReactorClock):
    """A `MemoryReactorClock` with names.

    Args:
        names: The addresses of each host, IPv4 or IPv6, in the order in which they
            are to be tried.
    """

    def __init__(self, names: Names | None = None) -> None:
        super().__init__()
        self.nameResolver = TableResolver(names or {})

    def installNameResolver(self, resolver: IHostnameResolver) -> IHostnameResolver:
        self.nameResolver, previous = resolver, self.nameResolver
        return previous


@implementer(IHostnameResolver)
class TableResolver:
    """Answers at once: a name from the table, an address with itself.

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
        for address in self._addresses(hostName, portNumber):
            if addressTypes is None or type(address) in addressTypes:
                resolutionReceiver.addressResolved(address)
        resolutionReceiver.resolutionComplete()
        return resolution

    def _addresses(self, name: str, port: int) -> Iterator[IAddress]:
        is_address = isIPAddress(name) or isIPv6Address(name)
        for text in [name] if is_address else self._names.get(name, []):
            kind = IPv6Address if isIPv6Address(text) else IPv4Address
            yield kind("TCP", text, port)


@implementer(IHostResolution)
class Resolution:
    """A look-up that has ended by the time anybody sees it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise RuntimeError(f"the look-up of {self.name} has ended")
