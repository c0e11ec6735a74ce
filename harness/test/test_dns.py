"""Tests of Twisted's own DNS inside the network: a resolver, and a name server."""

import sys
from functools import partial
from random import Random
from typing import Any

from twisted.internet.defer import TimeoutError as QueryTimeoutError
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.names import dns
from twisted.names.client import DNSClientFactory, Resolver
from twisted.names.dns import DNSDatagramProtocol, DNSProtocol, DNSQueryTimeoutError
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol
from harness._dns import set_dns_clock
from harness.test.samples.zone import Zone, serve_names

SERVER, SERVER6, NOBODY = "192.0.2.53", "2001:db8::53", "192.0.2.99"
#: More addresses than there is room for in 512 bytes.
MANY = [f"192.0.2.{number}" for number in range(100, 140)]
RECORDS: dict[bytes, list[Any]] = {
    b"www.example": [dns.Record_A("192.0.2.1"), dns.Record_AAAA("2001:db8::1")],
    b"many.example": [dns.Record_A(address) for address in MANY],
}


def shown(result: Any) -> list[str]:
    """Return the IPv4 addresses in the answer of a resolver."""
    answers, _, _ = result
    return [answer.payload.dottedQuad() for answer in answers]


class ResolverTests(SynchronousTestCase):
    """A machine that asks another."""

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("ns", SERVER, SERVER6)
        self.client = self.network.host("pc", "192.0.2.9", "2001:db8::9")
        serve_names(self.server, RECORDS)
        self.trace = self.network.start_trace()

    def resolver(self, *servers: str, **options: Any) -> Resolver:
        """Make a resolver that asks these servers."""
        addresses = [(server, 53) for server in servers or (SERVER,)]
        return Resolver(servers=addresses, reactor=self.client.reactor, **options)

    def kinds(self) -> list[str]:
        """Return what has happened on the client's machine."""
        return [event.kind for event in self.trace if event.host == "pc"]

    def test_one_datagram(self) -> None:
        """A question is one datagram, and nothing is left of it."""
        found = self.network.run_until(self.resolver().lookupAddress("www.example"))

        self.assertEqual(shown(found), ["192.0.2.1"])
        self.network.flush()
        self.assertEqual(self.kinds(), ["datagram"])
        self.assertEqual(self.client.sockets, [])
        self.assertEqual(self.client.reactor.getDelayedCalls(), [])

    def test_same_question_twice(self) -> None:
        """Two who ask the same at the same time share the answer."""
        resolver = self.resolver()

        both = [resolver.lookupAddress("www.example") for _ in range(2)]

        for found in both:
            self.assertEqual(shown(self.network.run_until(found)), ["192.0.2.1"])
        self.assertEqual(self.kinds(), ["datagram"])

    def test_ipv6_server(self) -> None:
        """A server may have an IPv6 address."""
        serve6 = DNSDatagramProtocol(ServesZone(), self.server.reactor)
        self.server.reactor.listenUDP(54, serve6, interface="::")
        resolver = Resolver(servers=[(SERVER6, 54)], reactor=self.client.reactor)

        found = self.network.run_until(resolver.lookupAddress("www.example"))

        self.assertEqual(shown(found), ["192.0.2.1"])

    def test_truncated(self) -> None:
        """An answer that does not fit into a datagram is asked for again by TCP."""
        found = self.network.run_until(self.resolver().lookupAddress("many.example"))

        self.assertEqual(shown(found), MANY)
        self.assertEqual(self.kinds(), ["datagram", "connect", "data"])

    def test_second_server(self) -> None:
        """The next server is asked when the first has not answered for a second."""
        resolver = self.resolver(NOBODY, SERVER)

        found = self.network.run_until(resolver.lookupAddress("www.example"))

        self.assertEqual(shown(found), ["192.0.2.1"])
        self.assertEqual(self.network.seconds(), 1)

    def test_no_server(self) -> None:
        """All servers are asked four times, each time more patiently."""
        resolver = self.resolver(NOBODY, "192.0.2.98")

        self.assertRaises(
            QueryTimeoutError,
            self.network.run_until,
            resolver.lookupAddress("www.example"),
        )
        asked = [event.time for event in self.trace]
        self.assertEqual(asked, [0, 1, 2, 5, 8, 19, 30, 75])
        self.assertEqual(self.network.seconds(), 2 * (1 + 3 + 11 + 45))

    def test_own_patience(self) -> None:
        """A program may be less patient."""
        resolver = self.resolver(NOBODY, timeout=(0.5, 2))

        self.assertRaises(
            QueryTimeoutError,
            self.network.run_until,
            resolver.lookupAddress("www.example"),
        )
        self.assertEqual([event.time for event in self.trace], [0, 0.5])
        self.assertEqual(self.network.seconds(), 2.5)

    def test_server_comes_back(self) -> None:
        """A server that is late is asked again, and answers."""
        late = self.network.host("late", "192.0.2.54")
        self.network.scheduler.callLater(2, serve_names, late, RECORDS)

        resolver = self.resolver("192.0.2.54")
        found = self.network.run_until(resolver.lookupAddress("www.example"))

        self.assertEqual(shown(found), ["192.0.2.1"])
        self.assertEqual(self.network.seconds(), 4)

    def test_silent_over_tcp(self) -> None:
        """Who asks by TCP waits for ten seconds, and these are virtual."""
        host = self.network.host("silent", "192.0.2.54")
        host.reactor.listenUDP(
            53, DNSDatagramProtocol(ServesZone(max_size=512), host.reactor)
        )
        host.reactor.listenTCP(53, Factory.forProtocol(RecordingProtocol))
        resolver = self.resolver("192.0.2.54")

        self.assertRaises(
            DNSQueryTimeoutError,
            self.network.run_until,
            resolver.lookupAddress("many.example"),
        )
        self.assertEqual(self.network.seconds(), 10)

    def test_seed(self) -> None:
        """With Twisted's one source of random numbers seeded, runs are the same."""
        digests = [run(self, seed) for seed in (1, 1, 2)]

        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])


def run(case: SynchronousTestCase, seed: int) -> str:
    """Ask by UDP and by TCP on a new network, and return the digest of the trace."""
    case.patch(dns, "randomSource", partial(Random(f"dns {seed}").randrange, 65536))
    network = Network()
    serve_names(network.host("ns", SERVER), RECORDS)
    reactor = network.host("pc", "192.0.2.9").reactor
    trace = network.start_trace()
    resolver = Resolver(servers=[(SERVER, 53)], reactor=reactor)
    network.run_until(resolver.lookupAddress("many.example"))
    return trace.digest()


class ServesZone:
    """Answers datagrams from the table, cut to a size if there is one."""

    def __init__(self, max_size: int = 0) -> None:
        self.max_size = max_size
        self.zone = Zone(RECORDS)

    def messageReceived(
        self, message: dns.Message, protocol: DNSDatagramProtocol, address: Any
    ) -> None:
        message.answer = 1
        message.maxSize = self.max_size
        message.answers, _, _ = self.zone.query(message.queries[0]).result
        protocol.writeMessage(message, address)


class ClockTests(SynchronousTestCase):
    """DNS over TCP is given the reactor that connects, if it has none of its own."""

    def test_without(self) -> None:
        """What Twisted's resolver makes has taken the reactor of the process."""
        protocol: Any = DNSClientFactory(None).buildProtocol(None)
        clock = Clock()

        set_dns_clock(protocol, clock)

        self.assertIs(protocol._reactor, clock)

    def test_with(self) -> None:
        """One that was given a reactor keeps it."""
        own = Clock()
        protocol: Any = DNSProtocol(None, own)

        set_dns_clock(protocol, Clock())

        self.assertIs(protocol._reactor, own)

    def test_no_dns(self) -> None:
        """Any other protocol has nothing to do with it."""
        protocol = RecordingProtocol()
        before = dict(vars(protocol))

        set_dns_clock(protocol, Clock())

        self.assertEqual(vars(protocol), before)

    def test_not_imported(self) -> None:
        """Where nobody uses DNS, it is not imported for this."""
        name = dns.__name__
        self.addCleanup(sys.modules.__setitem__, name, sys.modules.pop(name))

        set_dns_clock(RecordingProtocol(), Clock())

        self.assertNotIn(name, sys.modules)
