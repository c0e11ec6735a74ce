"""Tests of TCP over links that lose something."""

from socket import AF_INET, SO_RCVBUF, SO_SNDBUF, SOL_SOCKET

from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness._links import Link
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness.test.streams import Ends

#: When something that is never answered is given up: 0.2 seconds, doubled nine times,
#: and then two minutes as often as it takes for fifteen attempts.
GIVEN_UP = 0.2 * (2**10 - 1) + 6 * 120


class FlowTestCase(SynchronousTestCase):
    """Two machines, and a connection between them."""

    def setUp(self) -> None:
        self.network = Network(seed=1)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")
        self.there = self.network.link(self.one, self.two)
        self.back = self.network.link(self.two, self.one)

    def connect(self) -> Ends:
        """Connect, over whatever the link is like by now."""
        return Ends(self.one, self.two)


class LossTests(FlowTestCase):
    """A link that loses some of what is sent."""

    def test_all_arrives_in_order(self) -> None:
        """Nothing is missing, nothing comes twice, nothing out of order."""
        self.network.shape(loss=0.3, latency=0.01, segment=100)
        ends = self.connect()
        sent = bytes(range(250)) * 20
        ends.client.transport.write(sent)
        self.network.advance(600)

        self.assertEqual(ends.server.data, sent)

    def test_costs_time(self) -> None:
        """What is lost comes later, and what is behind it waits."""
        ends = self.connect()
        self.there.shape(loss=1)
        ends.client.transport.write(b"lost")
        self.network.advance(0.1)
        self.there.shape(loss=0)
        ends.client.transport.write(b" not lost")
        self.network.advance(1)

        self.assertEqual(ends.server.data, b"lost not lost")
        arrived, _ = ends.server.arrivals[0]
        self.assertAlmostEqual(arrived - ends.began, 0.2)

    def test_first_wait_depends_on_the_distance(self) -> None:
        """A sender waits longer for an answer that takes longer."""
        self.network.shape(latency=0.5)
        ends = self.connect()
        self.there.shape(loss=1)
        ends.client.transport.write(b"lost")
        self.network.advance(0.1)
        self.there.shape(loss=0)
        self.network.advance(3)

        arrived, _ = ends.server.arrivals[0]
        self.assertAlmostEqual(arrived - ends.began, 0.2 + 1.0 + 0.5)

    def test_a_syn_is_sent_again(self) -> None:
        """A SYN that is lost costs a second."""
        self.lose_for_half_a_second(self.there)

        self.assertEqual(self.connect().began, 1.0)

    def test_a_syn_is_answered_again(self) -> None:
        """So does the answer to it, if that is lost."""
        self.lose_for_half_a_second(self.back)

        self.assertEqual(self.connect().began, 1.0)

    def lose_for_half_a_second(self, link: Link) -> None:
        """Lose all that is sent over a link from now on, for as long."""
        link.shape(loss=1)
        self.network.scheduler.callLater(0.5, link.shape, loss=0)


class DownTests(FlowTestCase):
    """A link that is down for a while, or for good."""

    def test_heals(self) -> None:
        """What was sent meanwhile comes with the next attempt after it is up."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.advance(3)
        self.network.heal()
        self.network.advance(10)

        arrived, _ = ends.server.arrivals[0]
        self.assertAlmostEqual(arrived - ends.began, 0.2 + 0.4 + 0.8 + 1.6 + 3.2)

    def test_attempts_begin_anew(self) -> None:
        """Once something has arrived, the next loss is noticed as fast as the first."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"one")
        self.network.advance(3)
        self.network.heal()
        self.network.advance(10)
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"two")
        self.network.flush()
        self.network.heal()
        before = self.network.seconds()
        self.network.advance(10)

        arrived, _ = ends.server.arrivals[1]
        self.assertAlmostEqual(arrived - before, 0.2)

    def test_under_way(self) -> None:
        """What was under way when the link went down is sent again, too."""
        self.network.shape(latency=1)
        ends = self.connect()
        ends.client.transport.write(b"one")
        self.network.advance(0.5)
        ends.client.transport.write(b"two")
        self.network.advance(0.25)
        self.there.down()
        self.there.up()
        self.network.advance(20)

        self.assertEqual(ends.server.data, b"onetwo")
        arrived, _ = ends.server.arrivals[0]
        self.assertAlmostEqual(arrived - ends.began, 1 + 2.2 + 1)

    def test_given_up(self) -> None:
        """Who sends into the dark is told after a quarter of an hour."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.advance(2000)

        assert ends.client.lost is not None
        moment, reason = ends.client.lost
        self.assertAlmostEqual(moment - ends.began, GIVEN_UP)
        self.assertEqual(reason, "ConnectionLost")
        self.assertIsNone(ends.server.lost)

    def test_listener_never_learns(self) -> None:
        """Who only listens does not notice; when it speaks, it is refused."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.advance(2000)
        self.network.heal()
        self.network.advance(2000)
        quiet = ends.server.lost
        ends.server.transport.write(b"anybody there?")
        self.network.advance(1)

        self.assertIsNone(quiet)
        self.assertIsNotNone(ends.server.lost)

    def test_closed_in_the_dark(self) -> None:
        """Who closes is done with it; the other end hears of it when the link is up."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.loseConnection()
        self.network.advance(1)
        closed, heard = ends.client.lost, ends.server.lost
        self.network.heal()
        self.network.advance(1)

        self.assertEqual((closed or (0, ""))[1], "ConnectionDone")
        self.assertIsNone(heard)
        self.assertEqual((ends.server.lost or (0, ""))[1], "ConnectionDone")

    def test_reset_in_the_dark(self) -> None:
        """A reset is sent once: if it is lost, the other end does not hear of it."""
        ends = self.connect()
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"never sent")
        self.network.flush()
        ends.client.transport.abortConnection()
        self.network.advance(1)
        self.network.heal()
        self.network.advance(2000)
        quiet = ends.server.lost
        ends.server.transport.write(b"anybody there?")
        self.network.advance(1)

        self.assertIsNone(quiet)
        self.assertEqual((ends.server.lost or (0, ""))[1], "ConnectionLost")
        self.assertEqual(ends.server.data, b"")

    def test_reset_after_what_was_sent(self) -> None:
        """A reset does not overtake the bytes before it."""
        self.network.shape(latency=1)
        ends = self.connect()
        ends.client.transport.write(b"hello")
        self.network.flush()
        ends.client.transport.abortConnection()
        self.network.advance(1)
        self.network.flush()

        self.assertEqual(ends.server.data, b"hello")
        self.assertEqual(ends.server.lost, (ends.began + 1, "ConnectionLost"))

    def test_reset_on_a_faster_link(self) -> None:
        """Nor does it if the link takes no time any more."""
        self.network.shape(latency=1)
        ends = self.connect()
        ends.client.transport.write(b"hello")
        self.network.advance(0.5)
        self.network.shape(latency=0)
        ends.client.transport.abortConnection()
        self.network.advance(5)

        self.assertEqual(ends.server.data, b"hello")
        self.assertEqual(ends.server.lost, (ends.began + 1, "ConnectionLost"))

    def test_lost_with_its_reset(self) -> None:
        """What was under way when the sender gave it up is not sent again."""
        self.network.shape(latency=1)
        ends = self.connect()
        ends.client.transport.write(b"hello")
        self.network.flush()
        ends.client.transport.abortConnection()
        self.there.down()
        self.there.up()
        self.network.advance(2000)

        self.assertEqual(ends.server.data, b"")
        self.assertIsNone(ends.server.lost)

    def test_given_up_after_a_reset(self) -> None:
        """Who has been reset meanwhile has nothing to give up."""
        ends = self.connect()
        self.there.down()
        ends.client.transport.write(b"hello")
        self.network.advance(1)
        ends.server.transport.abortConnection()
        self.network.advance(2000)

        self.assertEqual(ends.client.lost, (ends.began + 1, "ConnectionLost"))

    def test_no_answers(self) -> None:
        """A sender whose answers are lost gives up when it may send no more."""
        self.network.shape(latency=0.001, bandwidth=1e9)
        ends = self.connect()
        self.back.down()
        ends.client.transport.write(bytes(2_000_000))
        self.network.advance(2000)

        self.assertEqual((ends.client.lost or (0, ""))[1], "ConnectionLost")
        self.assertIsNone(ends.server.lost)


class WindowTests(FlowTestCase):
    """How much may be under way."""

    def sent_to_a_reader_who_pauses(self, **conditions: float) -> int:
        """Return how many bytes are sent of ten million, while the reader pauses."""
        self.network.shape(**conditions)
        ends = self.connect()
        trace = self.network.start_trace()
        ends.server.transport.pauseProducing()
        ends.client.transport.write(bytes(10_000_000))
        self.network.advance(100)
        sent = sum(len(event.data) for event in trace)
        ends.server.transport.resumeProducing()
        self.network.advance(100)

        self.assertEqual(len(ends.server.data), 10_000_000)
        return sent

    def test_ideal(self) -> None:
        """What finds room in both buffers is sent, and no more."""
        self.assertEqual(self.sent_to_a_reader_who_pauses(), 2 * 196_608)

    def test_narrow(self) -> None:
        """So is what keeps the link busy until an answer could have come."""
        sent = self.sent_to_a_reader_who_pauses(latency=0.1, bandwidth=8_000_000)

        self.assertEqual(sent, 2 * 196_608 + 4 * 65_536)  # 200,000, rounded up

    def test_wide(self) -> None:
        """That has a limit, where the link has none."""
        sent = self.sent_to_a_reader_who_pauses(latency=0.1)

        self.assertEqual(sent, 2 * 196_608 + 6 * 1024 * 1024)

    def test_chosen(self) -> None:
        """A program that chooses the size of its buffer gets what it has chosen."""
        self.network.shape(latency=0.1)
        listener = TCPListener(self.two, AF_INET)
        listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 2000)
        listener.bind(("", 81))
        listener.listen(1)
        client = TCPSocket(self.one, AF_INET)
        client.setsockopt(SOL_SOCKET, SO_SNDBUF, 3000)
        client.connect_ex(("192.0.2.2", 81))
        self.network.advance(1)

        self.assertEqual(client.send(bytes(10_000)), 3000)
        self.assertEqual(client.send(bytes(10_000)), 2000)
