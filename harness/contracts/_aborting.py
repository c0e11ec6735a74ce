"""The contract of ``abortConnection``: at once, but never inside a callback."""

from harness.contracts._producers import EagerProducer, SilentProducer
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._streams import MUCH
from harness.contracts._transports import (
    StreamKind,
    close,
)


class AbortContract(StreamKind):
    """Connections that one end drops."""

    @in_reactor
    async def test_reasons(self, reactor: Reactor) -> None:
        """The end that aborts knows that it did; the other cannot take it for clean."""
        client, server = await self.connection(reactor)

        client.transport.abortConnection()

        self.assertIn(await client.was_lost(), self.reasons_of_abort)
        self.assertIs(await server.was_lost(), self.reason_after_abort)

    @in_reactor
    async def test_takes_a_turn(self, reactor: Reactor) -> None:
        """No connection is lost inside a call of ``abortConnection``."""
        client, _ = await self.connection(reactor)

        client.transport.abortConnection()
        at_once = client.reason
        await client.was_lost()

        self.assertIsNone(at_once)

    @in_reactor
    async def test_inside_data_received(self, reactor: Reactor) -> None:
        """A protocol that aborts while it receives gets no more, and ends later."""
        client, server = await self.connection(reactor)
        inside = []

        def abort(data: bytes) -> None:
            server.transport.abortConnection()
            inside.append(server.reason)

        server.reply = abort
        client.transport.write(MUCH)
        await server.was_lost()
        await client.was_lost()

        self.assertEqual(inside, [None])
        self.assertEqual(
            server.events, ["connectionMade", "dataReceived", "connectionLost"]
        )

    @in_reactor
    async def test_twice(self, reactor: Reactor) -> None:
        """A second abort changes nothing."""
        client, server = await self.connection(reactor)

        client.transport.abortConnection()
        client.transport.abortConnection()
        await client.was_lost()
        await server.was_lost()
        await settle(reactor)

        self.assertEqual(client.events, ["connectionMade", "connectionLost"])

    @in_reactor
    async def test_after_close(self, reactor: Reactor) -> None:
        """A close that takes too long can be cut short."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()
        client.transport.write(MUCH)
        client.transport.loseConnection()
        await settle(reactor)

        client.transport.abortConnection()
        reason = await client.was_lost()

        self.assertIn(reason, self.reasons_of_abort)

    @in_reactor
    async def test_before_close(self, reactor: Reactor) -> None:
        """A connection that is aborted is not closed as well."""
        client, _ = await self.connection(reactor)

        client.transport.abortConnection()
        client.transport.loseConnection()

        self.assertIn(await client.was_lost(), self.reasons_of_abort)

    @in_reactor
    async def test_nothing_is_sent_after(self, reactor: Reactor) -> None:
        """What is written after an abort does not arrive."""
        client, server = await self.connection(reactor)

        client.transport.abortConnection()
        client.transport.write(b"too late")
        await server.was_lost()

        self.assertEqual(server.received, b"")

    @in_reactor
    async def test_pending_data_is_dropped(self, reactor: Reactor) -> None:
        """What the kernel had not taken before an abort does not arrive."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()
        client.transport.write(MUCH * 4)
        await settle(reactor)

        client.transport.abortConnection()
        await client.was_lost()
        server.transport.resumeProducing()
        await server.was_lost()

        self.assertLess(len(server.received), len(MUCH) * 4)

    @in_reactor
    async def test_producer_is_stopped(self, reactor: Reactor) -> None:
        """A connection with a producer is aborted without waiting for it."""
        client, server = await self.connection(reactor)
        producer = SilentProducer()
        client.transport.registerProducer(producer, True)

        client.transport.abortConnection()
        await client.was_lost()
        await server.was_lost()

        self.assertEqual(producer.events, ["stopProducing"])

    @in_reactor
    async def test_paused_producer_is_stopped(self, reactor: Reactor) -> None:
        """A producer that waits for a sleeping reader is stopped, not resumed."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()
        producer = EagerProducer(client.transport, 2**26)
        client.transport.registerProducer(producer, True)
        producer.produce()
        await settle(reactor)

        client.transport.abortConnection()
        await client.was_lost()

        self.assertEqual(producer.events[-2:], ["pauseProducing", "stopProducing"])

    @in_reactor
    async def test_nothing_is_left(self, reactor: Reactor) -> None:
        """The reactor holds nothing of connections that were aborted."""
        connection = await self.connection(reactor)
        client, server = connection
        client.transport.write(MUCH)

        client.transport.abortConnection()
        server.transport.abortConnection()
        await client.was_lost()
        await server.was_lost()
        await close(connection.port)

        held = {*reactor.getReaders(), *reactor.getWriters()}
        transports = {client.transport, server.transport, connection.port}
        self.assertEqual(held & transports, set())
