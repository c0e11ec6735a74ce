"""The contract of DNS: Twisted's own resolver and server, over UDP and TCP."""

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import TimeoutError as QueryTimeoutError
from twisted.internet.defer import fail, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IListeningPort
from twisted.names import dns
from twisted.names.client import Resolver
from twisted.names.common import ResolverBase
from twisted.names.error import DNSNameError, DomainError
from twisted.names.server import DNSServerFactory

from harness.contracts._datagrams import RecordingDatagrams
from harness.contracts._peers import RecordingFactory
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import OverTCP, number_of

#: More addresses than there is room for in a datagram of 512 bytes.
MANY = [f"127.0.1.{number}" for number in range(1, 41)]
TABLE = {b"one.example": ["127.0.0.1"], b"many.example": MANY}


class DNSContract(OverTCP):
    """Questions to a name server: see `twisted.names`."""

    @in_reactor
    async def test_answer(self, reactor: Reactor) -> None:
        """A question by UDP is answered."""
        resolver = self.resolver(reactor, self.serve(reactor))

        answer = await resolver.lookupAddress("one.example")
        await settle(reactor)  # the resolver's port is closed a turn later

        self.assertEqual(shown(answer), ["127.0.0.1"])

    @in_reactor
    async def test_unknown(self, reactor: Reactor) -> None:
        """A server that does not know a name says so."""
        resolver = self.resolver(reactor, self.serve(reactor))

        with self.assertRaises(DNSNameError):
            await resolver.lookupAddress("unknown.example")
        await settle(reactor)

    @in_reactor
    async def test_truncated(self, reactor: Reactor) -> None:
        """What does not fit into a datagram is asked for again by TCP."""
        resolver = self.resolver(reactor, self.serve(reactor))

        answer = await resolver.lookupAddress("many.example")
        await settle(reactor)

        self.assertEqual(shown(answer), MANY)
        self.assertEqual(len(resolver.connections), 1)

    @in_reactor
    async def test_second_server(self, reactor: Reactor) -> None:
        """Where one server is silent, the next is asked when its time is over."""
        number = self.serve(reactor)
        silent = self.silent(reactor)
        resolver = self.resolver(reactor, silent.address[1], number)
        started = reactor.seconds()

        answer = await resolver.lookupAddress("one.example", timeout=[0.05])
        took = reactor.seconds() - started
        await settle(reactor)

        self.assertEqual(shown(answer), ["127.0.0.1"])
        self.assertEqual(len(silent.datagrams), 1)
        self.assertGreaterEqual(took, 0.05)

    @in_reactor
    async def test_silent_server(self, reactor: Reactor) -> None:
        """A silent server is asked the same again, each time more patiently."""
        silent = self.silent(reactor)
        resolver = self.resolver(reactor, silent.address[1])
        started = reactor.seconds()

        with self.assertRaises(QueryTimeoutError):
            await resolver.lookupAddress("one.example", timeout=[0.02, 0.04])
        took = reactor.seconds() - started
        await settle(reactor)

        (first, _), (second, _) = silent.datagrams
        self.assertEqual(first, second)
        self.assertGreaterEqual(took, 0.06)

    @in_reactor
    async def test_installed(self, reactor: Reactor) -> None:
        """A reactor that is told to asks the name server for every name."""
        port = self.listen(reactor, RecordingFactory(reactor))
        reactor.installResolver(self.resolver(reactor, self.serve(reactor)))
        client = RecordingFactory(reactor)

        await HostnameEndpoint(reactor, "one.example", number_of(port)).connect(client)
        peer = await client.connected()
        await settle(reactor)

        self.assertEqual(peer.transport.getPeer(), port.getHost())

    def serve(self, reactor: Reactor) -> int:
        """Start a name server, and return its port number."""
        server = SmallDatagramServer(authorities=[Zone()])
        port: IListeningPort = reactor.listenTCP(0, server, interface="127.0.0.1")
        number = number_of(port)
        by_udp = dns.DNSDatagramProtocol(server, reactor)
        reactor.listenUDP(number, by_udp, interface="127.0.0.1")
        return number

    def silent(self, reactor: Reactor) -> RecordingDatagrams:
        """Start a name server that does not answer."""
        silent = RecordingDatagrams(reactor)
        reactor.listenUDP(0, silent, interface="127.0.0.1")
        return silent

    def resolver(self, reactor: Reactor, *ports: int) -> Any:
        """Make a resolver that asks the servers at these ports."""
        return Resolver(
            servers=[("127.0.0.1", port) for port in ports], reactor=reactor
        )


def shown(answer: Any) -> list[str]:
    """Return the addresses in the answer of a resolver."""
    records: Sequence[Any] = answer[0]
    return [record.payload.dottedQuad() for record in records]


class Zone(ResolverBase):
    """Knows one name with one address, and one with many."""

    def _lookup(self, name: bytes, cls: int, type: int, timeout: object) -> Any:  # noqa: A002
        if name not in TABLE:
            return fail(DomainError(name))
        records = [
            dns.RRHeader(name, dns.A, cls, 60, dns.Record_A(address))
            for address in TABLE[name]
        ]
        return succeed((records, [], []))


class SmallDatagramServer(DNSServerFactory):
    """Answers by UDP with no more than 512 bytes (RFC 1035, section 4.2.1)."""

    def sendReply(self, protocol: Any, message: Any, address: Any) -> None:
        message.maxSize = 0 if address is None else 512
        super().sendReply(protocol, message, address)
