"""Tests of the way from one machine to another."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Host, Network
from harness.test.streams import Ends, Numbered


class LinkTestCase(SynchronousTestCase):
    """A network with three machines."""

    def setUp(self) -> None:
        self.network = Network(seed=1)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")
        self.three = self.network.host("three", "192.0.2.3")

    def packets(
        self, source: Host, destination: Host, count: int = 1, size: int = 0
    ) -> list[float]:
        """Send packets at once, and return when they arrived."""
        arrivals: list[float] = []
        start = self.network.seconds()
        for _ in range(count):
            self.network.link(source, destination).carry(
                size, lambda: arrivals.append(self.network.seconds() - start)
            )
        self.network.advance(100)
        return arrivals


class TimeTests(LinkTestCase):
    """When something arrives."""

    def test_at_once(self) -> None:
        """Unless it has been told otherwise, a link takes no time."""
        self.assertEqual(self.packets(self.one, self.two), [0.0])

    def test_latency(self) -> None:
        """What is sent arrives the latency later, in that direction only."""
        self.network.link(self.one, self.two).shape(latency=0.1)

        self.assertEqual(self.packets(self.one, self.two, 2), [0.1, 0.1])
        self.assertEqual(self.packets(self.two, self.one), [0.0])

    def test_bandwidth(self) -> None:
        """Each waits until those before it have been sent."""
        self.network.link(self.one, self.two).shape(bandwidth=8000, latency=1)

        self.assertEqual(self.packets(self.one, self.two, 3, 500), [1.5, 2.0, 2.5])

    def test_bandwidth_of_an_idle_link(self) -> None:
        """A link that has had nothing to do for a while saves nothing up."""
        self.network.link(self.one, self.two).shape(bandwidth=8000)
        self.packets(self.one, self.two, 1, 500)

        self.assertEqual(self.packets(self.one, self.two, 1, 500), [0.5])

    def test_jitter(self) -> None:
        """The jitter is added, a part of it that is drawn anew each time."""
        self.network.link(self.one, self.two).shape(latency=1, jitter=0.5)
        arrivals = self.packets(self.one, self.two, 100)

        self.assertEqual(len(set(arrivals)), 100)
        self.assertTrue(1.0 <= min(arrivals) < 1.1, min(arrivals))
        self.assertTrue(1.4 < max(arrivals) < 1.5, max(arrivals))

    def test_as_the_arithmetic_says(self) -> None:
        """A body takes its size, divided by the bandwidth, and the latency once."""
        self.network.shape(latency=0.001, bandwidth=10_000_000)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(bytes(1024 * 1024))
        self.network.advance(1)

        arrived, _ = ends.server.arrivals[-1]
        self.assertEqual(len(ends.server.data), 1024 * 1024)
        self.assertAlmostEqual(arrived - ends.began, 0.8388608 + 0.001, delta=5e-7)

    def test_every_byte_as_the_arithmetic_says(self) -> None:
        """So does each part of it, in the pieces that were asked for."""
        self.network.shape(latency=0.001, bandwidth=10_000_000, segment=16_384)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(bytes(1024 * 1024))
        self.network.advance(1)

        expected = [0.001 + number * 16_384 * 8 / 1e7 for number in range(1, 65)]
        for (arrived, size), instant in zip(
            ends.server.arrivals, expected, strict=True
        ):
            self.assertEqual(size, 16_384)
            self.assertAlmostEqual(arrived - ends.began, instant, delta=5e-7)

    def test_long_and_wide(self) -> None:
        """The window does not limit what a long link can take."""
        self.network.shape(latency=0.5, bandwidth=10_000_000)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(bytes(1024 * 1024))
        self.network.advance(2)

        arrived, _ = ends.server.arrivals[-1]
        self.assertAlmostEqual(arrived - ends.began, 0.8388608 + 0.5, delta=5e-7)


class DrawTests(LinkTestCase):
    """What is drawn at random, and what it depends on."""

    def test_other_links_keep_their_draws(self) -> None:
        """To change one link's jitter changes nothing on another."""
        self.network.link(self.one, self.three).shape(jitter=0.5)
        undisturbed = self.packets(self.one, self.three, 20)

        self.setUp()
        self.network.link(self.one, self.three).shape(jitter=0.5)
        other = self.network.link(self.one, self.two)
        other.shape(jitter=0.9)
        for _ in range(7):
            other.carry(0, list)

        self.assertEqual(self.packets(self.one, self.three, 20), undisturbed)

    def test_other_purposes_keep_their_draws(self) -> None:
        """To lose something does not change how long the rest is under way."""
        self.network.shape(jitter=0.5)
        undisturbed = self.packets(self.one, self.two, 20)

        self.setUp()
        self.network.shape(jitter=0.5, loss=0.5)
        some = self.packets(self.one, self.two, 20)

        self.assertTrue(0 < len(some) < 20)
        self.assertEqual(set(some) - set(undisturbed), set())

    def test_seed(self) -> None:
        """Another seed draws other numbers."""
        self.network.shape(jitter=1)
        drawn = self.packets(self.one, self.two, 3)
        self.network = Network(seed=2)
        self.network.shape(jitter=1)
        one = self.network.host("one", "192.0.2.1")
        two = self.network.host("two", "192.0.2.2")

        self.assertNotEqual(self.packets(one, two, 3), drawn)


class DatagramTests(LinkTestCase):
    """What becomes of datagrams."""

    def datagrams(self, count: int) -> list[tuple[float, int]]:
        """Send as many, a hundredth of a second apart; return when which came."""
        receiver = Numbered(self.network.seconds)
        self.two.reactor.listenUDP(5000, receiver)
        sender = Numbered(self.network.seconds)
        self.one.reactor.listenUDP(0, sender)
        for number in range(count):
            sender.transport.write(b"%d" % number, ("192.0.2.2", 5000))
            self.network.advance(0.01)
        self.network.advance(10)
        return receiver.arrivals

    def numbers(self, count: int) -> list[int]:
        """Send as many, and return which came, in that order."""
        return [number for _, number in self.datagrams(count)]

    def test_at_once(self) -> None:
        """Nothing happens to them on a link of which nothing has been said."""
        self.assertEqual(self.numbers(3), [0, 1, 2])

    def test_latency(self) -> None:
        """They take their time."""
        self.network.shape(latency=0.25)

        self.assertEqual(self.datagrams(2), [(0.25, 0), (0.26, 1)])

    def test_loss(self) -> None:
        """Some are lost, and never come."""
        self.network.shape(loss=0.25)
        came = self.numbers(400)

        self.assertEqual(came, sorted(set(came)))
        self.assertTrue(270 < len(came) < 330, len(came))

    def test_all_lost(self) -> None:
        """All are, if that is certain."""
        self.network.shape(loss=1)

        self.assertEqual(self.numbers(5), [])

    def test_duplication(self) -> None:
        """Some come twice."""
        self.network.shape(duplication=1, latency=0.001)

        self.assertEqual(self.numbers(3), [0, 0, 1, 1, 2, 2])

    def test_reordering(self) -> None:
        """Some are overtaken; no one is lost."""
        self.network.shape(reordering=0.2, latency=0.05)
        came = self.numbers(50)

        self.assertNotEqual(came, sorted(came))
        self.assertEqual(sorted(came), list(range(50)))

    def test_jitter_keeps_order(self) -> None:
        """They do not overtake each other for being under way for different times."""
        self.network.shape(jitter=0.1)

        self.assertEqual(self.numbers(50), list(range(50)))

    def test_reordering_without_latency(self) -> None:
        """Who is overtaken comes a millisecond later, if all else takes no time."""
        self.network.shape(reordering=1)

        self.assertEqual(self.datagrams(2), [(0.001, 0), (0.011, 1)])

    def test_groups(self) -> None:
        """What is sent to all takes the way to each."""
        self.network.link(self.one, self.two).shape(latency=1)
        arrivals = {}
        for host in (self.two, self.three):
            receiver = arrivals[host.name] = Numbered(self.network.seconds)
            host.reactor.listenUDP(5000, receiver)
        sender = Numbered(self.network.seconds)
        self.one.reactor.listenUDP(0, sender)
        sender.transport.setBroadcastAllowed(True)
        sender.transport.write(b"7", ("255.255.255.255", 5000))
        self.network.advance(1)

        self.assertEqual(arrivals["two"].arrivals, [(1.0, 7)])
        self.assertEqual(arrivals["three"].arrivals, [(0.0, 7)])


class FasterLinkTests(LinkTestCase):
    """Datagrams on a link that becomes faster: they do not overtake each other."""

    def setUp(self) -> None:
        super().setUp()
        self.link = self.network.link(self.one, self.two)
        self.link.shape(latency=1)
        self.came: list[str] = []

    def send(self, what: str) -> None:
        """Send a datagram."""
        self.link.carry_datagram(0, self.came.append, what)

    def test_keeps_order(self) -> None:
        """What is sent later comes later, whether the link takes any time or none."""
        for latency in (0.01, 0):
            self.setUp()
            self.send("first")
            self.network.advance(0.5)
            self.link.shape(latency=latency)
            self.send("second")
            self.network.advance(5)

            self.assertEqual(self.came, ["first", "second"])

    def test_at_the_last_moment(self) -> None:
        """So it does if the one before is due at this very instant."""

        def hurry() -> None:
            self.link.shape(latency=0)
            self.send("second")
            self.assertEqual(self.came, [])

        self.network.scheduler.callLater(1, hurry)
        self.send("first")
        self.network.advance(5)

        self.assertEqual(self.came, ["first", "second"])

    def test_at_once(self) -> None:
        """When nothing is under way any more, nothing waits."""
        self.send("first")
        self.network.advance(2)
        self.link.shape(latency=0)
        self.send("second")

        self.assertEqual(self.came, ["first", "second"])

    def test_nothing_waits_for_what_is_lost(self) -> None:
        """Nor when all that was has been lost."""
        self.send("lost")
        self.link.down()
        self.link.up()
        self.link.shape(latency=0)
        self.send("second")

        self.assertEqual(self.came, ["second"])


class DownTests(LinkTestCase):
    """A link that nothing gets through."""

    def test_down(self) -> None:
        """Nothing arrives while it is down; what is sent afterwards does."""
        link = self.network.link(self.one, self.two)
        link.down()
        lost = self.packets(self.one, self.two)
        link.up()

        self.assertEqual(lost, [])
        self.assertEqual(self.packets(self.one, self.two), [0.0])

    def test_under_way(self) -> None:
        """What is under way is lost, though the link comes up again in time."""
        link = self.network.link(self.one, self.two)
        link.shape(latency=1)
        arrivals: list[str] = []
        link.carry(0, arrivals.append, "lost")
        link.down()
        link.up()
        link.carry(0, arrivals.append, "not lost")
        self.network.advance(2)

        self.assertEqual(arrivals, ["not lost"])

    def test_nothing_waits_to_be_sent(self) -> None:
        """What was still to be sent does not keep the link busy."""
        link = self.network.link(self.one, self.two)
        link.shape(bandwidth=8)
        self.network.link(self.one, self.two).carry(50, list)
        link.down()
        link.up()

        self.assertEqual(self.packets(self.one, self.two, 1, 2), [2.0])


class NameTests(LinkTestCase):
    """What a link is called."""

    def test_repr(self) -> None:
        """It is named by its ends."""
        link = self.network.link(self.one, self.two)

        self.assertEqual(repr(link), "<Link one -> two>")
