"""Tests of how names are answered."""

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from harness._errors import NotSimulated
from harness._reactor import VirtualReactor


@implementer(IResolutionReceiver)
class Answers:
    """Remembers what it is told about a look-up."""

    def __init__(self) -> None:
        self.addresses: list[IAddress] = []
        self.resolution: IHostResolution | None = None
        self.complete = False

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self.resolution = resolutionInProgress

    def addressResolved(self, address: IAddress) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        self.complete = True


class ResolverTests(SynchronousTestCase):
    """Looking names up."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.reactor.host.network.names["example.com"] = ["192.0.2.1", "2001:db8::1"]
        self.answers = Answers()

    def look_up(self, name: str, *args: Any) -> list[IAddress]:
        self.reactor.nameResolver.resolveHostName(self.answers, name, *args)
        self.reactor.flush()
        self.assertTrue(self.answers.complete)
        return self.answers.addresses

    def test_interface(self) -> None:
        """It is what Twisted asks for."""
        self.assertTrue(verifyObject(IHostnameResolver, self.reactor.nameResolver))
        self.reactor.nameResolver.resolveHostName(self.answers, "example.com")
        self.assertTrue(verifyObject(IHostResolution, self.answers.resolution))

    def test_takes_a_turn(self) -> None:
        """The answer does not come in the call."""
        self.reactor.nameResolver.resolveHostName(self.answers, "example.com")

        self.assertIsNotNone(self.answers.resolution)
        self.assertFalse(self.answers.complete)

    def test_all_addresses(self) -> None:
        """All addresses come, in the order of the table."""
        self.assertEqual(
            self.look_up("example.com", 80),
            [
                IPv4Address("TCP", "192.0.2.1", 80),
                IPv6Address("TCP", "2001:db8::1", 80),
            ],
        )

    def test_one_kind(self) -> None:
        """... of the kinds that were asked for, for what they are asked for."""
        self.assertEqual(
            self.look_up("example.com", 53, [IPv4Address], "UDP"),
            [IPv4Address("UDP", "192.0.2.1", 53)],
        )

    def test_unknown(self) -> None:
        """A name that is not known has none."""
        self.assertEqual(self.look_up("example.org"), [])

    def test_literal(self) -> None:
        """An address needs no table."""
        self.assertEqual(self.look_up("::1", 80), [IPv6Address("TCP", "::1", 80)])

    def test_cancel(self) -> None:
        """A look-up cannot be cancelled, as with Twisted's own resolver."""
        self.look_up("example.com")
        assert self.answers.resolution is not None

        self.assertRaises(NotSimulated, self.answers.resolution.cancel)

    def test_resolve(self) -> None:
        """The old way of asking gets the IPv4 address, or the error of DNS."""
        found = self.reactor.resolve("example.com")
        missing = self.reactor.resolve("example.org")
        self.reactor.flush()

        self.assertEqual(self.successResultOf(found), "192.0.2.1")
        self.failureResultOf(missing, DNSLookupError)
