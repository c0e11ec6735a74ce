"""Tests that are explored by other tests; trial is told of them by name only."""

from twisted.trial.unittest import SynchronousTestCase, TestCase

from harness import Fault, Network, explore


class Sample(SynchronousTestCase):
    """Tests that pass as long as nothing unusual happens."""

    def test_chooses(self) -> None:
        """Fail with some seeds."""
        self.assertEqual(Network().choose([0, 0, 0, 1]), 0)

    def test_passes(self) -> None:
        """Pass with all of them."""
        Network()

    @explore(faults=[Fault.skew(5)])
    def test_skewed(self) -> None:
        """Fail if a clock is wrong."""
        self.assertEqual(Network().host("one").clock_skew, 0)


class Asynchronous(TestCase):
    """A test case that needs a reactor for itself."""

    def test_nothing(self) -> None:
        """Cannot be explored."""
