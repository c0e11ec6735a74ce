"""Tests that are explored by other tests; trial is told of them by name only."""

import os

from twisted.trial.unittest import SkipTest, SynchronousTestCase, TestCase

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

    def test_interrupted(self) -> None:
        """Be interrupted with some seeds."""
        if Network().choose([0, 0, 0, 1]):
            raise KeyboardInterrupt

    def test_without_network(self) -> None:
        """Pass with all of them, as nothing in it can be different."""

    def test_skipped(self) -> None:
        """Be skipped with all seeds."""
        raise SkipTest("no such machine")

    def test_skipped_sometimes(self) -> None:
        """Be skipped with some seeds."""
        if Network().choose([0, 0, 0, 1]):
            raise SkipTest("no such number")


class Unkind(SynchronousTestCase):  # pragma: no cover  (in other processes)
    """Tests that do not let the process go on."""

    #: How many there have been in this process.
    runs = 0

    def test_dies(self) -> None:
        """End the process, as a crash of an extension does."""
        os._exit(1)

    def test_never_ends(self) -> None:
        """After some runs, never end."""
        Unkind.runs += 1
        while Unkind.runs > 400:
            pass


class Fickle(SynchronousTestCase):
    """A test whose runs depend on one another."""

    #: Whether there has been one.
    has_run = False

    def test_fails_once(self) -> None:
        """Fail the first time."""
        is_first, Fickle.has_run = not Fickle.has_run, True
        if is_first:
            self.fail("the first time")


class Asynchronous(TestCase):
    """A test case that needs a reactor for itself."""

    def test_nothing(self) -> None:
        """Cannot be explored."""
