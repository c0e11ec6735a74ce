"""The contract of names: where they are looked up, and what an unknown one means."""

from collections.abc import Sequence
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer

from harness.contracts._connecting import Resolution
from harness.contracts._peers import Observable, RecordingFactory
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
    async def test_connect_to_name(self, reactor: Reactor) -> None:
        """A client may name the host that it connects to."""
        client = RecordingFactory(reactor)
        port = self.listen(reactor, RecordingFactory(reactor))

        reactor.connectTCP("localhost", number_of(port), client)
        peer = await client.connected()

        self.assertEqual(peer.transport.getPeer(), port.getHost())

    @in_reactor
    async def test_connect_to_unknown_name(self, reactor: Reactor) -> None:
        """A client whose host is unknown is told that it is."""
        client = RecordingFactory(reactor)

        reactor.connectTCP(UNKNOWN, 80, client)

        self.assertIs(await client.has_failed(), DNSLookupError)

    @in_reactor
    async def test_endpoint_of_unknown_name(self, reactor: Reactor) -> None:
        """An endpoint whose host is unknown says so."""
        endpoint = HostnameEndpoint(reactor, "unknown.example", 80)
        reactor.installNameResolver(TableResolver({}))

        with self.assertRaises(DNSLookupError):
            await endpoint.connect(RecordingFactory(reactor))

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


@implementer(IResolutionReceiver)
class RecordingReceiver(Observable):
    """Remembers the answer of a resolver."""

    began = False
    complete = False

    def __init__(self, clock: Reactor) -> None:
        super().__init__(clock)
        self.addresses: list[IAddress] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        self.began = True

    def addressResolved(self, address: IAddress) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        self.complete = True
        self.changed()


@implementer(IHostnameResolver)
class TableResolver:
    """Answers at once, from a table of IPv4 addresses."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self._table = table

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
        for address in self._table.get(hostName, ()):
            resolutionReceiver.addressResolved(IPv4Address("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution
