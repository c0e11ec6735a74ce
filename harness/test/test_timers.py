"""Tests of the queue of delayed calls."""

from math import nextafter

from twisted.internet.base import DelayedCall
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness._timers import CallsLater, TimerQueue


class Clock(CallsLater):
    """The smallest owner of a queue, which moves time from call to call."""

    clock_skew = 0.0

    def __init__(self) -> None:
        self.timers = TimerQueue()
        self.timer_owner = self

    def seconds(self) -> float:
        """Return the time."""
        return self.timers.now

    def run(self, until: float) -> None:
        """Make all calls that are due up to ``until``."""
        self.timers.run(until, (), ())


class SchedulingTests(SynchronousTestCase):
    """When calls are made."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.made: list[object] = []

    def call_later(self, delay: float, name: object) -> IDelayedCall:
        return self.clock.callLater(delay, self.made.append, name)

    def test_in_order_of_time(self) -> None:
        """Who is due first is called first."""
        self.call_later(3, "c")
        self.call_later(1, "a")
        self.call_later(2, "b")
        self.clock.run(3)

        self.assertEqual(self.made, ["a", "b", "c"])

    def test_equal_times_in_order_of_scheduling(self) -> None:
        """Of calls due at one instant, who was scheduled first is called first."""
        for name in range(20):
            self.call_later(1, name)
        self.clock.run(1)

        self.assertEqual(self.made, list(range(20)))

    def test_time_is_exact(self) -> None:
        """While a call is made, the time is the very number it was scheduled for."""
        times: list[float] = []
        for delay in (0.1, 0.7, 1 / 3):
            self.clock.callLater(delay, lambda: times.append(self.clock.timers.now))
        self.clock.run(1)

        self.assertEqual(times, [0.1, 1 / 3, 0.7])

    def test_stops_at_the_limit(self) -> None:
        """What is due later is not made, and time does not move on to it."""
        self.call_later(1, "a")
        self.call_later(2, "b")
        self.clock.run(1.5)

        self.assertEqual((self.made, self.clock.timers.now), (["a"], 1))

    def test_work_keeps_time(self) -> None:
        """Time does not move on to the next call while there is other work."""
        self.call_later(1, "a")
        self.clock.timers.run(1, ["a socket"], ())

        self.assertEqual((self.made, self.clock.timers.now), ([], 0))

    def test_no_delay_waits_for_the_next_run(self) -> None:
        """What a call schedules with no delay is not made in the same run."""

        def again() -> None:
            self.made.append("again")
            self.clock.callLater(0, again)

        self.clock.callLater(0, again)
        self.clock.run(10)

        self.assertEqual(self.made, ["again"])

    def test_no_delay_comes_after_what_was_due(self) -> None:
        """A call for now comes after those scheduled before for the same instant."""
        self.call_later(1, "early")
        self.clock.timers.now = 1
        self.call_later(0, "late")
        self.clock.run(1)

        self.assertEqual(self.made, ["early", "late"])

    def test_tiny_delay_is_kept(self) -> None:
        """The smallest delay that Twisted uses is not lost."""
        call = self.call_later(1e-8, "tiny")

        self.assertEqual(call.getTime(), 1e-8)

    def test_delay_lost_in_rounding(self) -> None:
        """A delay that a float cannot add to the time is due at the next float."""
        self.clock.timers.now = 1e9
        call = self.call_later(1e-8, "tiny")

        self.assertEqual(call.getTime(), nextafter(1e9, 2e9))

    def test_long_delay_lost_in_rounding(self) -> None:
        """So is one that is not tiny, if the time is great enough."""
        self.clock.timers.now = 1e300
        call = self.call_later(1, "lost")

        self.assertGreater(call.getTime(), 1e300)

    def test_huge_delay(self) -> None:
        """A delay beyond every clock is a delay like another."""
        self.assertEqual(self.call_later(2**128, "never").getTime(), 2.0**128)

    def test_negative_delay(self) -> None:
        """A delay is not negative."""
        self.assertRaises(AssertionError, self.call_later, -1, "never")

    def test_error(self) -> None:
        """An error in a call is logged, and the next call is made."""
        self.clock.callLater(1, lambda: 1 // 0)
        self.call_later(1, "next")
        self.clock.run(1)

        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(self.made, ["next"])

    def test_keywords(self) -> None:
        """Arguments of both kinds are passed on."""
        given: list[object] = []

        def take(*args: object, **kw: object) -> None:
            given.append((args, kw))

        self.clock.callLater(1, take, 1, two=2)
        self.clock.run(1)

        self.assertEqual(given, [((1,), {"two": 2})])

    def test_nested_run(self) -> None:
        """A call may run the queue itself; no call is made twice."""
        self.clock.callLater(0, self.clock.run, 0)
        self.call_later(0, "a")
        self.call_later(0, "b")
        self.clock.run(0)

        self.assertEqual(self.made, ["a", "b"])


class DelayedCallTests(SynchronousTestCase):
    """One call, between its scheduling and its end."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.made: list[object] = []

    def call_later(self, delay: float, name: object) -> IDelayedCall:
        return self.clock.callLater(delay, self.made.append, name)

    def test_interface(self) -> None:
        """It is what Twisted says it is, and what Twisted's own are."""
        call = self.call_later(1, "a")

        self.assertTrue(verifyObject(IDelayedCall, call))
        self.assertIsInstance(call, DelayedCall)

    def test_cancel(self) -> None:
        """A cancelled call is not made, is not active and lets its function go."""
        call = self.clock.callLater(1, self.made.append, "a")
        call.cancel()
        self.clock.run(2)

        self.assertEqual((self.made, call.active()), ([], False))
        self.assertFalse(hasattr(call, "func"))

    def test_cancel_near(self) -> None:
        """One that is due almost at once is not made either."""
        for delay in (0, 1e-8):
            self.call_later(delay, "a").cancel()
        self.clock.timers.now = 1
        self.clock.run(1)

        self.assertEqual(self.made, [])

    def test_after_cancel(self) -> None:
        """A cancelled call takes no more orders."""
        call = self.call_later(1, "a")
        call.cancel()

        self.assertRaises(AlreadyCancelled, call.cancel)
        self.assertRaises(AlreadyCancelled, call.reset, 1)
        self.assertRaises(AlreadyCancelled, call.delay, 1)

    def test_after_the_call(self) -> None:
        """Nor does one that has been made."""
        call = self.call_later(1, "a")
        self.clock.run(1)

        self.assertFalse(call.active())
        self.assertRaises(AlreadyCalled, call.cancel)
        self.assertRaises(AlreadyCalled, call.reset, 1)
        self.assertRaises(AlreadyCalled, call.delay, 1)

    def test_reset_later(self) -> None:
        """A reset counts from now, and may put a call off."""
        call = self.call_later(1, "a")
        self.call_later(3, "b")
        self.clock.timers.now = 0.5
        call.reset(4)
        self.clock.run(4)

        self.assertEqual((self.made, call.getTime()), (["b"], 4.5))

    def test_reset_sooner(self) -> None:
        """It may bring a call forward, and the old time means nothing then."""
        call = self.call_later(5, "a")
        self.call_later(3, "b")
        call.reset(1)
        self.clock.run(10)

        self.assertEqual(self.made, ["a", "b"])

    def test_reset_to_now(self) -> None:
        """A call brought forward to now is made in the next run."""
        call = self.call_later(5, "a")
        call.reset(0)
        self.clock.run(0)

        self.assertEqual(self.made, ["a"])

    def test_reset_lost_in_rounding(self) -> None:
        """A reset by less than a float can add still means later."""
        self.clock.timers.now = 1e9
        call = self.call_later(5, "a")
        call.reset(1e-8)

        self.assertEqual(call.getTime(), nextafter(1e9, 2e9))

    def test_put_off_and_brought_forward(self) -> None:
        """The last order counts."""
        call = self.call_later(1, "a")
        call.reset(9)
        call.reset(5)
        call.reset(7)
        self.clock.run(6)
        self.assertEqual(self.made, [])
        self.clock.run(7)

        self.assertEqual((self.made, self.clock.timers.now), (["a"], 7))

    def test_put_off_while_due(self) -> None:
        """A call that is due can be put off by another that is."""
        self.clock.callLater(0, lambda: call.delay(1))
        call = self.clock.callLater(0, self.made.append, "a")
        self.clock.run(0)
        self.assertEqual(self.made, [])
        self.clock.run(1)

        self.assertEqual(self.made, ["a"])

    def test_order_of_resets(self) -> None:
        """Of calls due at one instant, who was last put there comes last."""
        call = self.call_later(1, "reset first")
        call.reset(2)
        self.call_later(2, "scheduled later")
        self.clock.run(2)

        self.assertEqual(self.made, ["reset first", "scheduled later"])

    def test_delay(self) -> None:
        """A delay counts from when the call was due, and may be negative."""
        later, sooner = self.call_later(3, "later"), self.call_later(3, "sooner")
        later.delay(1)
        sooner.delay(-1)

        self.assertEqual((later.getTime(), sooner.getTime()), (4, 2))
        self.clock.run(5)
        self.assertEqual(self.made, ["sooner", "later"])

    def test_text(self) -> None:
        """Its text says what is called and when, with no address in it."""
        call = self.clock.callLater(2, len, "a", key="b")

        self.assertEqual(
            repr(call), "<DelayedCall [2.0s] called=0 cancelled=0 len('a', key='b')>"
        )
        self.assertEqual(str(call), repr(call))

    def test_text_of_cancelled(self) -> None:
        """What is cancelled has no function any more."""
        call = self.clock.callLater(2, len)
        call.cancel()

        self.assertEqual(repr(call), "<DelayedCall [2.0s] called=0 cancelled=1>")

    def test_debug(self) -> None:
        """With Twisted's switch on, a call remembers where it was made."""
        self.patch(DelayedCall, "debug", True)
        call = self.clock.callLater(2, lambda: 1 // 0)
        self.assertIn("test_debug", repr(call))
        self.clock.run(2)

        (failure,) = self.flushLoggedErrors(ZeroDivisionError)
        self.assertEqual(
            failure.getErrorMessage(), "integer division or modulo by zero"
        )

    def test_debug_of_cancelled(self) -> None:
        """... and what it would have called, when it is cancelled."""
        self.patch(DelayedCall, "debug", True)
        call = self.clock.callLater(2, len)
        call.cancel()

        self.assertIn("len()", repr(call))

    def test_line(self) -> None:
        """If the queue notes it, a call knows which line has asked for it."""
        before = self.clock.callLater(2, len)
        self.clock.timers.notes_lines = True
        call = self.clock.callLater(2, len)

        self.assertRegex(call.made_at, r"test_timers\.py:\d+$")
        self.assertEqual(before.made_at, "")

    def test_line_of_a_call_that_another_asks_for(self) -> None:
        """It is that of the other, if Twisted alone has been at work since."""
        self.clock.timers.notes_lines = True
        loop = LoopingCall(len, "a")
        loop.clock = self.clock  # type: ignore[assignment]
        loop.start(1)
        lines = []
        for _ in range(2):
            (call,) = self.clock.getDelayedCalls()
            lines.append(call.made_at)
            self.clock.run(call.time)

        self.assertEqual(lines[0], lines[1])

    def test_seconds(self) -> None:
        """It knows the time, as Twisted's own do."""
        self.assertEqual(self.clock.callLater(2, len).seconds(), 0)


class QueueTests(SynchronousTestCase):
    """What is in the queue."""

    def test_delayed_calls(self) -> None:
        """Active calls are listed in the order in which they are due."""
        clock = Clock()
        late, soon, near = (clock.callLater(delay, len) for delay in (5, 0, 1e-8))
        clock.callLater(3, len).cancel()
        moved = clock.callLater(9, len)
        moved.reset(1)

        self.assertEqual(clock.getDelayedCalls(), [soon, near, moved, late])

    def test_of_one_owner(self) -> None:
        """Everybody sees only their own."""
        one, other = Clock(), Clock()
        other.timers = one.timers
        call = one.callLater(1, len)
        other.callLater(1, len)

        self.assertEqual(one.getDelayedCalls(), [call])

    def test_next_time(self) -> None:
        """The next time is that of an active call, as it stands after all resets."""
        clock = Clock()
        clock.callLater(1, len).cancel()
        clock.callLater(2, len).reset(7)
        clock.callLater(5, len)

        self.assertEqual(clock.timers.next_time(), 5)

    def test_next_time_of_none(self) -> None:
        """There is none when there is no call."""
        clock = Clock()
        clock.callLater(1, len).cancel()

        self.assertIsNone(clock.timers.next_time())
        self.assertIsNone(clock.timers.next_near_time())

    def test_cancelled_calls_take_no_room(self) -> None:
        """However many calls are cancelled, the queue stays small."""
        clock = Clock()
        kept = [clock.callLater(delay, len) for delay in (0, 1e-8, 1)]
        for _ in range(10_000):
            clock.callLater(1, len).cancel()

        self.assertLess(len(clock.timers.heap), 200)
        self.assertEqual(clock.getDelayedCalls(), kept)

    def test_resets_take_no_room(self) -> None:
        """Nor does it grow when one call is brought forward again and again."""
        clock = Clock()
        call = clock.callLater(20_000, len)
        for number in range(10_000):
            call.reset(10_000 - number)

        self.assertLess(len(clock.timers.heap), 200)
        self.assertEqual(clock.getDelayedCalls(), [call])
