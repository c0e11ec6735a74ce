"""The contract of ``connectTCP``: what a client is told, and when."""

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import (
    ConnectionDone,
    ConnectionRefusedError,  # noqa: A004 - Twisted's name
    NoProtocol,
    NoRouteError,
    NotConnectingError,
    ServiceNameUnknownError,
    TimeoutError,  # noqa: A004 - Twisted's name
    UserError,
)
from twisted.internet.interfaces import IConnector

from harness.contracts._peers import RecordingFactory
from harness.contracts._resolvers import SilentResolver
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import (
    OverTCP,
    close,
    number_of,
)


class ConnectContract(OverTCP):
    """Outgoing connections over TCP."""

    @in_reactor
    async def test_nothing_happens_at_once(self, reactor: Reactor) -> None:
        """``connectTCP`` itself starts the factory and no more, on either side."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        self.connect(reactor, port, client)
        at_once = list(client.events), list(server.events)
        await server.connected()
        await client.connected()

        self.assertEqual(
            at_once, (["startFactory", "startedConnecting"], ["startFactory"])
        )
        self.assertEqual(
            client.events, ["startFactory", "startedConnecting", "buildProtocol"]
        )

    @in_reactor
    async def test_addresses(self, reactor: Reactor) -> None:
        """Each end knows its own address and the other's."""
        connection = await self.connection(reactor)
        client, server = connection

        listening = connection.port.getHost()
        self.assertEqual(client.transport.getPeer(), listening)
        self.assertEqual(server.transport.getHost(), listening)
        self.assertEqual(server.transport.getPeer(), client.transport.getHost())
        self.assertIsInstance(client.transport.getHost(), IPv4Address)
        self.assertNotEqual(client.transport.getHost(), listening)

    @in_reactor
    async def test_destination(self, reactor: Reactor) -> None:
        """The connector names the address that was asked for."""
        connection = await self.connection(reactor)

        self.assertEqual(
            connection.connector.getDestination(), connection.port.getHost()
        )

    @in_reactor
    async def test_bind_address(self, reactor: Reactor) -> None:
        """The address that a client binds is the one it comes from."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        reactor.connectTCP(
            "127.0.0.1", number_of(port), client, bindAddress=("127.0.0.2", 0)
        )
        there = (await client.connected()).transport.getHost()
        seen = (await server.connected()).transport.getPeer()

        self.assertEqual(there, IPv4Address("TCP", "127.0.0.2", there.port))
        self.assertEqual(seen, there)

    @in_reactor
    async def test_refused(self, reactor: Reactor) -> None:
        """A port where nobody listens refuses."""
        port = await self.unused_port(reactor)
        client = RecordingFactory(reactor)

        reactor.connectTCP("127.0.0.1", port, client)

        self.assertIs(await client.has_failed(), ConnectionRefusedError)

    @in_reactor
    async def test_to_many(self, reactor: Reactor) -> None:
        """TCP is between two: to all machines, or to a group, there is no way."""
        for address in ("255.255.255.255", "224.0.0.1"):
            client = RecordingFactory(reactor)
            reactor.connectTCP(address, 80, client)

            self.assertIs(await client.has_failed(), NoRouteError)

    @in_reactor
    async def test_failure_stops_factory(self, reactor: Reactor) -> None:
        """A factory is stopped once its only connection has failed."""
        port = await self.unused_port(reactor)
        client = RecordingFactory(reactor)

        reactor.connectTCP("127.0.0.1", port, client)
        await client.saw("stopFactory")

        self.assertEqual(
            client.events,
            [
                "startFactory",
                "startedConnecting",
                "clientConnectionFailed",
                "stopFactory",
            ],
        )

    @in_reactor
    async def test_loss_stops_factory(self, reactor: Reactor) -> None:
        """A factory is stopped once its only connection is lost."""
        connection = await self.connection(reactor)
        factory = connection.client_factory

        connection.client.transport.loseConnection()
        await factory.saw("stopFactory")

        self.assertEqual(
            factory.events,
            [
                "startFactory",
                "startedConnecting",
                "buildProtocol",
                "clientConnectionLost",
                "stopFactory",
            ],
        )

    @in_reactor
    async def test_one_connector_on_failure(self, reactor: Reactor) -> None:
        """The connector of ``startedConnecting`` is the one of the failure."""
        port = await self.unused_port(reactor)
        client = RecordingFactory(reactor)

        connector = reactor.connectTCP("127.0.0.1", port, client)
        await client.has_failed()

        self.assertEqual(client.connectors, [connector, connector])

    @in_reactor
    async def test_one_connector_on_loss(self, reactor: Reactor) -> None:
        """The connector of ``startedConnecting`` is the one of the loss."""
        connection = await self.connection(reactor)

        connection.server.transport.loseConnection()
        await connection.client_factory.saw("clientConnectionLost")

        self.assertEqual(
            connection.client_factory.connectors, [connection.connector] * 2
        )

    @in_reactor
    async def test_timeout(self, reactor: Reactor) -> None:
        """A connection that is not made in time fails, when its time is over."""
        reactor.installNameResolver(SilentResolver())
        client = RecordingFactory(reactor)
        started = reactor.seconds()

        reactor.connectTCP("example.com", 80, client, timeout=0.05)
        reason = await client.has_failed()

        self.assertIs(reason, TimeoutError)
        self.assertGreaterEqual(reactor.seconds() - started, 0.05)

    @in_reactor
    async def test_timeout_of_full_backlog(self, reactor: Reactor) -> None:
        """A server whose queue is full lets clients wait until they give up."""
        port = reactor.listenTCP(
            0, RecordingFactory(reactor), backlog=1, interface="127.0.0.1"
        )
        stop_accepting: Any = port
        stop_accepting.stopReading()
        clients = [RecordingFactory(reactor) for _ in range(4)]

        for client in clients:
            reactor.connectTCP("127.0.0.1", number_of(port), client, timeout=0.05)
        reason = await clients[3].has_failed()

        # Linux has room for one more than it was asked for.
        self.assertIs(reason, TimeoutError)
        self.assertEqual([len(client.peers) for client in clients], [1, 1, 0, 0])

    @in_reactor
    async def test_timeout_is_over(self, reactor: Reactor) -> None:
        """A connection that was made in time is not touched when the time is over."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        reactor.connectTCP("127.0.0.1", number_of(port), client, timeout=0.005)
        peer = await client.connected()
        await settle(reactor)

        self.assertEqual(peer.events, ["connectionMade"])

    @in_reactor
    async def test_stop_connecting_while_starting(self, reactor: Reactor) -> None:
        """An attempt can be given up before it has begun."""
        client = RecordingFactory(reactor)
        client.on_event = stop_connecting
        port = self.listen(reactor, RecordingFactory(reactor))

        self.connect(reactor, port, client)

        self.assertIs(await client.has_failed(), UserError)
        self.assertEqual(client.peers, [])

    @in_reactor
    async def test_stop_connecting(self, reactor: Reactor) -> None:
        """An attempt can be given up while it is under way."""
        reactor.installNameResolver(SilentResolver())
        client = RecordingFactory(reactor)

        connector = reactor.connectTCP("example.com", 80, client)
        connector.stopConnecting()

        self.assertIs(await client.has_failed(), UserError)

    @in_reactor
    async def test_stop_connecting_too_late(self, reactor: Reactor) -> None:
        """A connection that is made is no attempt any more."""
        connection = await self.connection(reactor)

        with self.assertRaises(NotConnectingError):
            connection.connector.stopConnecting()

    @in_reactor
    async def test_disconnect(self, reactor: Reactor) -> None:
        """The connector closes the connection that it has made."""
        connection = await self.connection(reactor)

        connection.connector.disconnect()

        self.assertIs(await connection.client.was_lost(), ConnectionDone)
        self.assertIs(await connection.server.was_lost(), ConnectionDone)

    @in_reactor
    async def test_reconnect(self, reactor: Reactor) -> None:
        """A factory may connect again from ``clientConnectionLost``."""
        connection = await self.connection(reactor)
        factory = connection.client_factory
        factory.on_event = ReconnectOnce()

        connection.client.transport.loseConnection()
        again = await connection.server_factory.connected(2)
        again.transport.write(b"again")
        await (await factory.connected(2)).has_received(b"again")

        self.assertEqual(
            factory.events[-3:],
            ["clientConnectionLost", "startedConnecting", "buildProtocol"],
        )

    @in_reactor
    async def test_no_protocol(self, reactor: Reactor) -> None:
        """Where the client's factory builds nothing, the connection is closed."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor, protocol=None)
        port = self.listen(reactor, server)

        self.connect(reactor, port, client)
        reason = await (await server.connected()).was_lost()
        await client.saw("stopFactory")

        self.assertIs(reason, ConnectionDone)
        self.assertIn("clientConnectionLost", client.events)

    @in_reactor
    async def test_no_protocol_at_endpoint(self, reactor: Reactor) -> None:
        """An endpoint says that the factory built nothing."""
        port = self.listen(reactor, RecordingFactory(reactor))
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", number_of(port))

        with self.assertRaises(NoProtocol):
            await endpoint.connect(RecordingFactory(reactor, protocol=None))

    @in_reactor
    async def test_cancelled_endpoint(self, reactor: Reactor) -> None:
        """A cancelled attempt of an endpoint reaches no server."""
        server = RecordingFactory(reactor)
        port = self.listen(reactor, server)
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", number_of(port))

        attempt = endpoint.connect(RecordingFactory(reactor))
        cancelled: list[object] = []
        attempt.addErrback(cancelled.append)
        attempt.cancel()
        await settle(reactor)

        self.assertEqual(len(cancelled), 1)
        self.assertEqual(server.peers, [])

    @in_reactor
    async def test_literal_is_not_resolved(self, reactor: Reactor) -> None:
        """An address needs no resolver."""
        reactor.installNameResolver(SilentResolver())

        client, _ = await self.connection(reactor)

        self.assertEqual(client.events, ["connectionMade"])

    @in_reactor
    async def test_unknown_service(self, reactor: Reactor) -> None:
        """A service that nobody has heard of is no port, and is said so at once."""
        with self.assertRaises(ServiceNameUnknownError) as raised:
            reactor.connectTCP(
                "127.0.0.1",
                "no-such-service",  # type: ignore[arg-type]
                RecordingFactory(reactor),
            )

        self.assertEqual(
            str(raised.exception),
            "Service name given as port is unknown: "
            "service/proto not found ('no-such-service').",
        )

    async def unused_port(self, reactor: Reactor) -> int:
        """Return the number of a port where nobody listens any more."""
        port = self.listen(reactor, RecordingFactory(reactor))
        number = number_of(port)
        await close(port)
        return number


def stop_connecting(event: str, connector: IConnector) -> None:
    """Give the attempt up at once, for `RecordingFactory.on_event`."""
    if event == "startedConnecting":
        connector.stopConnecting()


class ReconnectOnce:
    """Connects again after the first loss, for `RecordingFactory.on_event`."""

    done = False

    def __call__(self, event: str, connector: IConnector) -> None:
        if event == "clientConnectionLost" and not self.done:
            self.done = True
            connector.connect()
