"""The contract of delayed calls, as far as every clock keeps it."""

from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.task import LoopingCall, deferLater

from harness.contracts._running import Reactor, in_reactor
from harness.contracts._transports import OverTCP


class TimerContract(OverTCP):
    """``callLater``, ``seconds`` and ``iterate``."""

    @in_reactor
    async def test_call(self, reactor: Reactor) -> None:
        """A call is made with its arguments, not before its time."""
        called: Deferred[tuple[object, object, float]] = Deferred()

        def call(*args: object, **kwargs: object) -> None:
            called.callback((args, kwargs, reactor.seconds()))

        due = reactor.callLater(0.01, call, 1, two=2).getTime()
        args, kwargs, moment = await called

        self.assertEqual((args, kwargs), ((1,), {"two": 2}))
        self.assertGreaterEqual(moment, due)

    @in_reactor
    async def test_not_at_once(self, reactor: Reactor) -> None:
        """A call that is due now is made in a later turn."""
        called: list[str] = []

        reactor.callLater(0, called.append, "called")
        at_once = list(called)
        await deferLater(reactor, 0)

        self.assertEqual(at_once, [])
        self.assertEqual(called, ["called"])

    @in_reactor
    async def test_order_of_times(self, reactor: Reactor) -> None:
        """Calls are made in the order of their times, whatever that of asking."""
        delays = [number / 10_000 for number in range(200)]
        called: list[int] = []
        calls = [
            reactor.callLater(delay, called.append, number)
            for number, delay in enumerate(Random(1).sample(delays, 200))
        ]
        times = [call.getTime() for call in calls]

        await deferLater(reactor, 0.021)

        # The times: a clock may show two calls the same one, whose order is open.
        self.assertEqual([times[number] for number in called], sorted(times))

    @in_reactor
    async def test_cancel(self, reactor: Reactor) -> None:
        """A call that was cancelled is not made."""
        called: list[str] = []

        call = reactor.callLater(0.001, called.append, "called")
        call.cancel()
        await deferLater(reactor, 0.002)

        self.assertEqual(called, [])
        self.assertFalse(call.active())

    @in_reactor
    async def test_cancel_twice(self, reactor: Reactor) -> None:
        """A call is cancelled once."""
        call = reactor.callLater(1, list)
        call.cancel()

        with self.assertRaises(AlreadyCancelled):
            call.cancel()

    @in_reactor
    async def test_cancel_too_late(self, reactor: Reactor) -> None:
        """A call that was made cannot be cancelled, nor moved."""
        call = reactor.callLater(0, list)
        await deferLater(reactor, 0)

        for change in (call.cancel, lambda: call.reset(1), lambda: call.delay(1)):
            with self.assertRaises(AlreadyCalled):
                change()

    @in_reactor
    async def test_cancelled_by_another(self, reactor: Reactor) -> None:
        """Of two calls that are due and cancel each other, one is made."""
        called: list[int] = []
        calls: list[Any] = []

        def cancel_other(number: int) -> None:
            called.append(number)
            calls[1 - number].cancel()

        calls.append(reactor.callLater(0, cancel_other, 0))
        calls.append(reactor.callLater(0, cancel_other, 1))
        await deferLater(reactor, 0.001)

        self.assertEqual(len(called), 1)

    @in_reactor
    async def test_earlier(self, reactor: Reactor) -> None:
        """A call that was moved to an earlier time is made then."""
        called: list[str] = []
        first = reactor.callLater(60, called.append, "first")

        first.reset(0.001)
        reactor.callLater(0.002, called.append, "second")
        await deferLater(reactor, 0.003)

        self.assertEqual(called, ["first", "second"])

    @in_reactor
    async def test_later(self, reactor: Reactor) -> None:
        """A call that was put off is made later."""
        called: list[str] = []
        second = reactor.callLater(0, called.append, "second")

        second.delay(0.03)
        reactor.callLater(0.001, called.append, "first")
        await deferLater(reactor, 0.031)

        self.assertEqual(called, ["first", "second"])

    @in_reactor
    async def test_many_resets(self, reactor: Reactor) -> None:
        """A call that was moved again and again is made once, at its last time."""
        called: list[int] = []
        calls = [reactor.callLater(60, called.append, n) for n in range(100)]
        random = Random(1)

        for _ in range(10):
            for call in random.sample(calls, 100):
                call.reset(random.uniform(0.001, 0.01))
        times = [call.getTime() for call in calls]
        await deferLater(reactor, 0.011)

        self.assertEqual([times[number] for number in called], sorted(times))

    @in_reactor
    async def test_many_cancelled(self, reactor: Reactor) -> None:
        """Calls that were cancelled do not keep others from being made."""
        called: list[int] = []
        calls = [reactor.callLater(0.001, called.append, n) for n in range(500)]

        for call in calls[:-1]:
            call.cancel()
        await deferLater(reactor, 0.002)

        self.assertEqual(called, [499])

    @in_reactor
    async def test_pending(self, reactor: Reactor) -> None:
        """The reactor lists the calls that are still to be made."""
        before = set(reactor.getDelayedCalls())
        kept = reactor.callLater(60, list)
        reactor.callLater(60, list).cancel()

        pending = set(reactor.getDelayedCalls()) - before
        kept.cancel()

        self.assertEqual(pending, {kept})

    @in_reactor
    async def test_error(self, reactor: Reactor) -> None:
        """An exception in a call is logged, and the next call is made."""
        called: list[str] = []

        def fail() -> None:
            raise RuntimeError("on purpose")

        reactor.callLater(0.001, fail)
        reactor.callLater(0.002, called.append, "next")
        await deferLater(reactor, 0.003)

        self.assertEqual(called, ["next"])
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @in_reactor
    async def test_negative_delay(self, reactor: Reactor) -> None:
        """Nothing can be called in the past."""
        with self.assertRaises(AssertionError):
            reactor.callLater(-1, list)

    @in_reactor
    async def test_very_long_delay(self, reactor: Reactor) -> None:
        """A call may be as far away as a number can say."""
        call = reactor.callLater(2**128, list)

        await deferLater(reactor, 0.001)
        active = call.active()
        call.cancel()

        self.assertTrue(active)

    @in_reactor
    async def test_tiny_delay(self, reactor: Reactor) -> None:
        """A hundred steps of ten nanoseconds come to an end."""
        for _ in range(100):
            await deferLater(reactor, 1e-8)

    @in_reactor
    async def test_calls_do_not_starve_connections(self, reactor: Reactor) -> None:
        """A call that is always due leaves time to connections."""
        client, server = await self.connection(reactor)
        turns = 0

        def again() -> None:
            nonlocal turns
            turns += 1
            if not server.received and turns < 10_000:
                reactor.callLater(0, again)

        again()
        client.transport.write(b"data")
        await server.has_received(b"data")

        self.assertLess(turns, 10_000)

    @in_reactor
    async def test_connections_do_not_starve_calls(self, reactor: Reactor) -> None:
        """Connections that are always busy leave time to tiny delays."""
        client, server = await self.connection(reactor)
        balls = iter([b"ping"] * 10_000)
        server.reply = lambda data: server.transport.write(next(balls))
        client.reply = client.transport.write

        client.transport.write(b"ping")
        await deferLater(reactor, 1e-8)
        await deferLater(reactor, 1e-8)
        server.reply = lambda data: None

        self.assertGreater(len(list(balls)), 0)

    @in_reactor
    async def test_looping_call(self, reactor: Reactor) -> None:
        """A looping call is made at each interval until it is stopped."""
        moments: list[float] = []
        start = reactor.seconds()
        loop = LoopingCall(lambda: moments.append(reactor.seconds() - start))
        loop.clock = reactor

        ended = loop.start(0.005, now=False)
        while len(moments) < 3:
            await deferLater(reactor, 0.001)
        loop.stop()
        await ended

        self.assertGreaterEqual(moments[2], 0.015)

    @in_reactor
    async def test_clock_never_goes_back(self, reactor: Reactor) -> None:
        """The clock shows no moment that is earlier than one it has shown."""
        moments = [reactor.seconds()]

        for _ in range(20):
            await deferLater(reactor, 0.0001)
            moments.append(reactor.seconds())

        self.assertEqual(moments, sorted(moments))

    def test_iterate(self) -> None:
        """A turn that may not wait makes no call that is not due."""
        reactor = self.build_reactor()
        start = reactor.seconds()
        called: list[str] = []
        call = reactor.callLater(60, called.append, "called")

        reactor.iterate(0)
        reactor.iterate()
        passed = reactor.seconds() - start
        call.cancel()

        self.assertEqual(called, [])
        self.assertLess(passed, 30)

    def test_iterate_makes_due_calls(self) -> None:
        """A turn makes the calls that are due, and leaves new ones to the next."""
        reactor = self.build_reactor()
        called: list[str] = []

        def first() -> None:
            called.append("first")
            reactor.callLater(0, called.append, "second")

        reactor.callLater(0, first)
        reactor.iterate(0)
        after_one = list(called)
        reactor.iterate(0)

        self.assertEqual(after_one, ["first"])
        self.assertEqual(called, ["first", "second"])
