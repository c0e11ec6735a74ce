"""The contract of half close: one direction ends, the other goes on."""

from twisted.internet.error import ConnectionDone

from harness.contracts._peers import HalfCloseablePeer, Peer
from harness.contracts._producers import PullProducer
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._streams import MUCH
from harness.contracts._transports import Connection, StreamKind


class HalfCloseContract(StreamKind):
    """``loseWriteConnection``, for transports that know it (TLS does not)."""

    @in_reactor
    async def test_end_of_one_direction(self, reactor: Reactor) -> None:
        """Each end learns which direction has ended, and keeps the other."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        await server.saw("readConnectionLost")
        await client.saw("writeConnectionLost")
        await settle(reactor)

        self.assertEqual(client.events, ["connectionMade", "writeConnectionLost"])
        self.assertEqual(server.events, ["connectionMade", "readConnectionLost"])

    @in_reactor
    async def test_takes_a_turn(self, reactor: Reactor) -> None:
        """Nothing ends inside a call of ``loseWriteConnection``."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        at_once = list(client.events)
        await server.saw("readConnectionLost")

        self.assertEqual(at_once, ["connectionMade"])

    @in_reactor
    async def test_other_direction(self, reactor: Reactor) -> None:
        """The end that has finished writing still receives."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        await server.saw("readConnectionLost")
        server.transport.write(b"answer")
        await client.has_received(b"answer")

        self.assertEqual(client.received, b"answer")

    @in_reactor
    async def test_pending_data_first(self, reactor: Reactor) -> None:
        """All that was written before arrives before the end."""
        client, server = await self.half_closeable(reactor)

        client.transport.write(MUCH)
        client.transport.loseWriteConnection()
        await server.saw("readConnectionLost")

        self.assertEqual(server.received, MUCH)
        self.assertEqual(
            server.events, ["connectionMade", "dataReceived", "readConnectionLost"]
        )

    @in_reactor
    async def test_write_after_half_close(self, reactor: Reactor) -> None:
        """What is written after the end of writing goes nowhere, quietly."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        await client.saw("writeConnectionLost")
        client.transport.write(b"too late")
        await settle(reactor)

        self.assertEqual(server.received, b"")

    @in_reactor
    async def test_both_halves(self, reactor: Reactor) -> None:
        """An end whose two halves have ended is there until it closes."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        await server.saw("readConnectionLost")
        server.transport.loseConnection()
        await client.saw("readConnectionLost")
        await settle(reactor)
        events_before = list(client.events)
        client.transport.loseConnection()

        self.assertEqual(
            events_before,
            ["connectionMade", "writeConnectionLost", "readConnectionLost"],
        )
        self.assertIs(await client.was_lost(), ConnectionDone)
        self.assertIs(await server.was_lost(), ConnectionDone)

    @in_reactor
    async def test_end_that_knows_no_halves(self, reactor: Reactor) -> None:
        """To a protocol without half close, the end of reading is the end of all."""
        client, server = await self.connection(reactor, Peer, HalfCloseablePeer)

        client.transport.loseWriteConnection()

        self.assertIs(await server.was_lost(), ConnectionDone)
        await client.saw("readConnectionLost")

    @in_reactor
    async def test_close_after_half_close(self, reactor: Reactor) -> None:
        """The end that has finished writing may close."""
        client, server = await self.half_closeable(reactor)

        client.transport.loseWriteConnection()
        await client.saw("writeConnectionLost")
        client.transport.loseConnection()

        self.assertIs(await client.was_lost(), ConnectionDone)
        await server.saw("readConnectionLost")

    @in_reactor
    async def test_close_from_read_connection_lost(self, reactor: Reactor) -> None:
        """The end that has learnt of the end may close there and then."""
        client, server = await self.connection(reactor, ClosesAtEnd, HalfCloseablePeer)

        client.transport.loseWriteConnection()

        self.assertIs(await server.was_lost(), ConnectionDone)
        await client.saw("readConnectionLost")

    @in_reactor
    async def test_waits_for_producer(self, reactor: Reactor) -> None:
        """A direction with a producer ends when all that it produces was sent."""
        client, server = await self.half_closeable(reactor)
        producer = PullProducer(client.transport, [b"one ", b"two ", b"three"])

        client.transport.registerProducer(producer, False)
        client.transport.loseWriteConnection()
        await server.saw("readConnectionLost")

        self.assertEqual(server.received, b"one two three")

    @in_reactor
    async def test_end_waits_for_paused_reader(self, reactor: Reactor) -> None:
        """A reader that has paused learns of the end when it resumes."""
        client, server = await self.half_closeable(reactor)
        server.transport.pauseProducing()

        client.transport.write(b"last")
        client.transport.loseWriteConnection()
        await settle(reactor)
        events_before = list(server.events)
        server.transport.resumeProducing()
        await server.saw("readConnectionLost")

        self.assertEqual(events_before, ["connectionMade"])
        self.assertEqual(server.received, b"last")

    @in_reactor
    async def test_error_in_read_connection_lost(self, reactor: Reactor) -> None:
        """An exception in ``readConnectionLost`` is logged and ends the connection."""
        client, server = await self.connection(reactor, FailsAtEnd, HalfCloseablePeer)

        client.transport.loseWriteConnection()

        self.assertIs(await server.was_lost(), RuntimeError)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    async def half_closeable(self, reactor: Reactor) -> Connection:
        """Make a connection between two ends that know half close."""
        return await self.connection(reactor, HalfCloseablePeer)


class ClosesAtEnd(HalfCloseablePeer):
    """Closes as soon as the other end has finished writing."""

    def readConnectionLost(self) -> None:
        super().readConnectionLost()
        self.transport.loseConnection()


class FailsAtEnd(HalfCloseablePeer):
    """Fails as soon as the other end has finished writing."""

    def readConnectionLost(self) -> None:
        raise RuntimeError("on purpose")
