"""Tests of how what is pending is written down."""

from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol, Factory
from twisted.trial.unittest import SynchronousTestCase

from harness._errors import Deadlock
from harness._network import Network
from harness._pending import describe, describe_deferred


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
            "  call at 1.0 s: <DelayedCall [1.0s] called=0 cancelled=0 len('a')>\n"
            "  call at 2.0 s: <DelayedCall [2.0s] called=0 cancelled=0 len('b')>",
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

    def test_awaited(self) -> None:
        """What is waited for comes first."""
        error = self.assertRaises(Deadlock, self.network.run_until, Deferred())

        self.assertIn("\n  waiting for a Deferred", str(error))
        self.assertEqual(describe(self.network), "  nothing is pending")


class DescribeDeferredTests(SynchronousTestCase):
    """Where a Deferred was made."""

    def test_unknown(self) -> None:
        """Twisted remembers it only when asked to, and that is said."""
        self.assertEqual(
            describe_deferred(Deferred()),
            "a Deferred (setDebugging(True) shows where it was made)",
        )

    def test_known(self) -> None:
        """When it was, it is shown."""
        self.addCleanup(defer.setDebugging, defer.getDebugging())
        defer.setDebugging(True)

        self.assertRegex(
            describe_deferred(Deferred()), r'test_pending.py", line \d+, in test_known'
        )
