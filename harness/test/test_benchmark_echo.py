"""Tests of the workload of short messages."""

from twisted.internet.protocol import connectionDone
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.echo import (
    PING,
    Pinger,
    echo_floor,
    echo_job,
    with_idle_timers,
)
from harness.benchmark.reactors import run, virtual


class PingerTests(SynchronousTestCase):
    """The near side of an echo."""

    def connect(self, pinger: Pinger) -> StringTransport:
        """Connect the pinger to nobody."""
        transport = StringTransport()
        pinger.makeConnection(transport)
        return transport

    def test_sends_a_line_of_sixty_four_bytes(self) -> None:
        """The first is sent at once."""
        transport = self.connect(Pinger(2))

        self.assertEqual(transport.value(), PING)
        self.assertEqual(len(PING), 64)

    def test_waits_for_the_whole_line(self) -> None:
        """However it is cut, a line counts once, and then the next is sent."""
        pinger = Pinger(2)
        transport = self.connect(pinger)
        transport.clear()
        pinger.dataReceived(PING[:60])
        self.assertEqual((pinger.round_trips, transport.value()), (0, b""))
        pinger.dataReceived(PING[60:])

        self.assertEqual((pinger.round_trips, transport.value()), (1, PING))

    def test_closes_after_the_last(self) -> None:
        """It says when the connection is gone."""
        pinger = Pinger(1)
        transport = self.connect(pinger)
        pinger.dataReceived(PING)
        self.assertTrue(transport.disconnecting)
        self.assertNoResult(pinger.lost)
        pinger.connectionLost(connectionDone)

        self.successResultOf(pinger.lost)


class EchoJobTests(SynchronousTestCase):
    """The workload on a reactor."""

    def test_makes_the_round_trips(self) -> None:
        """Each is counted when its line has come back."""
        self.assertEqual(run(VirtualReactor(), echo_job(3)), 3)

    def test_uses_one_connection(self) -> None:
        """The round trips follow one another."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        run(reactor, echo_job(3))

        self.assertEqual([e.kind for e in trace.events].count("connect"), 1)


class IdleTimersTests(SynchronousTestCase):
    """The same beside timers."""

    def test_the_timers_are_pending_during_the_job(self) -> None:
        """They come due later than any job lasts, and are gone after it."""
        with with_idle_timers(virtual, 3)() as reactor:
            pending = [call.getTime() for call in reactor.getDelayedCalls()]

        self.assertEqual(sorted(pending), [3600.0, 3601.0, 3602.0])
        self.assertEqual(reactor.getDelayedCalls(), [])


class EchoFloorTests(SynchronousTestCase):
    """The same without a reactor."""

    def test_makes_the_round_trips(self) -> None:
        """Both protocols see each line."""
        with echo_floor(3).prepare() as work:
            self.assertEqual(work(), 3)
