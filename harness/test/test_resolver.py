"""Tests of how names are answered."""

from gc import collect
from typing import Any, cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from harness._errors import Deadlock, NotSimulated
from harness._network import Network
from harness._reactor import VirtualReactor
from harness.contracts import Peer, RecordingFactory


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
        """All addresses come."""
        self.assertEqual(
            self.look_up("example.com", 80),
            [
                IPv6Address("TCP", "2001:db8::1", 80),
                IPv4Address("TCP", "192.0.2.1", 80),
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

    def test_bytes(self) -> None:
        """Old programs write names in bytes."""
        old: Any = self.reactor
        found = old.resolve(b"example.com")
        self.reactor.flush()

        self.assertEqual(self.successResultOf(found), "192.0.2.1")

    def test_no_name(self) -> None:
        """A look-up of what can be no name never ends: so it is with Twisted."""
        found = self.reactor.resolve("a..example")
        self.reactor.flush()

        self.assertNoResult(found)
        del found
        collect()
        self.assertEqual(len(self.flushLoggedErrors(UnicodeError)), 1)

    def test_resolve(self) -> None:
        """The old way of asking gets the IPv4 address, or the error of DNS."""
        found = self.reactor.resolve("example.com")
        missing = self.reactor.resolve("example.org")
        self.reactor.flush()

        self.assertEqual(self.successResultOf(found), "192.0.2.1")
        self.failureResultOf(missing, DNSLookupError)


class PreferenceTests(SynchronousTestCase):
    """Addresses come in the order of ``getaddrinfo``."""

    TABLE = ("192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2")

    def look_up(self, *addresses: str) -> list[Any]:
        """Look up a name with four addresses on a machine that has others."""
        network = Network()
        network.names["example.com"] = self.TABLE
        host = network.host("www", *addresses)
        answers = Answers()
        host.reactor.nameResolver.resolveHostName(answers, "example.com")
        network.flush()
        return [cast(Any, address).host for address in answers.addresses]

    def test_both(self) -> None:
        """IPv6 comes before IPv4, and among equals the order is that of the table."""
        self.assertEqual(
            self.look_up("192.0.2.9", "2001:db8::9"),
            ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"],
        )

    def test_without_ipv6(self) -> None:
        """What a machine cannot send to comes last."""
        self.assertEqual(
            self.look_up("192.0.2.9"),
            ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"],
        )

    def test_only_loopback(self) -> None:
        """A machine that reaches none of them is told all of them."""
        self.assertEqual(
            self.look_up(), ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"]
        )


class DelayTests(SynchronousTestCase):
    """Answers that take time, fail or never come."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.names = self.reactor.host.network.names
        self.names["example.com"] = ["192.0.2.1"]

    def test_delay(self) -> None:
        """A slow answer comes when it is due, and not before."""
        self.names.delay("example.com", 3)
        found = self.reactor.resolve("example.com")

        self.reactor.advance(2.75)
        self.reactor.flush()
        self.assertNoResult(found)
        self.reactor.advance(0.25)
        self.reactor.flush()
        self.assertEqual(self.successResultOf(found), "192.0.2.1")
        self.assertEqual(self.names.under_way, {})

    def test_not_a_call_of_the_program(self) -> None:
        """What is waited for elsewhere is no delayed call of the reactor."""
        self.names.delay("example.com", 3)
        self.reactor.resolve("example.com").addErrback(lambda failure: None)

        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_settled_when_asked(self) -> None:
        """An answer that is under way says what was true when it was asked for."""
        self.names.delay("example.com", 3)
        found = self.reactor.resolve("example.com")
        self.names["example.com"] = ["192.0.2.2"]

        self.assertEqual(self.reactor.run_until(found), "192.0.2.1")

    def test_overtaking(self) -> None:
        """A fast answer overtakes a slow one."""
        order: list[str] = []
        self.names.delay("example.com", 3)
        for name in ("example.com", "localhost"):
            self.reactor.resolve(name).addCallback(order.append)

        self.reactor.advance(3)
        self.reactor.flush()

        self.assertEqual(order, ["127.0.0.1", "192.0.2.1"])

    def test_fail(self) -> None:
        """A failure comes when the resolver gives up."""
        self.names.fail("example.com", after=10)

        error = self.assertRaises(
            DNSLookupError,
            self.reactor.run_until,
            self.reactor.resolve("example.com"),
        )
        self.assertEqual(str(error), "DNS lookup failed: example.com.")
        self.assertEqual(self.reactor.seconds(), 10)

    def test_stall(self) -> None:
        """Who waits for what is never answered learns that at once."""
        self.names.stall("example.com")
        found = self.reactor.resolve("example.com")

        error = self.assertRaises(Deadlock, self.reactor.run_until, found)
        self.assertIn("look-up of 'example.com', which is never", str(error))

    def test_in_turn(self) -> None:
        """Each look-up is told something else."""
        self.names.answer_in_turn("example.com", [], ["192.0.2.7"])

        first = self.reactor.resolve("example.com")
        second = self.reactor.resolve("example.com")
        self.reactor.flush()

        self.failureResultOf(first, DNSLookupError)
        self.assertEqual(self.successResultOf(second), "192.0.2.7")

    def test_trace(self) -> None:
        """A look-up is recorded when it is asked for."""
        trace = self.reactor.host.network.start_trace()
        self.names.delay("example.com", 3)

        self.reactor.run_until(self.reactor.resolve("example.com"))

        self.assertEqual(str(trace), "0.000000000 localhost lookup example.com\n")


class ConnectByNameTests(SynchronousTestCase):
    """``connectTCP`` and endpoints, to names that are answered badly."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.names = self.reactor.host.network.names
        self.names["www.example"] = ["127.0.0.1"]
        self.server = RecordingFactory(self.reactor)
        self.reactor.listenTCP(80, self.server)
        self.client = RecordingFactory(self.reactor)

    def connect(self, name: str | bytes = "www.example") -> Peer:
        """Connect by an endpoint, and wait for the connection."""
        endpoint = HostnameEndpoint(self.reactor, name, 80)
        return cast(Peer, self.reactor.run_until(endpoint.connect(self.client)))

    def test_slow(self) -> None:
        """A connection begins when the name is known."""
        self.names.delay("www.example", 3)

        self.connect()

        self.assertEqual(self.reactor.seconds(), 3)

    def test_other_script(self) -> None:
        """A name in another script may be written in both ways."""
        self.names["bücher.example"] = ["127.0.0.1"]

        for name in ("bücher.example", b"xn--bcher-kva.example"):
            self.assertEqual(self.connect(name).events, ["connectionMade"])

    def test_fail(self) -> None:
        """An endpoint says which name had no address, and when it was known."""
        self.names.fail("www.example", after=10)

        error = self.assertRaises(DNSLookupError, self.connect)
        self.assertEqual(
            str(error),
            "DNS lookup failed: no results for hostname lookup: www.example.",
        )
        self.assertEqual(self.reactor.seconds(), 10)

    def test_stall(self) -> None:
        """An endpoint has no time limit for a look-up."""
        self.names.stall("www.example")

        self.assertRaises(Deadlock, self.connect)

    def test_stall_with_time_limit(self) -> None:
        """``connectTCP`` has one for look-up and connection together."""
        self.names.stall("www.example")
        self.reactor.connectTCP("www.example", 80, self.client, timeout=30)

        reason = self.reactor.run_until(self.client.has_failed())

        self.assertIs(reason, ConnectTimeoutError)
        self.assertEqual(self.reactor.seconds(), 30)

    def test_too_late(self) -> None:
        """An answer that comes after the time limit is of no use to anybody."""
        self.names.delay("www.example", 31)
        self.reactor.connectTCP("www.example", 80, self.client, timeout=30)

        self.reactor.advance(40)
        self.reactor.flush()

        self.assertEqual(self.server.peers, [])
        self.assertEqual(self.reactor.host.sockets[1:], [])

    def test_cancel(self) -> None:
        """Twisted calls a look-up that is cancelled one that has failed."""
        self.names.delay("www.example", 3)
        attempt = HostnameEndpoint(self.reactor, "www.example", 80).connect(self.client)

        attempt.cancel()
        self.failureResultOf(attempt, DNSLookupError)
        self.reactor.advance(3)
        self.reactor.flush()

        self.assertEqual(self.server.peers, [])

    def test_bind_to_slow_name(self) -> None:
        """To listen at a name is to block until it is known."""
        self.names.delay("www.example", 3)

        with self.assertRaises(NotSimulated):
            self.reactor.listenTCP(81, self.server, interface="www.example")
