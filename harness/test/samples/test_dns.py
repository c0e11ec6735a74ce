"""A program that asks the DNS itself, and its name server: both are Twisted's."""

from functools import partial
from random import Random
from typing import Any

from twisted.internet.defer import TimeoutError as QueryTimeoutError
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.protocol import Factory
from twisted.names import client, dns
from twisted.names.client import Resolver
from twisted.names.error import DNSNameError
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol
from harness.test.samples.zone import serve_names


async def mail_hosts(domain: str) -> list[str]:
    """Return the hosts that take mail for a domain, best first."""
    answers, _, _ = await client.lookupMailExchange(domain)
    records = sorted((answer.payload for answer in answers), key=preference)
    return [str(record.name) for record in records]


def preference(record: Any) -> int:
    """Return how much a mail host is preferred: little is good."""
    return int(record.preference)


RECORDS: dict[bytes, list[Any]] = {
    b"example.com": [
        dns.Record_MX(20, "backup.example.com"),
        dns.Record_MX(10, "mail.example.com"),
    ],
    b"www.example.com": [dns.Record_A("192.0.2.80")],
}


class DNSTests(SynchronousTestCase):
    """A machine with a name server, and one whose programs ask it."""

    def setUp(self) -> None:
        self.network = Network()
        serve_names(self.network.host("ns", "192.0.2.53"), RECORDS)
        self.reactor = self.network.host("pc", "192.0.2.9").reactor
        self.resolver = Resolver(servers=[("192.0.2.53", 53)], reactor=self.reactor)

    def test_mail_hosts(self) -> None:
        """The program's own resolver is ours, and asks our server."""
        self.patch(client, "theResolver", self.resolver)

        hosts = self.network.run_until(mail_hosts("example.com"))

        self.assertEqual(hosts, ["mail.example.com", "backup.example.com"])

    def test_no_such_name(self) -> None:
        """The server says that it does not know the name."""
        with self.assertRaises(DNSNameError):
            self.network.run_until(self.resolver.lookupAddress("example.org"))

    def test_no_server(self) -> None:
        """A server that is not there is asked four times, in a minute."""
        nobody = Resolver(servers=[("192.0.2.99", 53)], reactor=self.reactor)

        with self.assertRaises(QueryTimeoutError):
            self.network.run_until(nobody.lookupAddress("www.example.com"))

        self.assertEqual(self.network.seconds(), 1 + 3 + 11 + 45)

    def test_resolver_of_a_machine(self) -> None:
        """A machine whose programs all ask the name server."""
        www = self.network.host("www", "192.0.2.80").reactor
        www.listenTCP(80, Factory.forProtocol(RecordingProtocol))
        self.reactor.installResolver(self.resolver)
        endpoint = HostnameEndpoint(self.reactor, "www.example.com", 80)

        protocol = self.network.run_until(
            endpoint.connect(Factory.forProtocol(RecordingProtocol))
        )

        self.assertIsInstance(protocol, RecordingProtocol)

    def test_unknown_to_the_machine(self) -> None:
        """Twisted logs what the server said, and calls it a failed look-up."""
        self.reactor.installResolver(self.resolver)
        endpoint = HostnameEndpoint(self.reactor, "example.org", 80)

        with self.assertRaises(DNSLookupError):
            self.network.run_until(
                endpoint.connect(Factory.forProtocol(RecordingProtocol))
            )

        self.assertEqual(len(self.flushLoggedErrors(DNSNameError)), 1)

    def test_same_ports(self) -> None:
        """Ports and message numbers are random, unless they are drawn from a seed."""
        self.patch(dns, "randomSource", partial(Random("dns 7").randrange, 65536))
        trace = self.network.start_trace()

        self.network.run_until(self.resolver.lookupAddress("www.example.com"))

        ports = [str(event.source) for event in trace]
        self.assertEqual(ports, ["192.0.2.9:45021", "192.0.2.53:53"])
