# -*- test-case-name: harness.test.test_resolver -*-
"""Names are answered from the network's table; the real DNS is never asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer

from harness._addresses import is_ipv6
from harness._errors import NotSimulated

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor


@implementer(IHostResolution)
class VirtualResolution:
    """A look-up under way.

    Attributes:
        name: What is looked up.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Refuse, as Twisted's own resolver does."""
        raise NotSimulated("IHostResolution.cancel")


@implementer(IHostnameResolver)
class VirtualResolver:
    """The resolver of a `VirtualReactor`.

    The answer comes in the next turn of the reactor, as from Twisted's own resolver,
    which asks in a thread. No answer is no address: it is for the caller to fail.
    """

    def __init__(self, reactor: "VirtualReactor") -> None:
        self._reactor = reactor

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: Any = "TCP",
    ) -> IHostResolution:
        resolution = VirtualResolution(hostName)
        host = self._reactor.host
        wanted = (IPv4Address, IPv6Address) if addressTypes is None else addressTypes

        def answer() -> None:
            host.record("lookup", hostName)
            for address in host.network.names.addresses(hostName):
                kind = IPv6Address if is_ipv6(address) else IPv4Address
                if kind in wanted:
                    resolutionReceiver.addressResolved(
                        kind(transportSemantics, address, portNumber)
                    )
            resolutionReceiver.resolutionComplete()

        resolutionReceiver.resolutionBegan(resolution)
        self._reactor.callFromThread(answer)
        return resolution
