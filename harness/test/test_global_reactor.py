"""Tests of what the reactor of a process does beside what every virtual one does."""

from inspect import signature
from typing import Any

from twisted import internet
from twisted.internet import defer
from twisted.internet.defer import Deferred, succeed
from twisted.python.reflect import namedModule
from twisted.trial.unittest import SynchronousTestCase, TestCase

from harness import Deadlock
from harness._global_reactor import GlobalReactor


class ReplacedClockTests(SynchronousTestCase):
    """What a test meets that puts a clock of its own in the place of the reactor's."""

    def test_delayed_calls_are_reckoned_by_it(self) -> None:
        """As on Twisted's reactors, which ask an attribute for the time."""
        reactor = GlobalReactor()
        self.patch(reactor, "seconds", lambda: 100.0)
        call = reactor.callLater(5, reactor.stop)

        self.assertEqual((call.getTime(), call.seconds()), (105.0, 100.0))

    def test_the_reactor_goes_by_its_own(self) -> None:
        """It makes the call when its own time has come, as Twisted's do."""
        reactor = GlobalReactor()
        made: list[float] = []
        clock = self.patch(reactor, "seconds", lambda: 100.0)
        reactor.callLater(5, lambda: made.append(reactor.seconds()))
        clock.restore()
        reactor.advance(104)

        self.assertEqual(made, [])
        reactor.advance(2)
        self.assertEqual(made, [105.0])


class WaitingTest(TestCase):
    """A test of somebody's, which waits."""

    timeout = 7
    awaited: "Deferred[Any]"

    def runTest(self) -> "Deferred[Any]":
        """Wait for what the test of this test has made."""
        return self.awaited


def begin_test(reactor: GlobalReactor, awaited: "Deferred[Any]") -> None:
    """Let trial begin a test on a reactor that waits for something."""
    test: Any = WaitingTest()
    test.awaited = awaited
    test._twistedPrivateScheduler = reactor  # in old versions the one of the process
    has_function = "func" in signature(test._run).parameters  # since Twisted 22
    test._run(*[test.runTest] * has_function, "runTest", None)


class TimeoutTests(SynchronousTestCase):
    """What ends a test that waits for too long."""

    def setUp(self) -> None:
        self.reactor = GlobalReactor()
        namedModule("twisted.internet.reactor")  # there is one to be replaced
        self.patch(internet, "reactor", self.reactor)

    def test_comes_after_the_time_that_trial_says(self) -> None:
        """A test's own timeout, of virtual seconds."""
        begin_test(self.reactor, Deferred())

        self.assertEqual([c.getTime() for c in self.reactor.getDelayedCalls()], [7.0])

    def test_a_test_that_hangs_fails_with_deadlock(self) -> None:
        """Nothing but its timeout was left to come; what is there is told."""
        awaited: Deferred[Any] = Deferred()
        begin_test(self.reactor, awaited)
        self.reactor.advance(7)

        error = self.failureResultOf(awaited, Deadlock).value
        self.assertEqual(
            str(error),
            "the test waits for what can never happen\n"
            "  waiting for a Deferred (defer.setDebugging(True) shows where it was"
            " made)\n"
            "  nothing is pending",
        )

    def test_a_test_that_is_late_fails_with_the_error_of_trial(self) -> None:
        """In trial's words; and it is told what is still to come."""
        awaited: Deferred[Any] = Deferred()
        begin_test(self.reactor, awaited)
        self.reactor.callLater(8, len, "late")
        self.reactor.advance(7)

        error = self.failureResultOf(awaited, defer.TimeoutError).value
        first, *_, last = str(error).splitlines()
        self.assertTrue(first.endswith("(runTest) still running at 7.0 secs"), first)
        self.assertEqual(last, "  localhost: call at 8.0 s: len('late')")

    def test_timeouts_of_others_are_no_work(self) -> None:
        """Two tests that wait for nothing, one begun within the other, both hang."""
        first: Deferred[Any] = Deferred()
        second: Deferred[Any] = Deferred()
        begin_test(self.reactor, first)
        self.reactor.advance(1)
        begin_test(self.reactor, second)
        self.reactor.advance(7)

        self.failureResultOf(first, Deadlock)
        self.failureResultOf(second, Deadlock)

    def test_work_at_the_last_instant_is_no_deadlock(self) -> None:
        """What goes on at the moment of the timeout may still come to something."""
        awaited: Deferred[Any] = Deferred()
        self.reactor.callLater(7, self.reactor.callFromThread, len, "work")
        begin_test(self.reactor, awaited)
        self.reactor.advance(7)

        self.failureResultOf(awaited, defer.TimeoutError)

    def test_a_chain_fails_where_it_is_held_up(self) -> None:
        """The error comes to the test through the Deferred that a callback returned."""
        inner: Deferred[Any] = Deferred()
        chain = succeed(None).addCallback(lambda _: inner)
        begin_test(self.reactor, chain)
        self.reactor.advance(7)

        self.failureResultOf(chain, Deadlock)

    def test_one_that_is_paused_is_left_to_trial(self) -> None:
        """It stops the reactor and notes the error itself."""
        paused = succeed(None)
        paused.pause()
        ended: list[Deferred[Any]] = []
        self.reactor._end_test(ended.append, paused)

        self.assertEqual(ended, [paused])

    def test_other_calls_are_made_as_ever(self) -> None:
        """Whatever they are called."""
        made: list[str] = []

        def onTimeout(word: str) -> None:
            made.append(word)

        self.reactor.callLater(7, onTimeout, "word")
        self.reactor.advance(7)

        self.assertEqual(made, ["word"])
