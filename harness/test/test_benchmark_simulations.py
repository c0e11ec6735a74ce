"""Tests of the workload of small simulations."""

from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.simulations import is_clean, simulate, simulations


class SimulationTests(SynchronousTestCase):
    """A reactor, a server, one exchange, all checks."""

    def test_the_line_comes_back_and_nothing_is_left(self) -> None:
        """One simulation is one operation."""
        self.assertTrue(simulate())

    def test_counts_simulations(self) -> None:
        """They follow one another."""
        with simulations(3).prepare() as work:
            self.assertEqual(work(), 3)


class IsCleanTests(SynchronousTestCase):
    """The checks."""

    def test_a_fresh_reactor_is_clean(self) -> None:
        """It has neither calls nor sockets."""
        self.assertTrue(is_clean(VirtualReactor()))

    def test_a_delayed_call_is_not(self) -> None:
        """It would be made in somebody else's test."""
        reactor = VirtualReactor()
        reactor.callLater(1, reactor.crash)

        self.assertFalse(is_clean(reactor))

    def test_an_open_port_is_not(self) -> None:
        """It would take somebody else's connections."""
        reactor = VirtualReactor()
        reactor.listenTCP(0, Factory())

        self.assertFalse(is_clean(reactor))
