"""Tests for what happens to bytes on their way."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from twisted.internet.protocol import Factory
from twisted.protocols.wire import Echo
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Host, Network
from harness.test.clients import RecordingClientFactory
from harness.test.streams import Ends

#: When the connection is there: see `Ends`.
BEGAN = 0.25


class TamperingTestCase(SynchronousTestCase):
    """Two machines, and a connection between them."""

    def setUp(self) -> None:
        self.network = Network(seed=1)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")
        self.ends = self.connect()

    def connect(self) -> Ends:
        """Connect the two."""
        return Ends(self.one, self.two)

    @contextmanager
    def tampering(self, *faults: Fault) -> Iterator[Ends]:
        """Let faults befall what the client sends."""
        with self.network.faults(*[each.only(host=self.one.name) for each in faults]):
            yield self.ends

    def say(self, fault: Fault, *data: bytes) -> Ends:
        """Let the client send some pieces, and have all happen that does at once."""
        with self.tampering(fault) as ends:
            for each in data:
                ends.client.transport.write(each)
                self.network.flush()
        return ends


class BreakingTests(TamperingTestCase):
    """Faults that end a connection, or one of its directions."""

    def test_reset(self) -> None:
        """Both ends are told; what may get through does."""
        ends = self.say(Fault.reset(after=3), b"hello")

        self.assertEqual(ends.server.data, b"hel")
        self.assertEqual(ends.server.lost, (BEGAN, "ConnectionLost"))
        self.assertEqual(ends.client.lost, (BEGAN, "ConnectionLost"))

    def test_at_once(self) -> None:
        """Without more, nothing gets through."""
        self.assertEqual(self.say(Fault.reset(), b"hello").server.data, b"")

    def test_later(self) -> None:
        """The bytes that may get through can be in several pieces."""
        ends = self.say(Fault.cut(after=7), b"hello", b"world")

        self.assertEqual(ends.server.data, b"hellowo")

    def test_at_the_end_of_a_piece(self) -> None:
        """It happens as soon as all have got through that may."""
        ends = self.say(Fault.cut(after=5), b"hello")

        self.assertEqual(ends.server.data, b"hello")
        self.assertEqual(ends.server.lost, (BEGAN, "ConnectionDone"))

    def test_cut(self) -> None:
        """The reader sees a clean end, the writer a connection that was lost."""
        ends = self.say(Fault.cut(after=2), b"hello")

        self.assertEqual(ends.server.lost, (BEGAN, "ConnectionDone"))
        self.assertEqual(ends.client.lost, (BEGAN, "ConnectionLost"))

    def test_half_close(self) -> None:
        """The reader sees the end, and can still answer; the writer is not told."""
        with self.network.faults(Fault.half_close(after=2, nth=1)):
            self.ends.client.transport.write(b"hello")
            self.ends.server.transport.write(b"answer")
            self.network.flush()

        self.assertEqual(self.ends.server.data, b"he")
        self.assertEqual(self.ends.client.data, b"answer")

    def test_stall(self) -> None:
        """Nothing more comes, and not the end either."""
        ends = self.say(Fault.stall(after=2), b"hello", b"world")
        ends.client.transport.loseConnection()
        self.network.advance(3600)

        self.assertEqual(ends.server.data, b"he")
        self.assertIsNone(ends.server.lost)

    def test_stall_swallows_a_reset(self) -> None:
        """Nor that the other end has gone without a word."""
        ends = self.say(Fault.stall(), b"hello")
        ends.client.transport.abortConnection()
        self.network.advance(1)

        self.assertIsNone(ends.server.lost)

    def test_crash(self) -> None:
        """The machine is gone before it has sent; nobody is told."""
        ends = self.say(Fault.crash(), b"hello")

        self.assertFalse(self.one.is_up)
        self.assertEqual((ends.server.data, ends.server.lost), (b"", None))
        self.assertIsNone(ends.client.lost)

    def test_crash_and_restart(self) -> None:
        """It starts again later, if somebody starts its programs."""
        booted: list[tuple[float, Host]] = []
        fault = Fault.crash(
            3, lambda host: booted.append((self.network.seconds(), host))
        )
        self.say(fault, b"hello")
        self.network.advance(5)

        self.assertTrue(self.one.is_up)
        self.assertEqual(booted, [(BEGAN + 3, self.one)])

    def test_crash_of_who_is_down(self) -> None:
        """Power is lost once, even if the test takes it away at that moment."""
        transport: Any = self.ends.client.transport
        with self.tampering(Fault.crash()):
            transport.getHandle().send(b"hello")
            self.one.crash()
            self.network.flush()

        self.assertFalse(self.one.is_up)
        self.assertEqual(self.network.dying, [])

    def test_crash_silences_the_machine(self) -> None:
        """Nothing more leaves it at that moment: neither bytes nor an end."""
        others = [Ends(self.one, self.two, port) for port in (81, 82)]
        with self.tampering(Fault.crash(nth=1)) as ends:
            ends.client.transport.write(b"hello")
            others[0].client.transport.write(b"hello")
            others[1].client.transport.loseConnection()
            self.network.flush()

        got = [(other.server.data, other.server.lost) for other in others]
        self.assertEqual(got, [(b"", None)] * 2)

    def test_garble(self) -> None:
        """One byte is another; all others are as they were."""
        ends = self.say(Fault.garble(after=6, nth=1), b"hello", b"world")

        self.assertEqual(ends.server.data, b"hellow\x90rld")
        self.assertIsNone(ends.server.lost)

    def test_tls_alert(self) -> None:
        """Instead of what is sent comes an alert, and the end."""
        ends = self.say(Fault.tls_alert(48), b"hello")

        self.assertEqual(ends.server.data, b"\x15\x03\x03\x00\x02\x02\x30")
        self.assertEqual(ends.server.lost, (BEGAN, "ConnectionDone"))


class LoopbackBreakingTests(BreakingTests):
    """The same on one machine that talks to itself."""

    def connect(self) -> Ends:
        self.two = self.one
        return Ends(self.one, self.one)


class SlowingTests(TamperingTestCase):
    """Faults that change when bytes arrive, or how many at once."""

    def test_segment(self) -> None:
        """No read returns more."""
        ends = self.say(Fault.segment(2), b"hello")

        self.assertEqual(ends.server.arrivals, [(BEGAN, 2), (BEGAN, 2), (BEGAN, 1)])

    def test_drip(self) -> None:
        """One byte after the other."""
        ends = self.say(Fault.drip(0.5), b"abc")
        self.network.advance(10)

        self.assertEqual(
            ends.server.arrivals, [(BEGAN + 0.5, 1), (BEGAN + 1.0, 1), (BEGAN + 1.5, 1)]
        )

    def test_end_comes_after_what_is_under_way(self) -> None:
        """A clean end does not overtake."""
        ends = self.say(Fault.drip(0.5), b"abc")
        ends.client.transport.loseConnection()
        self.network.advance(10)

        self.assertEqual(ends.server.data, b"abc")
        self.assertEqual(ends.server.lost, (BEGAN + 1.5, "ConnectionDone"))

    def test_delay(self) -> None:
        """All that is sent from then on comes later."""
        ends = self.say(Fault.delay(2, nth=1), b"abc", b"def")
        self.network.advance(10)

        self.assertEqual(ends.server.arrivals, [(BEGAN + 2, 6)])

    def test_delay_of_a_reset(self) -> None:
        """Even the news that all is over."""
        ends = self.say(Fault.delay(2), b"abc")
        ends.client.transport.abortConnection()
        self.network.advance(10)

        self.assertEqual(ends.server.lost, (BEGAN + 2, "ConnectionLost"))

    def test_jitter(self) -> None:
        """Each piece takes some time, and none overtakes another."""
        ends = self.say(Fault.jitter(2), *[b"%d" % n for n in range(9)])
        self.network.advance(10)

        self.assertEqual(ends.server.data, b"012345678")
        times = [time for time, _ in ends.server.arrivals]
        self.assertTrue(BEGAN < times[0] <= times[-1] < BEGAN + 2, times)

    def test_much_is_sent(self) -> None:
        """A sender that has filled the receiver's buffer goes on when it is read."""
        sent = bytes(range(250)) * 4000
        ends = self.say(Fault.segment(5000), sent)

        self.assertEqual(ends.server.data, sent)


class LoopbackSlowingTests(SlowingTests):
    """The same on one machine that talks to itself."""

    def connect(self) -> Ends:
        self.two = self.one
        return Ends(self.one, self.one)


class PartitionTests(TamperingTestCase):
    """A way that is cut for a while."""

    def test_what_is_lost_comes_later(self) -> None:
        """TCP sends it again."""
        ends = self.say(Fault.partition(1, nth=1), b"hello")
        self.assertEqual(ends.server.data, b"")

        self.network.advance(5)
        self.assertEqual(ends.server.data, b"hello")

    def test_two_at_once(self) -> None:
        """The way is cut as long as one of them lasts."""
        with self.tampering(Fault.partition(10)) as ends:
            ends.client.transport.write(b"hello")
            self.network.advance(6)
            ends.client.transport.write(b"world")
            self.network.advance(9.9)
        self.assertFalse(self.network.link(self.one, self.two).is_up)

        self.network.advance(0.1)
        self.assertTrue(self.network.link(self.two, self.one).is_up)

    def test_within_one_machine(self) -> None:
        """There is no way that could be cut."""
        self.two = self.one
        self.ends = Ends(self.one, self.one, 81)

        self.assertEqual(self.say(Fault.partition(), b"hello").server.data, b"hello")


class ScopeTests(TamperingTestCase):
    """Which connections meet faults, and when."""

    def test_port_is_that_of_the_service(self) -> None:
        """Whichever end sends."""
        with self.network.faults(Fault.stall(port=80)):
            self.ends.client.transport.write(b"question")
            self.ends.server.transport.write(b"answer")
            self.network.flush()

        self.assertEqual((self.ends.server.data, self.ends.client.data), (b"", b""))

    def test_target(self) -> None:
        """Whom it is sent to can be told by name."""
        with self.network.faults(Fault.stall(target="two")):
            self.ends.client.transport.write(b"question")
            self.ends.server.transport.write(b"answer")
            self.network.flush()

        self.assertEqual(
            (self.ends.server.data, self.ends.client.data), (b"", b"answer")
        )

    def test_later_connections(self) -> None:
        """They meet faults from their first byte."""
        with self.tampering(Fault.stall()):
            ends = Ends(self.one, self.two, 81)
            ends.client.transport.write(b"hello")
            self.network.flush()

        self.assertEqual(ends.server.data, b"")

    def test_connections_that_are_being_made(self) -> None:
        """They too meet faults, when they are there."""
        self.network.shape(latency=1)
        factory = RecordingClientFactory()
        self.two.reactor.listenTCP(81, Factory.forProtocol(Echo))
        self.one.reactor.connectTCP("192.0.2.2", 81, factory)
        self.network.flush()
        with self.tampering(Fault.cut(after=2)):
            self.network.advance(3)
            factory.protocol.transport.write(b"hello")
            self.network.advance(3)

        self.assertIn("clientConnectionLost ConnectionLost", factory.events)

    def test_name(self) -> None:
        """In what is said of a run that is explored it is known by its ends."""
        said: list[str] = []
        self.network.scheduler.step().after_event.append(
            lambda words: said.append(words())
        )
        self.say(Fault.delay(1), b"hello")
        self.network.advance(2)

        ends = "192.0.2.1:32768 -> 192.0.2.2:80"
        self.assertIn(f"network: <TamperedFlow {ends}>", said)

    def test_what_has_happened_stays(self) -> None:
        """A connection does not recover; others are as ever."""
        ends = self.say(Fault.stall(), b"hello")
        ends.client.transport.write(b"more")
        other = Ends(self.one, self.two, 81)
        other.client.transport.write(b"hello")
        self.network.flush()

        self.assertEqual((ends.server.data, other.server.data), (b"", b"hello"))

    def test_once_more(self) -> None:
        """A connection that has met one plan meets the next."""
        self.say(Fault.segment(2, nth=1), b"hello")
        ends = self.say(Fault.cut(after=1), b"world")

        self.assertEqual(ends.server.data, b"hellow")

    def test_long_ways(self) -> None:
        """On a link that takes its time as much is under way as ever."""
        self.network.shape(latency=0.01, bandwidth=1e8)
        sent = bytes(500_000)
        with self.tampering(Fault.stall(nth=1000)):
            ends = Ends(self.one, self.two, 81)
            ends.client.transport.write(sent)
            self.network.advance(1)

        self.assertEqual(ends.server.data, sent)
