"""Tests of machines that lose power."""

import gc
from contextlib import ExitStack
from functools import partial
from typing import Any

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
from harness.test.streams import Ends, Numbered, Watching


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

    def test_who_is_told(self) -> None:
        """Who asked for it on the part of the test, and once."""
        told: list[str] = []
        self.one.at_crash.append(lambda: told.append("crashed"))
        self.one.crash()
        self.one.restart()
        self.one.crash()

        self.assertEqual(told, ["crashed"])

    def test_coroutines(self) -> None:
        """None comes to its ``finally``, whatever it waits for."""
        disk: list[str] = []
        reactor = self.two.reactor
        self.network.names.delay("slow.example", 3)

        async def work(awaited: "Deferred[Any]") -> None:
            with ExitStack() as at_end:
                at_end.callback(disk.append, "cleaned up")
                await awaited

        class Waiting(Protocol):
            def connectionMade(self) -> None:
                self.received: Deferred[bytes] = Deferred()
                Deferred.fromCoroutine(work(self.received))

        self.one.reactor.listenTCP(80, Factory.forProtocol(Protocol))
        reactor.connectTCP("192.0.2.1", 80, ClientFactory.forProtocol(Waiting))
        Deferred.fromCoroutine(work(deferLater(reactor, 10)))
        Deferred.fromCoroutine(work(reactor.resolve("slow.example")))
        self.network.advance(1)
        self.two.crash()
        self.two.restart()
        self.network.advance(10)
        gc.collect()

        self.assertEqual(disk, [])

    def test_coroutine_that_waits_for_a_thread(self) -> None:
        """Nor does one whose result is there, and has not been delivered."""
        disk: list[str] = []

        async def work(reactor: VirtualReactor) -> None:
            called: Deferred[None] = Deferred()
            reactor.callFromThread(called.callback, None)
            with ExitStack() as at_end:
                at_end.callback(disk.append, "cleaned up")
                await called

        Deferred.fromCoroutine(work(self.two.reactor))
        self.two.crash()
        self.two.restart()
        self.network.advance(10)
        gc.collect()

        self.assertEqual(disk, [])

    def test_is_named(self) -> None:
        """Among what is pending, as long as it is down."""
        self.network.advance(1.5)
        self.two.crash()
        error = self.assertRaises(Deadlock, self.two.reactor.run_until, Deferred())
        self.assertIn("\n  two is down, since 1.5 s", str(error))
        self.two.restart()
        error = self.assertRaises(Deadlock, self.two.reactor.run_until, Deferred())

        self.assertNotIn("is down", str(error))

    def test_listening(self) -> None:
        """Who listens on it is told."""
        self.two.crash()
        reactor = self.two.reactor
        factory = Factory()
        for listen in (
            partial(reactor.listenTCP, 99, factory),
            partial(reactor.listenUDP, 99, DatagramProtocol()),
            partial(reactor.listenUNIX, "/path", factory),
            partial(reactor.listenUNIXDatagram, "/path", DatagramProtocol()),
        ):
            failure = self.assertRaises(error.CannotListenError, listen)
            self.assertIn("two is down", str(failure))

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
        """What it has sent before arrives; what is on the way to it finds nobody."""
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


class UnderWayTests(CrashTestCase):
    """What is on the wire when a machine crashes, and arrives when it is back."""

    def setUp(self) -> None:
        super().setUp()
        self.network.shape(latency=1)

    def restart_soon(self) -> None:
        """Let the machine crash and be back before anything arrives."""
        self.network.advance(0.25)
        self.two.crash()
        self.network.advance(0.25)
        self.two.restart()

    def numbers_heard(self) -> Numbered:
        """Let the machine hear datagrams, and return what notes them."""
        heard = Numbered(self.network.seconds)
        self.two.reactor.listenUDP(53, heard)
        return heard

    def send_number(self, address: str = "192.0.2.2") -> None:
        """Send it a datagram."""
        sender = Numbered(self.network.seconds)
        self.one.reactor.listenUDP(0, sender)
        sender.transport.write(b"7", (address, 53))

    def test_datagram(self) -> None:
        """A datagram is for whoever is there when it arrives."""
        before = self.numbers_heard()
        self.send_number()
        self.restart_soon()
        after = self.numbers_heard()
        self.network.advance(5)

        self.assertEqual((before.arrivals, after.arrivals), ([], [(1.0, 7)]))

    def test_datagram_too_early(self) -> None:
        """What arrives before the machine is back is lost."""
        self.send_number()
        self.two.crash()
        self.network.advance(1)
        self.two.restart()
        after = self.numbers_heard()
        self.network.advance(5)

        self.assertEqual(after.arrivals, [])

    def test_datagram_for_a_group(self) -> None:
        """A machine that is back is a member of no group."""
        heard = Numbered(self.network.seconds)
        port: Any = self.two.reactor.listenMulticast(53, heard)
        self.network.run_until(port.joinGroup("224.0.0.9"))
        self.send_number("224.0.0.9")
        self.network.advance(2)
        self.send_number("224.0.0.9")
        self.restart_soon()
        after = self.numbers_heard()
        self.network.advance(5)

        self.assertEqual((heard.arrivals, after.arrivals), ([(1.0, 7)], []))

    def test_connecting(self) -> None:
        """So is an attempt to connect."""
        self.one.reactor.connectTCP(
            "192.0.2.2", 80, ClientFactory.forProtocol(Protocol)
        )
        self.restart_soon()
        server = Watching(self.network.seconds)
        self.two.reactor.listenTCP(80, Factory.forProtocol(lambda: server))
        self.network.advance(5)

        self.assertIsNotNone(server.transport)

    def test_bytes(self) -> None:
        """Bytes of a connection that nobody knows any more are answered by a reset."""
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"are you there?")
        self.restart_soon()
        self.network.advance(5)

        self.assertEqual(ends.server.data, b"")
        self.assertEqual(ends.client.lost, (ends.began + 2, "ConnectionLost"))

    def test_bytes_too_early(self) -> None:
        """Those that arrive before the machine is back are sent again."""
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"are you there?")
        self.network.flush()
        self.two.crash()
        self.network.advance(1.5)
        self.two.restart()
        self.network.advance(10)

        # The first arrives in vain, the second 2.2 seconds later than that was sent.
        assert ends.client.lost is not None
        self.assertAlmostEqual(ends.client.lost[0] - ends.began, 1 + 2.2 + 2)

    def test_news_of_room(self) -> None:
        """So is the news that what was sent has been read."""
        ends = Ends(self.two, self.one)
        ends.client.transport.write(bytes(4_000_000))
        self.network.advance(1)
        self.network.flush()
        self.assertEqual(len(ends.server.data), 4_000_000)
        self.restart_soon()
        self.network.advance(5)

        self.assertEqual((ends.server.lost or (0, ""))[1], "ConnectionLost")


class HalfOpenTests(CrashTestCase):
    """A machine that crashes while a client is about to be connected to it."""

    def setUp(self) -> None:
        super().setUp()
        self.network.shape(latency=1)
        self.client = Watching(self.network.seconds)
        self.listen()
        self.one.reactor.connectTCP(
            "192.0.2.2", 80, ClientFactory.forProtocol(lambda: self.client)
        )

    def listen(self) -> Watching:
        """Start the server, and return its protocol."""
        server = Watching(self.network.seconds)
        self.two.reactor.listenTCP(80, Factory.forProtocol(lambda: server))
        return server

    def restart(self) -> None:
        """Let the machine crash and be back at once."""
        self.two.crash()
        self.two.restart()

    def test_last_word(self) -> None:
        """A handshake that ends after the restart is for nobody: that is said."""
        self.network.advance(2.5)
        self.assertIsNotNone(self.client.transport)  # its last word is under way
        self.restart()
        self.network.advance(60)

        self.assertEqual(self.two.sockets, [])
        self.assertEqual(self.client.lost, (4.0, "ConnectionLost"))

    def test_asks_again(self) -> None:
        """A client that has heard nothing, and asks again, has the new server."""
        self.network.advance(1)
        self.network.link(self.two, self.one).down()  # the answer is lost
        self.network.flush()
        self.restart()
        self.network.link(self.two, self.one).up()
        server = self.listen()
        self.network.advance(10)
        self.client.transport.write(b"hello")
        self.network.advance(10)

        self.assertEqual(server.data, b"hello")


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

    def test_address_that_was_chosen(self) -> None:
        """What comes for a socket that was bound is refused like any other."""
        server, client = Watching(self.network.seconds), Watching(self.network.seconds)
        self.one.reactor.listenTCP(80, Factory.forProtocol(lambda: server))
        factory = ClientFactory.forProtocol(lambda: client)
        bound = ("192.0.2.2", 5000)
        self.two.reactor.connectTCP("192.0.2.1", 80, factory, bindAddress=bound)
        self.network.flush()
        self.restarted()
        server.transport.write(b"still there?")
        self.network.flush()

        self.assertEqual(server.lost, (0.0, "ConnectionLost"))

    def test_trace(self) -> None:
        """Both are events of the machine."""
        trace = self.network.start_trace()
        self.restarted()

        self.assertEqual(
            str(trace),
            "0.000000000 two crash two\n0.000000000 two restart two\n",
        )
