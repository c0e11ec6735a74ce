"""Tests of finding what is left on a network."""

from queue import Queue
from threading import Condition

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import ClientFactory, DatagramProtocol, Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol, VirtualReactor, run_program
from harness._leftovers import (
    Leftover,
    left_on,
    lines_noted,
    release_threads,
    stop_idle_pools,
)

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

    def test_line_that_is_not_known(self) -> None:
        """Then none is told."""
        left = Leftover("unhandled error", "ValueError()", "")

        self.assertEqual(str(left), "[unhandled error] ValueError()")

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

    def test_look_ups(self) -> None:
        """Whether an answer is to come, or none."""
        self.network.names.stall("silent.example")
        self.network.names.delay("slow.example", 3)
        HostnameEndpoint(self.ada, "silent.example", 80).connect(Factory())
        self.www.resolve("slow.example")

        self.assert_left(
            r"\[look-up\] ada: look-up of 'silent\.example', which is never answered",
            r"\[look-up\] www: look-up of 'slow\.example', due at 3\.0 s",
        )

    def test_look_ups_that_are_over(self) -> None:
        """Those that have been answered, and those that nobody waits for any more."""
        self.network.names.stall("silent.example")
        self.network.names.delay("slow.example", 3)
        attempt = HostnameEndpoint(self.ada, "silent.example", 80).connect(Factory())
        found = self.www.resolve("silent.example").addTimeout(2, self.www)
        slow = self.www.resolve("slow.example")
        self.network.advance(3)
        self.network.flush()
        attempt.cancel()

        self.failureResultOf(attempt)
        self.failureResultOf(found)
        self.failureResultOf(slow)
        self.assert_left()
        self.assertNotIn("look-up", self.network.describe_pending())

    def test_look_ups_of_connections(self) -> None:
        """An attempt to connect is one thing, until it has been given up."""
        self.network.names.stall("silent.example")
        self.ada.connectTCP("silent.example", 80, ClientFactory(), timeout=30)
        self.network.flush()

        kinds = [each.kind for each in left_on(self.network)]
        self.assertEqual(kinds, ["connection", "delayed call"])
        self.assertIn("look-up of", self.network.describe_pending())
        self.network.advance(31)
        self.assert_left()
        self.assertNotIn("look-up", self.network.describe_pending())

    def test_look_ups_of_the_dead(self) -> None:
        """What machines that have crashed, and programs that have ended, wait for."""

        async def main(reactor: VirtualReactor) -> None:
            reactor.resolve("silent.example")
            await Deferred()

        self.network.names.stall("silent.example")
        self.ada.resolve("silent.example")
        self.ada.host.crash()
        with run_program(main, host=self.www.host):
            self.network.flush()
            self.assertEqual(len(list(left_on(self.network))), 1)

        self.assert_left()

    def test_look_ups_for_others(self) -> None:
        """Who it is that waits is not always known."""

        class Receiver:
            def resolutionBegan(self, resolution: object) -> None:
                pass

            resolutionComplete = lambda self: later[0]  # noqa: E731 - a closure

        self.network.names.stall("silent.example")
        self.ada.nameResolver.resolveHostName(Receiver(), "silent.example")  # type: ignore[arg-type]
        later: list[object] = [self]

        self.assert_left(r"\[look-up\] ada: look-up of 'silent\.example', .*")

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
