"""The contract of a clock that a test moves: what no real one can promise."""

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool

from harness._errors import Deadlock, VirtualTimeoutError
from harness.contracts._datagrams import RecordingDatagrams
from harness.contracts._peers import RecordingFactory
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import OverTCP, number_of

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor


class VirtualTimeContract(OverTCP):
    """``advance``, ``flush`` and ``run_until``, and order at one instant."""

    def build_virtual_reactor(self) -> "VirtualReactor":
        """Make a reactor whose time is moved by the test."""
        reactor: Any = self.build_reactor()
        return reactor  # type: ignore[no-any-return]

    def test_equal_times(self) -> None:
        """Calls that are due at one instant are made first in, first out."""
        reactor = self.build_virtual_reactor()
        called: list[int] = []
        for number in range(50):
            reactor.callLater(1, called.append, number)

        reactor.advance(1)

        self.assertEqual(called, list(range(50)))

    def test_equal_times_no_delay(self) -> None:
        """Calls without delay are made first in, first out."""
        reactor = self.build_virtual_reactor()
        called: list[int] = []
        for number in range(50):
            reactor.callLater(0, called.append, number)

        reactor.advance(0)

        self.assertEqual(called, list(range(50)))

    def test_equal_times_asked_for_apart(self) -> None:
        """What counts is who asked first, not how long ago."""
        reactor = self.build_virtual_reactor()
        called: list[str] = []
        reactor.callLater(2, called.append, "asked at 0")
        reactor.callLater(1, reactor.callLater, 1, called.append, "asked at 1")

        reactor.advance(2)

        self.assertEqual(called, ["asked at 0", "asked at 1"])

    def test_equal_times_with_gaps(self) -> None:
        """Calls that were cancelled or moved do not disturb the order of the rest."""
        reactor = self.build_virtual_reactor()
        called: list[int] = []
        calls = [reactor.callLater(1, called.append, n) for n in range(50)]
        for call in calls[::3]:
            call.cancel()
        for call in calls[1::3]:
            call.reset(2)

        reactor.advance(1)

        self.assertEqual(called, list(range(2, 50, 3)))

    def test_exact_times(self) -> None:
        """Each call sees exactly the moment for which it was made."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        delays = [0.1, 1 / 3, 0.7, 1.1, 2.3]
        seen: list[float] = []
        for delay in delays:
            reactor.callLater(delay, lambda: seen.append(reactor.seconds()))

        reactor.advance(3)

        self.assertEqual(seen, [start + delay for delay in delays])

    def test_advance_is_exact(self) -> None:
        """Time goes as far as it was told to, and makes no call beyond."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        called: list[str] = []
        reactor.callLater(2.5, called.append, "at 2.5")
        beyond = reactor.callLater(2.5000001, called.append, "beyond")

        reactor.advance(2.5)

        self.assertEqual(called, ["at 2.5"])
        self.assertEqual(reactor.seconds(), start + 2.5)
        self.assertTrue(beyond.active())

    def test_advance_of_nothing(self) -> None:
        """Time passes though nothing is to be done."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()

        reactor.advance(86_400)

        self.assertEqual(reactor.seconds(), start + 86_400)

    def test_advance_visits_each_instant(self) -> None:
        """Calls that are asked for on the way are made on the way."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        seen: list[float] = []

        def step() -> None:
            seen.append(reactor.seconds() - start)
            reactor.callLater(1, step)

        reactor.callLater(1, step)
        reactor.advance(4.5)

        self.assertEqual(seen, [1, 2, 3, 4])

    def test_advance_by_zero_is_one_turn(self) -> None:
        """A call that asks for another without delay does not get it in this turn."""
        reactor = self.build_virtual_reactor()
        turns: list[int] = []

        def again() -> None:
            turns.append(len(turns))
            if len(turns) < 100:
                reactor.callLater(0, again)

        reactor.callLater(0, again)
        reactor.advance(0)
        after_one = list(turns)
        reactor.advance(0)

        self.assertEqual(after_one, [0])
        self.assertEqual(turns, [0, 1])

    def test_advance_backwards(self) -> None:
        """Time does not run backwards."""
        reactor = self.build_virtual_reactor()

        with self.assertRaises(ValueError):
            reactor.advance(-1)

    def test_tiny_steps(self) -> None:
        """Steps of ten nanoseconds neither stall time nor disturb other calls."""
        reactor = self.build_virtual_reactor()
        reactor.advance(1_000_000)
        start = reactor.seconds()
        steps: list[float] = []
        others: list[float] = []

        def step() -> None:
            steps.append(reactor.seconds())
            if len(steps) < 100:
                reactor.callLater(1e-8, step)

        reactor.callLater(1e-8, step)
        reactor.callLater(0.5, lambda: others.append(reactor.seconds()))
        reactor.advance(1)

        self.assertEqual(len(steps), 100)
        self.assertEqual(steps, sorted(set(steps)))
        self.assertEqual(others, [start + 0.5])

    def test_flush(self) -> None:
        """Flushing follows a chain without delay to its end, and moves no time."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        called: list[str] = []
        reactor.callLater(0, reactor.callLater, 0, called.append, "end of the chain")
        reactor.callLater(1e-8, called.append, "later")

        reactor.flush()

        self.assertEqual(called, ["end of the chain"])
        self.assertEqual(reactor.seconds(), start)

    def test_iterate_moves_no_time(self) -> None:
        """A turn that may not wait leaves the clock alone."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        reactor.callLater(5, list)

        reactor.iterate(0)
        reactor.iterate()

        self.assertEqual(reactor.seconds(), start)

    def test_run_until(self) -> None:
        """A wait ends at the moment of the result, and returns it."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()

        result = reactor.run_until(deferLater(reactor, 1800, lambda: 42))

        self.assertEqual(result, 42)
        self.assertEqual(reactor.seconds(), start + 1800)

    def test_run_until_coroutine(self) -> None:
        """A wait may be for a coroutine."""
        reactor = self.build_virtual_reactor()

        async def add() -> int:
            return 40 + await deferLater(reactor, 1, lambda: 2)

        self.assertEqual(reactor.run_until(add()), 42)

    def test_run_until_what_is_there(self) -> None:
        """A wait for what is there takes no time."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        reactor.callLater(1, list)

        self.assertEqual(reactor.run_until(succeed(42)), 42)
        self.assertEqual(reactor.seconds(), start)

    def test_run_until_failure(self) -> None:
        """A wait that ends in a failure raises its exception."""
        reactor = self.build_virtual_reactor()

        with self.assertRaises(KeyError):
            reactor.run_until(fail(KeyError("x")))

    def test_run_until_timeout(self) -> None:
        """A wait ends when its time is over."""
        reactor = self.build_virtual_reactor()
        start = reactor.seconds()
        never: Deferred[None] = Deferred()
        reactor.callLater(60, list)

        with self.assertRaises(VirtualTimeoutError):
            reactor.run_until(never, timeout=2.5)

        self.assertEqual(reactor.seconds(), start + 2.5)

    def test_deadlock(self) -> None:
        """A wait in vain ends at once, and names who waits."""
        reactor = self.build_virtual_reactor()
        never: Deferred[None] = Deferred()
        port = reactor.listenTCP(0, RecordingFactory(reactor), interface="127.0.0.1")

        with self.assertRaises(Deadlock) as raised:
            reactor.run_until(never)

        self.assertIn(str(number_of(port)), str(raised.exception))

    def test_deadlock_of_run(self) -> None:
        """A loop in which nothing can happen ends at once."""
        reactor = self.build_virtual_reactor()

        with self.assertRaises(Deadlock):
            reactor.run(installSignalHandlers=False)

        self.assertFalse(reactor.running)

    @in_reactor
    async def test_no_time_for_bytes(self, reactor: Reactor) -> None:
        """Bytes between two programs of one machine take no time."""
        start = reactor.seconds()

        client, server = await self.connection(reactor)
        server.reply = server.transport.write
        client.transport.write(b"there and back")
        await client.has_received(b"there and back")

        self.assertEqual(reactor.seconds(), start)

    @in_reactor
    async def test_no_time_for_threads(self, reactor: Reactor) -> None:
        """Time stands still while a thread works."""
        start = reactor.seconds()

        await deferToThreadPool(reactor, reactor.getThreadPool(), sum, range(100_000))

        self.assertEqual(reactor.seconds(), start)

    @in_reactor
    async def test_order_of_streams(self, reactor: Reactor) -> None:
        """What can be read on several connections at one instant is read in order."""
        received: list[int] = []
        connections = [await self.connection(reactor) for _ in range(5)]
        for number, connection in enumerate(connections):
            connection.server.transport.pauseProducing()
            connection.server.reply = lambda data: received.append(data[0])
            connection.client.transport.write(bytes([number]))
        await settle(reactor)

        for connection in connections:
            connection.server.transport.resumeProducing()
        for connection in connections:
            await connection.server.has_received(b"1")

        self.assertEqual(received, [0, 1, 2, 3, 4])

    @in_reactor
    async def test_order_of_datagrams(self, reactor: Reactor) -> None:
        """What is sent to several ports at one instant arrives in its order."""
        received: list[int] = []
        ports = [RecordingDatagrams(reactor) for _ in range(5)]
        for port in ports:
            reactor.listenUDP(0, port, interface="127.0.0.1")
            port.reply = lambda data: received.append(data[0])

        for number, port in enumerate(ports):
            ports[0].transport.write(bytes([number]), port.address)
        for port in ports:
            await port.has_received(1)

        self.assertEqual(received, [0, 1, 2, 3, 4])
