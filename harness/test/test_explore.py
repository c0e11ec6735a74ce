"""Tests for the decorator of explored tests."""

from typing import ClassVar

from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SkipTest, SynchronousTestCase, TestCase

from harness import Fault, Network, explore
from harness.test.settings import settings


class Sample(SynchronousTestCase):
    """Tests to be explored; trial does not find them here."""

    seeds: ClassVar[list[int]] = []

    def setUp(self) -> None:
        self.network = Network()

    @explore(seeds=5)
    def passes(self) -> None:
        """Nothing is wrong."""
        self.seeds.append(self.network.seed)

    @explore(seeds=50, policy="pct")
    def fails(self) -> None:
        """Something is, now and then."""
        self.assertEqual(self.network.choose("aaab"), "a")

    @explore(seeds=50, faults=[Fault.skew(5)])
    def depends(self) -> None:
        """The clock is wrong, now and then."""
        self.assertEqual(self.network.host("one").reactor.seconds(), 0)

    @explore()
    def always_fails(self) -> None:
        """Something is wrong, whatever is chosen."""
        raise ZeroDivisionError

    @explore(seeds=1)
    def skips(self) -> None:
        """Nobody knows."""
        raise SkipTest("too late")


class Asynchronous(TestCase):
    """A test case that needs a reactor for itself."""

    @explore()
    def test(self) -> None:
        """Cannot be explored."""


class ExploreTests(SynchronousTestCase):
    """What `explore` promises."""

    def outcome(self, name: str, **variables: str) -> str:
        """Run a test as trial does; return how it failed, or nothing."""
        result = TestResult()
        with settings(**{"HARNESS_SEED": "", **variables}):
            Sample(name).run(result)
        self.skips = [reason for _, reason in result.skips]
        problems = [each for _, each in (*result.failures, *result.errors)]
        return "".join(each.getErrorMessage() for each in problems)  # type: ignore

    def test_passes(self) -> None:
        """It is run once as usual, and once with each seed."""
        Sample.seeds.clear()

        self.assertEqual(self.outcome("passes"), "")
        self.assertEqual(Sample.seeds, [0, 0, 1, 2, 3, 4])

    def test_fails(self) -> None:
        """The failure says what it takes, and how to make it again."""
        message = self.outcome("fails")

        self.assertIn("fails with 1 of 1 deviations from the usual course", message)
        name = "harness.test.test_explore.Sample.fails"
        self.assertIn(f"  HARNESS_SEED=0:user.1=3 trial {name}\n", message)

    def test_replay(self) -> None:
        """With that line the test makes the same run, and no other."""
        message = self.outcome("fails", HARNESS_SEED="0:user.1=3")

        self.assertIn("FailTest: 'b' != 'a'", message)
        self.assertNotIn("deviations", message)
        self.assertEqual(self.outcome("fails", HARNESS_SEED="0:"), "")

    def test_replay_of_a_number(self) -> None:
        """A number is a seed, which decides as the test says."""
        Sample.seeds.clear()
        self.outcome("passes", HARNESS_SEED="17")

        self.assertEqual(Sample.seeds, [17])

    def test_faults(self) -> None:
        """What may go wrong need not be said again for a replay."""
        self.assertIn(
            "fault.start: one: start: skew(seconds=5)", self.outcome("depends")
        )
        self.assertIn(
            "5.0 != 0", self.outcome("depends", HARNESS_SEED="0:fault.start.1=1")
        )

    def test_fails_as_usual(self) -> None:
        """A test that fails anyhow needs no deviation."""
        message = self.outcome("always_fails")

        self.assertIn("fails with 0 of 0 deviations", message)
        self.assertIn("HARNESS_SEED=0: trial", message)

    def test_skips(self) -> None:
        """A test that is skipped when it is replayed is skipped."""
        self.assertEqual(self.outcome("skips"), "")
        self.assertEqual(self.skips, [])
        self.outcome("skips", HARNESS_SEED="1")
        self.assertEqual(self.skips, ["too late"])

    def test_asynchronous(self) -> None:
        """A test case that needs a reactor for itself is refused."""
        self.assertRaises(TypeError, Asynchronous("test").test)

    def test_unknown_policy(self) -> None:
        """It is refused where it is given."""
        error = self.assertRaises(ValueError, explore, policy="luck")

        self.assertEqual(str(error), "no policy 'luck'; there are mixed, uniform, pct")
