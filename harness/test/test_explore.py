"""Tests for the decorator of explored tests."""

from typing import Any, ClassVar

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

    @explore(seeds=1)
    def skips_and_fails(self) -> None:
        """Nobody knows, and something is wrong."""
        self.addCleanup(divmod, 1, 0)
        raise SkipTest("too late")

    @explore(seeds=9)
    def skips_with_some(self) -> None:
        """Nobody knows, now and then."""
        if self.network.choose([False, True]):
            raise SkipTest("too late")

    @explore
    def is_racy(self) -> None:
        """Something is wrong, as is known."""
        self.assertEqual(self.network.choose("ab"), "a")

    is_racy.todo = "it is hard"  # type: ignore[attr-defined]

    @explore
    def divides(self) -> None:
        """Something is wrong, as is known."""
        if self.network.choose([False, True]):
            raise ZeroDivisionError("by what was chosen")

    divides.todo = (ZeroDivisionError, "it is hard")  # type: ignore[attr-defined]

    @explore
    def divides_otherwise(self) -> None:
        """Something else is wrong than what is known."""
        self.assertEqual(self.network.choose("ab"), "a")

    divides_otherwise.todo = divides.todo  # type: ignore[attr-defined]

    @explore(seeds=1)
    def is_mended(self) -> None:
        """Nothing is wrong any more."""

    is_mended.todo = "it is hard"  # type: ignore[attr-defined]

    @explore
    def interrupts(self) -> None:
        """Somebody presses Ctrl-C."""
        raise KeyboardInterrupt("enough")

    @explore
    def tells_time(self) -> None:
        """A clock is right."""
        self.assertEqual(self.network.host("one").reactor.seconds(), 0)

    @explore
    def remembers(self) -> None:
        """The fourth run is unlike the others."""
        self.seeds.append(0)
        self.assertEqual(len(self.seeds) if len(self.seeds) == 4 else 3, 3)


class Bare(SynchronousTestCase):
    """Has nothing to explore."""

    @explore
    def makes_none(self) -> None:
        """There is no network."""


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
            (Sample if hasattr(Sample, name) else Bare)(name).run(result)
        self.skips = [reason for _, reason in result.skips]
        expected: list[Any] = result.expectedFailures
        self.expected = [each[1].getErrorMessage() for each in expected]
        self.surprises = len(result.unexpectedSuccesses)
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
        self.assertIn(
            f"  HARNESS_SEED=0:user.1=3 python -m twisted.trial {name}\n", message
        )

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

        self.assertTrue(
            message.startswith(
                "fails as it is, with nothing unusual\nreplay it with\n"
                "  HARNESS_SEED=0: python -m twisted.trial harness.test.test_explore."
                "Sample.always_fails\n\nTraceback"
            ),
            message,
        )

    def test_skips(self) -> None:
        """A test that is skipped is, whether it is replayed or not."""
        for seed in "", "1", "0:":
            self.assertEqual(self.outcome("skips", HARNESS_SEED=seed), "")
            self.assertEqual(self.skips, ["too late"])

    def test_skips_and_fails(self) -> None:
        """A failure counts for more."""
        for seed in "", "0:":
            message = self.outcome("skips_and_fails", HARNESS_SEED=seed)
            self.assertIn("ZeroDivisionError: ", message)
            self.assertEqual(self.skips, [])

    def test_skips_now_and_then(self) -> None:
        """What a seed skips is just one run less."""
        self.assertEqual(self.outcome("skips_with_some"), "")
        self.assertEqual(self.skips, [])

    def test_todo(self) -> None:
        """A test that is known to fail with some seed does so, as trial says it."""
        self.assertEqual(self.outcome("is_racy"), "")
        (failure,) = self.expected
        self.assertIn("fails with 1 of 1 deviations", failure)

    def test_todo_of_a_kind(self) -> None:
        """If it is known how, it fails so, or it is an error."""
        self.assertEqual(self.outcome("divides"), "")
        self.assertEqual(self.expected, ["by what was chosen"])
        self.assertEqual(self.outcome("divides_otherwise"), "'b' != 'a'\n- b\n+ a\n")
        self.assertEqual(self.expected, [])

    def test_todo_that_is_done(self) -> None:
        """One that passes with all seeds is a surprise."""
        self.outcome("is_mended")

        self.assertEqual(self.surprises, 1)

    def test_no_network(self) -> None:
        """Where there is no network there is nothing to explore."""
        message = self.outcome("makes_none")

        self.assertIn("test_explore.Bare.makes_none makes no Network, so", message)

    def test_interrupted(self) -> None:
        """Who has had enough does not find a bug."""
        message = self.outcome("interrupts")

        self.assertEqual(message, "enough")

    def test_faults_of_the_recipe(self) -> None:
        """What the test does not say may go wrong, a replay may say."""
        message = self.outcome("tells_time", HARNESS_SEED="0:fault.start.1=1+skew")

        self.assertIn("-3600.0 != 0", message)

    def test_run_that_is_no_more(self) -> None:
        """A replay that does not meet its deviations fails, and says so first."""
        gone = "this run does not exist any more: fault.send.99=1 never came up"

        self.assertEqual(
            self.outcome("depends", HARNESS_SEED="0:fault.send.99=1"), gone
        )
        message = self.outcome("always_fails", HARNESS_SEED="0:fault.send.99=1")
        self.assertTrue(message.startswith(f"{gone}\nTraceback"), message)

    def test_not_the_same_in_each_run(self) -> None:
        """A failure that does not come again is shown as it was."""
        Sample.seeds.clear()
        message = self.outcome("remembers")

        self.assertIn("failed in run 4, but not when that was made again", message)
        self.assertIn("Traceback", message)
        self.assertIn("4 != 3", message)

    def test_asynchronous(self) -> None:
        """A test case that needs a reactor for itself is refused."""
        self.assertRaises(TypeError, Asynchronous("test").test)

    def test_unknown_policy(self) -> None:
        """It is refused where it is given."""
        error = self.assertRaises(ValueError, explore, policy="luck")

        self.assertEqual(str(error), "no policy 'luck'; there are mixed, uniform, pct")

    def test_number_of_seeds(self) -> None:
        """It is a number, and not of none."""
        arguments: list[Any] = [0, -5, "x", True, None, 2.0]
        for seeds in arguments:
            with self.assertRaises((TypeError, ValueError)) as caught:
                explore(seeds)
            self.assertIn("seeds must be a whole number, ", str(caught.exception))

    def test_no_fault(self) -> None:
        """What may go wrong is a fault."""
        faults: Any = [Fault.reset(), "cut"]
        error = self.assertRaises(TypeError, explore, faults=faults)

        self.assertEqual(str(error), "a fault must be a Fault, not 'cut'")

    def test_decorates_methods(self) -> None:
        """Neither a class nor a result."""
        for what in Sample, 7:
            error = self.assertRaises(TypeError, explore(), what)
            self.assertEqual(
                str(error), f"explore decorates a test method, not {what!r}"
            )
        self.assertRaises(TypeError, explore, Sample)
