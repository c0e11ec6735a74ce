"""The contract of a stream: bytes in order, nothing lost, and a clean end."""

import gc
import weakref
from random import Random

from twisted.internet.error import ConnectionDone
from twisted.python import log

from harness.contracts._logs import logged_systems
from harness.contracts._peers import Peer
from harness.contracts._producers import EagerProducer
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import StreamKind

#: More than any kernel keeps for a connection whose reader sleeps.
MUCH = bytes(range(256)) * 2**15


class StreamContract(StreamKind):
    """A stream of bytes in both directions, over any kind of transport."""

    @in_reactor
    async def test_bytes_arrive(self, reactor: Reactor) -> None:
        """What one end writes, the other receives, in both directions."""
        client, server = await self.connection(reactor)

        client.transport.write(b"there")
        server.transport.write(b"and back")
        await server.has_received(b"there")
        await client.has_received(b"and back")

        self.assertEqual(server.received, b"there")
        self.assertEqual(client.received, b"and back")

    @in_reactor
    async def test_order_of_bytes(self, reactor: Reactor) -> None:
        """However bytes are cut into writes, they arrive in their order."""
        client, server = await self.connection(reactor)
        random = Random(1)
        data = random.randbytes(300_000)

        start = 0
        while start < len(data):
            end = start + random.randrange(1, 20_000)
            client.transport.write(data[start:end])
            start = end
        await server.has_received(data)

        self.assertEqual(server.received, data)

    @in_reactor
    async def test_write_sequence(self, reactor: Reactor) -> None:
        """A sequence of pieces is written as if it were one."""
        client, server = await self.connection(reactor)

        client.transport.writeSequence([b"a", b"", b"bc"])
        await server.has_received(b"abc")

        self.assertEqual(server.received, b"abc")

    @in_reactor
    async def test_write_nothing(self, reactor: Reactor) -> None:
        """Writing no bytes sends nothing, not even the end."""
        client, server = await self.connection(reactor)

        client.transport.write(b"")
        await settle(reactor)

        self.assertEqual(server.events, ["connectionMade"])

    @in_reactor
    async def test_text_is_refused(self, reactor: Reactor) -> None:
        """Text has no bytes until somebody encodes it."""
        client, _ = await self.connection(reactor)

        with self.assertRaises(TypeError):
            client.transport.write("text")  # type: ignore[arg-type]

    @in_reactor
    async def test_delivery_takes_a_turn(self, reactor: Reactor) -> None:
        """Nothing is received inside a call of ``write``."""
        client, server = await self.connection(reactor)
        at_once = []

        def answer(data: bytes) -> None:
            server.transport.write(b"answer")
            at_once.append(bytes(client.received))

        server.reply = answer
        client.transport.write(b"question")
        at_once.append(bytes(server.received))
        await client.has_received(b"answer")

        self.assertEqual(at_once, [b"", b""])

    @in_reactor
    async def test_write_when_made(self, reactor: Reactor) -> None:
        """Both ends may write from ``connectionMade``."""
        client, server = await self.connection(reactor, Greeter)

        await client.has_received(b"hello")
        await server.has_received(b"hello")

        self.assertEqual((client.received, server.received), (b"hello", b"hello"))

    @in_reactor
    async def test_both_ways_at_once(self, reactor: Reactor) -> None:
        """Much data in both directions at once does not lock the two ends."""
        client, server = await self.connection(reactor)
        data = MUCH[: 2**21]

        client.transport.write(data)
        server.transport.write(data)
        await client.has_received(data)
        await server.has_received(data)

        self.assertEqual(client.received, data)
        self.assertEqual(server.received, data)

    @in_reactor
    async def test_close(self, reactor: Reactor) -> None:
        """A connection that one end closes is done, for both."""
        client, server = await self.connection(reactor)

        client.transport.loseConnection()

        self.assertIs(await client.was_lost(), ConnectionDone)
        self.assertIs(await server.was_lost(), ConnectionDone)
        self.assertEqual(client.events, ["connectionMade", "connectionLost"])
        self.assertEqual(server.events, ["connectionMade", "connectionLost"])

    @in_reactor
    async def test_close_takes_a_turn(self, reactor: Reactor) -> None:
        """No connection is lost inside a call of ``loseConnection``."""
        client, server = await self.connection(reactor)
        lost_inside = []

        def close(data: bytes) -> None:
            server.transport.loseConnection()
            lost_inside.append(server.reason)

        server.reply = close
        client.transport.write(b"go")
        client.transport.loseConnection()
        lost_inside.append(client.reason)
        await server.was_lost()

        self.assertEqual(lost_inside, [None, None])

    @in_reactor
    async def test_close_by_both(self, reactor: Reactor) -> None:
        """Both ends may close at once: each loses the connection once."""
        client, server = await self.connection(reactor)

        client.transport.loseConnection()
        server.transport.loseConnection()
        await client.was_lost()
        await server.was_lost()

        self.assertEqual(client.events, ["connectionMade", "connectionLost"])
        self.assertEqual(server.events, ["connectionMade", "connectionLost"])

    @in_reactor
    async def test_close_after_pending_data(self, reactor: Reactor) -> None:
        """All that was written before ``loseConnection`` arrives before the end."""
        client, server = await self.connection(reactor)

        client.transport.write(MUCH)
        client.transport.loseConnection()
        reason = await server.was_lost()

        self.assertEqual(len(server.received), len(MUCH))
        self.assertEqual(server.received, MUCH)
        self.assertIs(reason, ConnectionDone)

    @in_reactor
    async def test_write_after_close(self, reactor: Reactor) -> None:
        """What is written after the connection was lost goes nowhere, quietly."""
        client, server = await self.connection(reactor)
        transport = client.transport

        transport.loseConnection()
        await client.was_lost()
        transport.write(b"too late")
        transport.writeSequence([b"too", b"late"])
        transport.loseConnection()
        await server.was_lost()

        self.assertEqual(server.received, b"")

    @in_reactor
    async def test_close_waits_for_producer(self, reactor: Reactor) -> None:
        """A connection with a producer is closed when all that it produces was sent."""
        client, server = await self.connection(reactor)
        producer = EagerProducer(client.transport, len(MUCH))
        client.transport.registerProducer(producer, True)

        producer.produce()
        client.transport.loseConnection()
        reason = await server.was_lost()

        self.assertEqual(len(server.received), len(MUCH))
        self.assertIs(reason, ConnectionDone)

    @in_reactor
    async def test_nothing_after_the_end(self, reactor: Reactor) -> None:
        """``connectionLost`` comes once, and nothing comes after it."""
        client, server = await self.connection(reactor)

        client.transport.write(b"data")
        client.transport.loseConnection()
        await server.was_lost()
        await settle(reactor)

        self.assertEqual(
            server.events, ["connectionMade", "dataReceived", "connectionLost"]
        )

    @in_reactor
    async def test_protocol_is_let_go(self, reactor: Reactor) -> None:
        """A transport keeps no protocol whose connection is lost."""
        gc.freeze()  # what was there before need not be looked at
        self.addCleanup(gc.unfreeze)
        connection = await self.connection(reactor)
        transport = connection.client.transport
        transport.loseConnection()
        await connection.client.was_lost()
        await connection.server.was_lost()
        protocols = [weakref.ref(peer) for peer in connection]
        connection.client_factory.peers.clear()
        connection.server_factory.peers.clear()
        del connection
        await settle(reactor)
        gc.collect()

        self.assertEqual([protocol() for protocol in protocols], [None, None])

    @in_reactor
    async def test_error_in_data_received(self, reactor: Reactor) -> None:
        """An exception in ``dataReceived`` is logged and ends the connection."""
        client, server = await self.connection(reactor)

        def fail(data: bytes) -> None:
            raise RuntimeError("on purpose")

        server.reply = fail
        client.transport.write(b"data")
        reason = await server.was_lost()
        await client.was_lost()

        self.assertIsNot(reason, ConnectionDone)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @in_reactor
    async def test_log_prefix(self, reactor: Reactor) -> None:
        """What is logged in ``dataReceived`` carries the name of the protocol."""
        client, server = await self.connection(reactor)
        client.reply = lambda data: log.msg("client got it")
        server.reply = lambda data: log.msg("server got it")

        with logged_systems() as systems:
            client.transport.write(b"data")
            server.transport.write(b"data")
            await client.has_received(b"data")
            await server.has_received(b"data")

        self.assertRegex(systems["client got it"], r"\bPeer\b.*,client$")
        self.assertRegex(systems["server got it"], r"\bPeer\b.*,\d+,")


class Greeter(Peer):
    """Writes as soon as it is connected."""

    def connectionMade(self) -> None:
        super().connectionMade()
        self.transport.write(b"hello")
