"""Tests of how what is pending is written down."""

import linecache
import re
from queue import Queue

from twisted.internet import defer
from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.protocol import ClientFactory, DatagramProtocol, Factory
from twisted.trial.unittest import SynchronousTestCase

from harness._errors import Deadlock
from harness._network import Network
from harness._pending import DescribedDeferred, describe, describe_awaited, unfired


class DescribeTests(SynchronousTestCase):
    """The list of what is pending."""

    def setUp(self) -> None:
        self.network = Network()
        self.reactor = self.network.host("www", "192.0.2.1").reactor

    def test_nothing(self) -> None:
        """If nothing is pending, that is said."""
        self.assertEqual(describe(self.network), "  nothing is pending")

    def test_calls(self) -> None:
        """Calls are listed with their time, in order."""
        self.reactor.callLater(2, len, "b")
        self.reactor.callLater(1, len, "a")

        self.assertEqual(
            describe(self.network),
            "  www: call at 1.0 s: len('a')\n  www: call at 2.0 s: len('b')",
        )

    def test_where_calls_were_made(self) -> None:
        """Their line is listed too, if Twisted was asked to remember it."""
        self.patch(DelayedCall, "debug", True)
        self.reactor.callLater(1, len, "a")

        self.assertRegex(
            describe(self.network),
            r"^  www: call at 1.0 s: len\('a'\), made at .*test_pending.py:\d+$",
        )

    def test_where_calls_were_made_at_less_cost(self) -> None:
        """The harness's own test cases have it noted."""
        self.network.scheduler.timers.notes_lines = True
        self.reactor.callLater(1, len, "a")

        self.assertRegex(
            describe(self.network),
            r"^  www: call at 1.0 s: len\('a'\), made at .*test_pending.py:\d+$",
        )

    def test_calls_of_the_kernel(self) -> None:
        """One who connects to a machine that is not there asks again after a second."""
        self.reactor.connectTCP("192.0.2.9", 80, ClientFactory())
        self.network.flush()

        self.assertIn("  kernel: call at 1.0 s: TCPSocket.", describe(self.network))

    def test_look_ups(self) -> None:
        """A look-up that is never answered is listed with its machine and its line."""
        self.network.names.stall("silent.example")
        self.reactor.resolve("silent.example")

        self.assertRegex(
            describe(self.network),
            r"^  www: look-up of 'silent.example', which is never answered, "
            r"made at .*test_pending.py:\d+$",
        )

    def test_late_answers(self) -> None:
        """A look-up that takes its time is a call of the kernel."""
        self.network.names.delay("slow.example", 3)
        self.reactor.resolve("slow.example")

        self.assertEqual(
            describe(self.network),
            "  kernel: call at 3.0 s: LookUp.answer('slow.example')",
        )

    def test_sockets(self) -> None:
        """Sockets are listed with their machine, their ends and their line."""
        self.reactor.listenTCP(80, Factory())
        self.reactor.listenUDP(53, DatagramProtocol())
        lines = describe(self.network).splitlines()

        self.assertRegex(
            lines[0], r"^  www: listening 0.0.0.0:80, made at .*test_pending.py:\d+$"
        )
        self.assertRegex(
            lines[1], r"^  www: UDP 0.0.0.0:53, made at .*test_pending.py:\d+$"
        )

    def test_threads(self) -> None:
        """Those at work are listed with their line, those without are not."""
        pool = self.reactor.getThreadPool()
        pool.start()
        self.addCleanup(pool.stop)
        queue: Queue[None] = Queue()
        pool.callInThread(len, "done")
        pool.callInThread(wait_for, queue)
        self.network.flush()

        self.assertRegex(
            describe(self.network), r"^  thread .*-1, at .*test_pending.py:\d+$"
        )
        queue.put(None)

    def test_awaited(self) -> None:
        """What is waited for comes first, with the line that waits."""
        self.reactor.listenTCP(80, Factory())
        error = self.assertRaises(Deadlock, self.network.run_until, Deferred())

        self.assertRegex(
            str(error).splitlines()[1],
            r"^  waiting, since .*\.py:\d+, for a Deferred ",
        )
        self.assertNotIn("waiting", describe(self.network))


class DescribeAwaitedTests(SynchronousTestCase):
    """What somebody waits for."""

    def test_deferred(self) -> None:
        """Twisted remembers where it was made only if asked to, and that is said."""
        self.assertEqual(
            describe_awaited(Deferred()),
            "a Deferred (defer.setDebugging(True) shows where it was made)",
        )

    def test_deferred_of_a_known_line(self) -> None:
        """When it was asked to, the line is shown."""
        self.addCleanup(defer.setDebugging, defer.getDebugging())
        defer.setDebugging(True)

        self.assertRegex(
            describe_awaited(Deferred()), r"^a Deferred made at .*test_pending.py:\d+$"
        )

    def test_deferred_that_can_tell(self) -> None:
        """Of a Deferred that knows what holds it up, that is told."""
        waits_for_it: Deferred[None] = Deferred()
        waits_for_it.addCallback(lambda result: DescribedDeferred(lambda: "the post"))
        waits_for_it.callback(None)

        self.assertEqual(describe_awaited(waits_for_it), "the post")

    def test_coroutine(self) -> None:
        """It has a name, and stands at a line: that of the innermost that it awaits."""
        coroutine = outer(Deferred())
        ensureDeferred(coroutine)

        self.assertRegex(
            describe_awaited(coroutine), rf"^outer\(\), at {re.escape(__file__)}:\d+$"
        )
        line = int(describe_awaited(coroutine).rpartition(":")[2])
        self.assertEqual(linecache.getline(__file__, line), "    await awaited\n")


class UnfiredTests(SynchronousTestCase):
    """Which Deferred holds up a chain."""

    def test_one_that_has_no_result(self) -> None:
        """It is that one itself."""
        deferred: Deferred[None] = Deferred()

        self.assertIs(unfired(deferred), deferred)

    def test_one_whose_callback_waits(self) -> None:
        """It is the one that the callback has returned, however deep."""
        innermost: Deferred[None] = Deferred()
        middle = defer.succeed(None).addCallback(lambda _: innermost)

        self.assertIs(
            unfired(defer.succeed(None).addCallback(lambda _: middle)), innermost
        )


async def outer(awaited: "Deferred[None]") -> None:
    """Wait by means of another."""
    await inner(awaited)


async def inner(awaited: "Deferred[None]") -> None:
    """Wait."""
    await awaited


def wait_for(queue: "Queue[None]") -> None:
    """Wait in a thread."""
    queue.get()
