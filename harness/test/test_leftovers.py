"""Tests of finding what is left on a network."""

from queue import Queue
from threading import Condition

from twisted.internet.protocol import ClientFactory, DatagramProtocol, Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol
from harness._leftovers import left_on, lines_noted, release_threads, stop_idle_pools

SITE = r", made at .*test_leftovers\.py:\d+$"


class LeftOnTests(SynchronousTestCase):
    """A network with two machines."""

    def setUp(self) -> None:
        self.network = Network()
        self.www = self.network.host("www", "192.0.2.1").reactor
        self.ada = self.network.host("ada", "192.0.2.2").reactor

    def assert_left(self, *patterns: str) -> None:
        """Check what is left, each with a line of this file."""
        left = [str(each) for each in left_on(self.network)]
        self.assertEqual(len(left), len(patterns), left)
        for each, pattern in zip(left, patterns, strict=True):
            self.assertRegex(each, f"^{pattern}{SITE}")

    def test_nothing(self) -> None:
        """Of a network that nobody has used."""
        self.assert_left()

    def test_ports(self) -> None:
        """Of either kind, on any machine."""
        self.www.listenTCP(80, Factory())
        self.ada.listenUDP(53, DatagramProtocol())

        self.assert_left(
            r"\[port\] www: listening 0\.0\.0\.0:80", r"\[port\] ada: UDP 0\.0\.0\.0:53"
        )

    def test_connections(self) -> None:
        """Each end of one."""
        port = self.www.listenTCP(80, Factory.forProtocol(RecordingProtocol))
        self.ada.connectTCP(
            "192.0.2.1", 80, ClientFactory.forProtocol(RecordingProtocol)
        )
        self.network.flush()
        port.stopListening()
        self.network.flush()

        self.assert_left(
            r"\[connection\] www: connection 192\.0\.2\.1:80 -> .*",
            r"\[connection\] ada: connection 192\.0\.2\.2:\d+ -> .*",
        )

    def test_calls(self) -> None:
        """With the instant at which they are due."""
        with lines_noted(self.network):
            self.ada.callLater(5, len, "a")

        self.assert_left(r"\[delayed call\] ada: call at 5\.0 s: len\('a'\)")

    def test_calls_of_the_kernel(self) -> None:
        """They are no program's: that to ask a machine again that does not answer."""
        connector = self.ada.connectTCP("192.0.2.9", 80, ClientFactory(), timeout=None)  # type: ignore[arg-type]
        self.network.flush()
        self.assertEqual(len(self.network.scheduler.timers.active_calls()), 1)

        self.assert_left(r"\[connection\] ada: connecting .*")
        connector.stopConnecting()

    def test_threads(self) -> None:
        """One that waits for what does not come, though its pool is asked to stop."""
        items: Queue[str] = Queue()
        self.ada.getThreadPool().callInThread(items.get)
        self.network.flush()
        stop_idle_pools(self.network)
        self.assert_left(r"\[thread\] PoolThread-twisted\.internet\.reactor-0")

        items.put("item")
        self.network.flush()
        stop_idle_pools(self.network)
        self.assert_left()

    def test_threads_are_let_go(self) -> None:
        """So that whoever waits next waits for none of them."""
        items: Queue[str] = Queue()
        before = Condition.wait
        self.ada.getThreadPool().callInThread(items.get)
        self.network.flush()
        self.assertIsNot(Condition.wait, before)
        release_threads(self.network)
        self.assertIs(Condition.wait, before)

        self.network.scheduler.threads.watch_waits()
        items.put("item")
        self.network.flush()
        release_threads(self.network)
        self.assert_left()


class LinesNotedTests(SynchronousTestCase):
    """Where delayed calls were asked for."""

    def test_only_meanwhile(self) -> None:
        """It costs time."""
        network = Network()
        reactor = network.host("www").reactor
        with lines_noted(network):
            during = reactor.callLater(1, len, "a")
        after = reactor.callLater(1, len, "a")

        self.assertRegex(during.made_at, r"test_leftovers\.py:\d+$")
        self.assertEqual(after.made_at, "")
