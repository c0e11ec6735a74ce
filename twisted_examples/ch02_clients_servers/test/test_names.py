"""Tests of the reactor that knows the hosts of a table."""

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
)
from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from twisted_examples.ch02_clients_servers.test.names import NamesReactor


@implementer(IResolutionReceiver)
class RecordingReceiver:
    """Remembers what a resolver reports."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self.events.append("began")

    def addressResolved(self, address: IAddress) -> None:
        self.events.append(address)

    def resolutionComplete(self) -> None:
        self.events.append("complete")


class NamesReactorTests(SynchronousTestCase):
    """The reactor's names, as a program finds them."""

    def setUp(self) -> None:
        self.reactor = NamesReactor({"both.test": ["2001:db8::1", "192.0.2.1"]})
        self.receiver = RecordingReceiver()

    def test_provides_what_it_says(self) -> None:
        """Reactor, resolver and look-up have all that their interfaces ask for."""
        resolver = self.reactor.nameResolver
        resolution = resolver.resolveHostName(self.receiver, "both.test")

        verifyObject(IReactorPluggableNameResolver, self.reactor)
        verifyObject(IHostnameResolver, resolver)
        verifyObject(IHostResolution, resolution)
        verifyObject(IResolutionReceiver, self.receiver)

    def test_gives_the_addresses_of_a_name_in_order(self) -> None:
        """Each address is of its kind and carries the port that was asked for."""
        self.reactor.nameResolver.resolveHostName(self.receiver, "both.test", 80)

        self.assertEqual(
            self.receiver.events,
            [
                "began",
                IPv6Address("TCP", "2001:db8::1", 80),
                IPv4Address("TCP", "192.0.2.1", 80),
                "complete",
            ],
        )

    def test_gives_only_the_kinds_of_address_asked_for(self) -> None:
        """Whoever cannot use IPv6 does not get any."""
        self.reactor.nameResolver.resolveHostName(
            self.receiver, "both.test", 80, addressTypes=[IPv4Address]
        )

        self.assertEqual(
            self.receiver.events,
            ["began", IPv4Address("TCP", "192.0.2.1", 80), "complete"],
        )

    def test_answers_an_address_with_itself(self) -> None:
        """An address is its own name, of either kind."""
        resolver = self.reactor.nameResolver
        resolver.resolveHostName(self.receiver, "192.0.2.7", 80)
        resolver.resolveHostName(self.receiver, "2001:db8::7", 80)

        self.assertEqual(
            self.receiver.events[1::3],
            [
                IPv4Address("TCP", "192.0.2.7", 80),
                IPv6Address("TCP", "2001:db8::7", 80),
            ],
        )

    def test_knows_no_other_names(self) -> None:
        """To a program, any other name is a failure of DNS."""
        endpoint = HostnameEndpoint(self.reactor, "other.test", 80)

        failure = self.failureResultOf(endpoint.connect(Factory()), DNSLookupError)

        self.assertEqual(
            failure.getErrorMessage(),
            "DNS lookup failed: no results for hostname lookup: other.test.",
        )

    def test_may_never_answer(self) -> None:
        """A look-up may begin and not end."""
        reactor = NamesReactor({"silent.test": None})
        reactor.nameResolver.resolveHostName(self.receiver, "silent.test", 80)

        self.assertEqual(self.receiver.events, ["began"])

    def test_cannot_cancel(self) -> None:
        """Nobody may take it that a look-up was cancelled."""
        resolution = self.reactor.nameResolver.resolveHostName(
            self.receiver, "both.test"
        )

        self.assertRaises(NotImplementedError, resolution.cancel)

    def test_installs_another_resolver(self) -> None:
        """The resolver can be changed, as on any reactor."""
        first = self.reactor.nameResolver
        second = NamesReactor().nameResolver

        replaced = self.reactor.installNameResolver(second)

        self.assertIs(replaced, first)
        self.assertIs(self.reactor.nameResolver, second)
