"""The contract of names: where they are looked up, and what an unknown one means."""

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IAddress

from harness.contracts._peers import RecordingFactory
from harness.contracts._resolvers import (
    RecordingReceiver,
    SilentResolver,
    SimpleTableResolver,
    TableResolver,
)
from harness.contracts._running import Reactor, in_reactor
from harness.contracts._transports import OverTCP, number_of

#: Longer than a name may be (RFC 1035, 255 bytes): no server is asked for it.
UNKNOWN = ".".join(["unknown-" * 7] * 5)


class NameContract(OverTCP):
    """The reactor's resolver, and who asks it. ``localhost`` has to be known."""

    @in_reactor
    async def test_resolve(self, reactor: Reactor) -> None:
        """A name that is known has an address."""
        resolver: Any = reactor

        self.assertEqual(await resolver.resolve("localhost"), "127.0.0.1")

    @in_reactor
    async def test_resolve_address(self, reactor: Reactor) -> None:
        """An address is its own answer."""
        resolver: Any = reactor

        self.assertEqual(await resolver.resolve("192.0.2.1"), "192.0.2.1")

    @in_reactor
    async def test_resolve_unknown(self, reactor: Reactor) -> None:
        """A name that nobody knows fails as a look-up does."""
        resolver: Any = reactor

        with self.assertRaises(DNSLookupError):
            await resolver.resolve(UNKNOWN)

    @in_reactor
    async def test_resolve_bytes(self, reactor: Reactor) -> None:
        """A name may be written in bytes, as in old programs."""
        resolver: Any = reactor

        self.assertEqual(await resolver.resolve(b"localhost"), "127.0.0.1")

    @in_reactor
    async def test_not_at_once(self, reactor: Reactor) -> None:
        """In the call itself a receiver is told of the beginning, and no more."""
        answer = RecordingReceiver(reactor)

        reactor.nameResolver.resolveHostName(answer, "localhost")
        at_once = answer.began, answer.addresses[:], answer.complete
        await answer.until(lambda: answer.complete)

        self.assertEqual(at_once, (True, [], False))

    @in_reactor
    async def test_all_addresses(self, reactor: Reactor) -> None:
        """A receiver is told of the beginning, of addresses, and of the end."""
        answer = RecordingReceiver(reactor)

        reactor.nameResolver.resolveHostName(answer, "localhost", 80)
        await answer.until(lambda: answer.complete)

        self.assertTrue(answer.began)
        self.assertIn(IPv4Address("TCP", "127.0.0.1", 80), answer.addresses)

    @in_reactor
    async def test_no_addresses(self, reactor: Reactor) -> None:
        """A name that nobody knows has a beginning and an end, and no address."""
        answer = RecordingReceiver(reactor)

        reactor.nameResolver.resolveHostName(answer, UNKNOWN)
        await answer.until(lambda: answer.complete)

        self.assertTrue(answer.began)
        self.assertEqual(answer.addresses, [])

    @in_reactor
    async def test_one_kind(self, reactor: Reactor) -> None:
        """Addresses are of the kind and for the purpose that were asked for."""
        self.assertEqual(
            await self.look_up(reactor, "localhost", 53, [IPv4Address], "UDP"),
            [IPv4Address("UDP", "127.0.0.1", 53)],
        )

    @in_reactor
    async def test_literals(self, reactor: Reactor) -> None:
        """An address is its own answer, if it is of the kind that was asked for."""
        self.assertEqual(
            await self.look_up(reactor, "192.0.2.1", 80),
            [IPv4Address("TCP", "192.0.2.1", 80)],
        )
        self.assertEqual(
            await self.look_up(reactor, "2001:db8::1", 80),
            [IPv6Address("TCP", "2001:db8::1", 80)],
        )
        self.assertEqual(
            await self.look_up(reactor, "192.0.2.1", 80, [IPv6Address]), []
        )

    @in_reactor
    async def test_connect_to_name(self, reactor: Reactor) -> None:
        """A client may name the host that it connects to."""
        client = RecordingFactory(reactor)
        port = self.listen(reactor, RecordingFactory(reactor))

        reactor.connectTCP("localhost", number_of(port), client)
        peer = await client.connected()

        self.assertEqual(peer.transport.getPeer(), port.getHost())

    @in_reactor
    async def test_connect_to_bytes(self, reactor: Reactor) -> None:
        """... and write a name or an address in bytes."""
        port = self.listen(reactor, RecordingFactory(reactor))

        for host in (b"localhost", b"127.0.0.1"):
            client = RecordingFactory(reactor)
            old: Any = reactor
            old.connectTCP(host, number_of(port), client)
            peer = await client.connected()

            self.assertEqual(peer.events, ["connectionMade"])

    @in_reactor
    async def test_connect_to_unknown_name(self, reactor: Reactor) -> None:
        """A client whose host is unknown is told that it is."""
        client = RecordingFactory(reactor)

        reactor.connectTCP(UNKNOWN, 80, client)

        self.assertIs(await client.has_failed(), DNSLookupError)
        assert client.failure is not None
        self.assertEqual(
            client.failure.getErrorMessage(), f"DNS lookup failed: {UNKNOWN}."
        )

    @in_reactor
    async def test_endpoint_of_unknown_name(self, reactor: Reactor) -> None:
        """An endpoint whose host is unknown says so."""
        endpoint = HostnameEndpoint(reactor, "unknown.example", 80)
        reactor.installNameResolver(TableResolver({}))

        with self.assertRaises(DNSLookupError) as raised:
            await endpoint.connect(RecordingFactory(reactor))

        self.assertEqual(
            str(raised.exception),
            "DNS lookup failed: no results for hostname lookup: unknown.example.",
        )

    @in_reactor
    async def test_cancelled_endpoint(self, reactor: Reactor) -> None:
        """To cancel an endpoint while it looks a name up is a failed look-up."""
        reactor.installNameResolver(SilentResolver())
        endpoint = HostnameEndpoint(reactor, "example.com", 80)

        attempt = endpoint.connect(RecordingFactory(reactor))
        attempt.cancel()

        with self.assertRaises(DNSLookupError) as raised:
            await attempt
        self.assertEqual(
            str(raised.exception),
            "DNS lookup failed: Couldn't find the hostname 'example.com'.",
        )

    @in_reactor
    async def test_installed_resolver(self, reactor: Reactor) -> None:
        """A resolver that was installed is the one that is asked."""
        reactor.installNameResolver(TableResolver({"example.com": ["127.0.0.1"]}))
        client = RecordingFactory(reactor)
        port = self.listen(reactor, RecordingFactory(reactor))

        reactor.connectTCP("example.com", number_of(port), client)
        peer = await client.connected()

        self.assertEqual(peer.transport.getPeer(), port.getHost())

    @in_reactor
    async def test_installed_resolver_of_one_address(self, reactor: Reactor) -> None:
        """A resolver of the old interface, which knows one address for each name."""
        reactor.installResolver(SimpleTableResolver({"example.com": "127.0.0.1"}))
        old: Any = reactor
        port = self.listen(reactor, RecordingFactory(reactor))
        by_name = RecordingFactory(reactor)
        by_endpoint = RecordingFactory(reactor)

        reactor.connectTCP("example.com", number_of(port), by_name)
        await HostnameEndpoint(reactor, "example.com", number_of(port)).connect(
            by_endpoint
        )

        for client in (by_name, by_endpoint):
            peer = await client.connected()
            self.assertEqual(peer.transport.getPeer(), port.getHost())
        self.assertEqual(await old.resolve("example.com"), "127.0.0.1")

    @in_reactor
    async def test_unknown_to_installed_resolver(self, reactor: Reactor) -> None:
        """A resolver of the old interface fails where others find nothing."""
        reactor.installResolver(SimpleTableResolver({}))
        client = RecordingFactory(reactor)
        endpoint = HostnameEndpoint(reactor, "example.com", 80)

        reactor.connectTCP("example.com", 80, client)

        self.assertIs(await client.has_failed(), DNSLookupError)
        with self.assertRaises(DNSLookupError):
            await endpoint.connect(RecordingFactory(reactor))

    @in_reactor
    async def test_resolver_before(self, reactor: Reactor) -> None:
        """Who installs a resolver is given the one that was there, to put it back."""
        first = reactor.nameResolver
        table = TableResolver({})
        simple = SimpleTableResolver({})

        self.assertIs(reactor.installNameResolver(table), first)
        self.assertIs(reactor.installNameResolver(first), table)
        reactor.installResolver(simple)
        self.assertIs(reactor.installResolver(SimpleTableResolver({})), simple)

    @in_reactor
    async def test_second_address(self, reactor: Reactor) -> None:
        """An endpoint tries the next address when one refuses."""
        table = {"example.com": ["127.0.0.2", "127.0.0.1"]}
        reactor.installNameResolver(TableResolver(table))
        port = self.listen(reactor, RecordingFactory(reactor))
        factory = RecordingFactory(reactor)

        endpoint = HostnameEndpoint(
            reactor, "example.com", number_of(port), attemptDelay=0.01
        )
        await endpoint.connect(factory)
        peer = await factory.connected()

        self.assertEqual(peer.transport.getPeer(), port.getHost())

    async def look_up(self, reactor: Reactor, name: str, *args: Any) -> list[IAddress]:
        """Return all that a receiver is told about a name."""
        answer = RecordingReceiver(reactor)
        reactor.nameResolver.resolveHostName(answer, name, *args)
        await answer.until(lambda: answer.complete)
        return answer.addresses
