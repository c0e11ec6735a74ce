"""Tests of machines that lose power."""

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import (
    ClientFactory,
    DatagramProtocol,
    Factory,
    Protocol,
)
from twisted.internet.task import LoopingCall, deferLater
from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, Host, Network, VirtualReactor
from harness.test.streams import Ends


class CrashTestCase(SynchronousTestCase):
    """Two machines."""

    def setUp(self) -> None:
        self.network = Network()
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2", disk={"kept": "so far"})


class SilenceTests(CrashTestCase):
    """What a machine that has crashed does: nothing."""

    def test_no_call_is_made(self) -> None:
        """What was to happen on it never does."""
        made: list[str] = []
        self.two.reactor.callLater(1, made.append, "later")
        self.two.reactor.callFromThread(made.append, "from a thread")
        self.two.crash()
        self.network.advance(2)

        self.assertEqual(made, [])
        self.assertFalse(self.two.is_up)

    def test_what_still_runs_comes_to_nothing(self) -> None:
        """Code at work at that moment asks for calls and connections in vain."""
        made: list[str] = []

        def work() -> None:
            reactor = self.two.reactor
            self.two.crash()
            reactor.callLater(1, made.append, "later")
            reactor.callFromThread(made.append, "from a thread")
            reactor.connectTCP("192.0.2.1", 80, ClientFactory.forProtocol(Protocol))
            made.append(f"at {reactor.seconds()}")

        ends = Ends(self.two, self.one)
        self.network.advance(5 - self.network.seconds())
        self.two.reactor.callLater(0, work)
        self.network.advance(1000)

        self.assertEqual(made, ["at 5.0"])
        self.assertIsNone(ends.server.lost)

    def test_protocols_hear_nothing(self) -> None:
        """No connection on it ends; nor does any at the other end, for now."""
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"arrived")
        self.network.flush()
        ends.server.transport.write(b"never flushed")
        self.two.crash()
        self.network.advance(1000)

        self.assertEqual(ends.server.data, b"arrived")
        self.assertEqual(ends.client.data, b"")
        self.assertEqual((ends.server.lost, ends.client.lost), (None, None))

    def test_clock_that_is_wrong(self) -> None:
        """What still runs sees the clock stop, not jump."""
        self.two.clock_skew = 60.0
        reactor = self.two.reactor
        self.network.advance(5)
        self.two.crash()
        self.network.advance(5)

        self.assertEqual(reactor.seconds(), 65.0)

    def test_looping_call(self) -> None:
        """A loop on it ends without a word."""
        times: list[float] = []
        loop = LoopingCall(lambda: times.append(self.network.seconds()))
        loop.clock = self.two.reactor
        loop.start(1)
        self.network.advance(2)
        self.two.crash()
        self.network.advance(5)

        self.assertEqual(times, [0.0, 1.0, 2.0])

    def test_nothing_is_left(self) -> None:
        """Nothing of it is pending."""
        Ends(self.one, self.two)
        deferLater(self.two.reactor, 10)
        self.two.crash()

        self.assertEqual(self.two.reactor.getDelayedCalls(), [])
        self.assertEqual(self.two.reactor.removeAll(), [])
        self.assertEqual(self.two.sockets, [])
        self.assertRaises(Deadlock, self.network.run_until, Deferred())

    def test_running(self) -> None:
        """A reactor that runs ends there."""
        self.two.reactor.callLater(1, self.two.crash)
        self.two.reactor.run()

        self.assertEqual(self.network.seconds(), 1.0)

    def test_threads(self) -> None:
        """What threads have come to is for nobody."""
        results: list[object] = []
        reactor = self.two.reactor
        reactor.getThreadPool().callInThreadWithCallback(
            lambda *result: reactor.callFromThread(results.append, result), int
        )
        self.two.crash()
        self.network.advance(1)

        self.assertEqual(results, [])

    def test_twice(self) -> None:
        """What is down cannot crash, and what is up cannot be started."""
        error = self.assertRaises(ValueError, self.two.restart)
        self.assertEqual(str(error), "two is up")
        self.two.crash()
        error = self.assertRaises(ValueError, self.two.crash)
        self.assertEqual(str(error), "two is down")


class OthersTests(CrashTestCase):
    """What the others find."""

    def test_no_connection(self) -> None:
        """Nobody answers who wants to connect; nor refuses."""
        self.two.crash()
        endpoint = TCP4ClientEndpoint(self.one.reactor, "192.0.2.2", 80, timeout=10)
        connecting = endpoint.connect(Factory.forProtocol(Protocol))
        self.network.advance(9.9)
        self.assertNoResult(connecting)
        self.network.advance(0.2)

        self.failureResultOf(connecting, error.TimeoutError)

    def test_time_out(self) -> None:
        """Who writes to it waits for an answer until it gives up."""
        ends = Ends(self.one, self.two)
        self.two.crash()
        ends.client.transport.write(b"anybody there?")
        self.network.advance(924)
        before = ends.client.lost
        self.network.advance(1)

        self.assertIsNone(before)
        self.assertEqual((ends.client.lost or (0, ""))[1], "ConnectionLost")

    def test_restart(self) -> None:
        """Who writes when it is back is told that there is no connection."""
        ends = Ends(self.one, self.two)
        self.two.crash()
        self.two.restart()
        self.network.advance(1000)
        quiet = ends.client.lost
        ends.client.transport.write(b"still there?")
        self.network.advance(1)

        self.assertIsNone(quiet)
        self.assertEqual((ends.client.lost or (0, ""))[1], "ConnectionLost")

    def test_restart_while_somebody_waits(self) -> None:
        """Who has written meanwhile is told with its next attempt."""
        ends = Ends(self.one, self.two)
        self.two.crash()
        ends.client.transport.write(b"still there?")
        self.network.advance(2)
        self.two.restart()
        self.network.advance(1.2)

        assert ends.client.lost is not None
        self.assertAlmostEqual(ends.client.lost[0] - ends.began, 3.0)

    def test_end_of_a_connection(self) -> None:
        """So is who closes."""
        ends = Ends(self.one, self.two)
        self.two.crash()
        self.two.restart()
        ends.client.transport.loseWriteConnection()
        self.network.advance(1)

        self.assertEqual((ends.client.lost or (0, ""))[1], "ConnectionLost")

    def test_others_go_on(self) -> None:
        """Those who have nothing to do with it do not notice."""
        three = self.network.host("three", "192.0.2.3")
        self.network.shape(latency=1)
        ends = Ends(self.one, three)
        ends.client.transport.write(b"hello")
        self.network.advance(0.5)
        self.two.crash()
        self.network.advance(1)

        self.assertEqual(ends.server.data, b"hello")

    def test_under_way(self) -> None:
        """What it has sent before arrives; what is on the way to it does not."""
        self.network.shape(latency=1)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"lost")
        ends.server.transport.write(b"sent before")
        self.network.advance(0.5)
        self.two.crash()
        self.network.advance(5)

        self.assertEqual(ends.server.data, b"")
        self.assertEqual(ends.client.data, b"sent before")

    def test_while_it_listens(self) -> None:
        """Who was about to be connected never is."""
        self.network.shape(latency=1)
        accepted: list[object] = []
        factory = Factory.forProtocol(Protocol)
        factory.buildProtocol = accepted.append  # type: ignore
        self.two.reactor.listenTCP(80, factory)
        self.one.reactor.connectTCP(
            "192.0.2.2", 80, ClientFactory.forProtocol(Protocol)
        )
        self.network.advance(1.5)
        self.two.crash()
        self.network.advance(200)

        self.assertEqual(accepted, [])


class HalfOpenTests(CrashTestCase):
    """A machine that crashes while a client is about to be connected to it."""

    def test_late_handshake(self) -> None:
        """What the client sends again finds, after the restart, nobody to admit it."""
        self.network.shape(latency=1)
        self.two.reactor.listenTCP(80, Factory.forProtocol(Protocol))
        endpoint = TCP4ClientEndpoint(self.one.reactor, "192.0.2.2", 80)
        connecting = endpoint.connect(Factory.forProtocol(Protocol))
        self.network.advance(2.5)
        self.successResultOf(connecting)  # the client's last word is under way
        self.two.crash()
        self.two.restart()
        self.network.advance(60)

        self.assertEqual(self.two.sockets, [])


class RestartTests(CrashTestCase):
    """A machine that is started again."""

    def restarted(self) -> Host:
        self.two.crash()
        self.two.restart()
        return self.two

    def test_fresh(self) -> None:
        """It has another reactor and all of its ports; the disk is the same."""
        before = self.two.reactor
        Ends(self.one, self.two)
        self.two.reactor.listenUDP(53, DatagramProtocol())
        host = self.restarted()
        host.disk["kept"] += ", and on"

        self.assertIsNot(host.reactor, before)
        self.assertTrue(host.is_up)
        self.assertEqual(host.disk, {"kept": "so far, and on"})
        host.reactor.listenUDP(53, DatagramProtocol())
        self.assertEqual(Ends(self.one, host).client.lost, None)

    def test_lone_reactor(self) -> None:
        """So has that of a reactor that was made alone."""
        reactor = VirtualReactor()
        host = reactor.host
        host.crash()
        host.restart()

        self.assertIsInstance(host.reactor, VirtualReactor)
        self.assertIsNot(host.reactor, reactor)
        self.assertIs(host.reactor.host, host)

    def test_firewall(self) -> None:
        """What does not get through to it did not before, either."""
        self.two.filtered.add(80)

        self.assertEqual(self.restarted().filtered, {80})

    def test_trace(self) -> None:
        """Both are events of the machine."""
        trace = self.network.start_trace()
        self.restarted()

        self.assertEqual(
            str(trace),
            "0.000000000 two crash two\n0.000000000 two restart two\n",
        )
