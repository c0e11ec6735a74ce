"""The contract of back-pressure: nobody has to take more than it wants."""

from twisted.internet.error import ConnectionDone

from harness.contracts._peers import Peer
from harness.contracts._producers import EagerProducer, PullProducer, SilentProducer
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._streams import MUCH
from harness.contracts._transports import StreamKind

#: No kernel keeps so much for a connection whose reader sleeps.
ENDLESS = 2**26


class BackPressureContract(StreamKind):
    """Producers and consumers, and the reader that sets the pace."""

    @in_reactor
    async def test_paused_inside_write(self, reactor: Reactor) -> None:
        """A producer that writes much is paused before ``write`` returns."""
        client, _ = await self.connection(reactor)
        producer = SilentProducer()
        client.transport.registerProducer(producer, True)

        client.transport.write(bytes(2**20))

        self.assertEqual(producer.events, ["pauseProducing"])

    @in_reactor
    async def test_resumed_from_the_loop(self, reactor: Reactor) -> None:
        """A producer is resumed when its data has gone, and not before."""
        client, server = await self.connection(reactor)
        producer = SilentProducer()
        client.transport.registerProducer(producer, True)

        client.transport.write(MUCH)
        at_once = list(producer.events)
        await server.has_received(MUCH)
        await settle(reactor)

        self.assertEqual(at_once, ["pauseProducing"])
        self.assertEqual(producer.events, ["pauseProducing", "resumeProducing"])

    @in_reactor
    async def test_sleeping_reader_stops_producer(self, reactor: Reactor) -> None:
        """A producer stops when all buffers are full, and goes on when they are not."""
        client, server = await self.connection(reactor)
        producer = EagerProducer(client.transport, ENDLESS)
        client.transport.registerProducer(producer, True)
        server.transport.pauseProducing()

        producer.produce()
        await settle(reactor)
        written, paused = producer.written, producer.paused
        server.transport.resumeProducing()
        await server.until(lambda: len(server.received) > written)

        self.assertTrue(paused)
        self.assertLess(written, ENDLESS)

    @in_reactor
    async def test_little_is_not_paused(self, reactor: Reactor) -> None:
        """A producer that writes little is left alone."""
        client, server = await self.connection(reactor)
        producer = SilentProducer()
        client.transport.registerProducer(producer, True)

        client.transport.write(b"little")
        await server.has_received(b"little")

        self.assertEqual(producer.events, [])

    @in_reactor
    async def test_pull_producer(self, reactor: Reactor) -> None:
        """A pull producer is asked for the next piece when the last one has gone."""
        client, server = await self.connection(reactor)
        pieces = [b"one ", b"two ", b"three"]
        producer = PullProducer(client.transport, pieces)

        client.transport.registerProducer(producer, False)
        await server.has_received(b"one two three")

        self.assertEqual(server.received, b"one two three")
        self.assertEqual(producer.asked, 3)

    @in_reactor
    async def test_pull_producer_of_sleeping_reader(self, reactor: Reactor) -> None:
        """A pull producer is not asked for more than the buffers hold."""
        client, server = await self.connection(reactor)
        pieces = [bytes(65536)] * (ENDLESS // 65536)
        producer = PullProducer(client.transport, pieces)
        server.transport.pauseProducing()

        client.transport.registerProducer(producer, False)
        await settle(reactor)

        self.assertLess(producer.asked, len(pieces))

    @in_reactor
    async def test_paused_reader(self, reactor: Reactor) -> None:
        """A reader that has paused receives nothing until it resumes."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()

        client.transport.write(b"wait for me")
        await settle(reactor)
        received_before = bytes(server.received)
        server.transport.resumeProducing()
        await server.has_received(b"wait for me")

        self.assertEqual(received_before, b"")
        self.assertEqual(server.received, b"wait for me")

    @in_reactor
    async def test_pause_inside_data_received(self, reactor: Reactor) -> None:
        """A reader may pause in the middle of much data, and gets no more of it."""
        client, server = await self.connection(reactor)
        server.reply = lambda data: server.transport.pauseProducing()

        client.transport.write(MUCH)
        await server.saw("dataReceived")
        first = len(server.received)
        await settle(reactor)
        first_after = len(server.received)
        server.reply = lambda data: None
        server.transport.resumeProducing()
        await server.has_received(MUCH)

        self.assertLess(first, len(MUCH))
        self.assertEqual(first_after, first)
        self.assertEqual(server.received, MUCH)

    @in_reactor
    async def test_end_waits_for_paused_reader(self, reactor: Reactor) -> None:
        """A reader that has paused learns of the end when it resumes."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()

        client.transport.write(b"last words")
        client.transport.loseConnection()
        await settle(reactor)
        events_before = list(server.events)
        server.transport.resumeProducing()
        reason = await server.was_lost()

        self.assertEqual(events_before, ["connectionMade"])
        self.assertEqual(server.received, b"last words")
        self.assertIs(reason, ConnectionDone)

    @in_reactor
    async def test_one_producer(self, reactor: Reactor) -> None:
        """A transport has one producer at a time."""
        client, _ = await self.connection(reactor)
        client.transport.registerProducer(SilentProducer(), True)

        with self.assertRaises(RuntimeError):
            client.transport.registerProducer(SilentProducer(), True)

    @in_reactor
    async def test_producer_after_the_end(self, reactor: Reactor) -> None:
        """A producer that comes too late is stopped at once."""
        client, _ = await self.connection(reactor)
        transport = client.transport
        transport.loseConnection()
        await client.was_lost()
        producer = SilentProducer()

        transport.registerProducer(producer, True)

        self.assertEqual(producer.events, ["stopProducing"])

    @in_reactor
    async def test_producer_of_lost_connection(self, reactor: Reactor) -> None:
        """A producer is stopped when the connection is lost."""
        client, server = await self.connection(reactor)
        producer = SilentProducer()
        client.transport.registerProducer(producer, True)

        server.transport.loseConnection()
        await client.was_lost()

        self.assertEqual(producer.events, ["stopProducing"])

    @in_reactor
    async def test_relay(self, reactor: Reactor) -> None:
        """One connection feeds another, and the last reader sets the pace of both."""
        source, middle = await self.connection(reactor)
        relay, sink = await self.connection(reactor)
        join(middle, relay)
        sink.transport.pauseProducing()
        producer = EagerProducer(source.transport, ENDLESS)
        source.transport.registerProducer(producer, True)

        producer.produce()
        await settle(reactor)
        written = producer.written
        sink.transport.resumeProducing()
        await sink.until(lambda: len(sink.received) > written)

        self.assertLess(written, ENDLESS)


def join(reader: Peer, writer: Peer) -> None:
    """Hand on what ``reader`` receives, at the pace of ``writer``."""
    writer.transport.registerProducer(reader.transport, True)
    reader.reply = writer.transport.write
