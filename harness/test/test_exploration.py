"""Tests for what is left open on a network that is explored."""

from typing import Any

from twisted.internet.threads import deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness._recipes import Recipe
from harness._sessions import Session
from harness.test.streams import Ends


class ExplorationTests(SynchronousTestCase):
    """What choices settle."""

    def network(self, deviations: str) -> Network:
        """Make a network on which things are as told, and otherwise usual."""
        self.session = Session(Recipe.parse(f"0:{deviations}"))
        running = self.session.running()
        running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)
        return Network()

    def ends(self, deviations: str) -> Ends:
        """Make two machines, and a connection between them."""
        network = self.network(deviations)
        one = network.host("one", "192.0.2.1")
        return Ends(one, network.host("two", "192.0.2.2"))

    def words(self) -> list[str]:
        """Return what was chosen."""
        return [each.words for each in self.session.deviations]

    def test_reads(self) -> None:
        """A read may return less than there is."""
        ends = self.ends("link.segment.1=2,link.segment.3=3")
        ends.client.transport.write(b"hello world")
        ends.client.transport.reactor.flush()  # type: ignore[attr-defined]

        sizes = [size for _, size in ends.server.arrivals]
        self.assertEqual(sizes, [2, 9])
        self.assertEqual(self.words(), ["a read returns at most 2 bytes"])

    def test_link(self) -> None:
        """A way may take its time, and each packet on it another."""
        ends = self.ends("link.latency one > two.1=2,link.delay one > two.2=4")
        began = ends.client._clock()
        ends.client.transport.write(b"hello")
        ends.client.transport.reactor.advance(5)  # type: ignore[attr-defined]

        ((arrived, _),) = ends.server.arrivals
        self.assertAlmostEqual(arrived - began, 0.02)
        self.assertEqual(
            self.words(),
            ["one > two: 0.02 s", "one > two: 0 bytes take 10.0 times as long"],
        )

    def test_what_is_lost(self) -> None:
        """A link that loses something loses it, however long it takes."""
        network = self.network("link.latency one > two.1=1")
        one, two = (network.host(name, f"192.0.2.{name}") for name in "12")
        network.shape(loss=1)

        self.assertIsNone(network.link(one, two).arrival(1))

    def test_thread(self) -> None:
        """A thread may take its time until it begins."""
        network = self.network("schedule.threads.1=2")
        reactor: Any = network.host("one").reactor
        done = deferToThreadPool(reactor, reactor.getThreadPool(), lambda: 7)

        self.assertEqual(network.run_until(done), 7)
        self.assertEqual(network.seconds(), 0.02)

    def test_nothing_is_left_open(self) -> None:
        """With nothing chosen all is as if nothing were explored."""
        ends = self.ends("")
        ends.client.transport.write(b"hello")
        ends.client.transport.reactor.flush()  # type: ignore[attr-defined]

        self.assertEqual(ends.server.data, b"hello")
        self.assertEqual(self.words(), [])
