"""Tests for running a test again and again."""

import gc
import unittest
from functools import partial
from typing import Any, ClassVar
from weakref import ref

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SkipTest, SynchronousTestCase, TestCase

from harness import Network
from harness._recipes import Recipe
from harness._repeating import (
    Outcome,
    RepeatedCall,
    RepeatedTest,
    old_garbage_aside,
    repeatable,
)

CHOOSES = Recipe.parse("0:user.1=1")


def forget_error() -> None:
    """Leave a Deferred that has failed to the collector of garbage."""
    deferred: Deferred[None] = Deferred()
    deferred.cycle = deferred  # type: ignore[attr-defined]
    deferred.errback(Failure(ZeroDivisionError()))


class Sample(SynchronousTestCase):
    """Tests to be repeated; trial does not find them here."""

    cases: ClassVar[list["Sample"]] = []

    def setUp(self) -> None:
        self.cases.append(self)
        self.network = Network()

    def passes(self) -> None:
        """Nothing is wrong."""

    def fails(self) -> None:
        """Something is wrong, unless the plainest value was chosen."""
        self.assertEqual(self.network.choose([1, 2]), 1)

    def forgets(self) -> None:
        """An error that nobody handles, in a cycle of references."""
        forget_error()

    def skips(self) -> None:
        """Nobody knows."""
        raise SkipTest("too late")

    def is_interrupted(self) -> None:
        """Somebody presses Ctrl-C."""
        raise KeyboardInterrupt

    def is_known_to_fail(self) -> None:
        """Something is wrong, as is known."""
        raise ZeroDivisionError

    is_known_to_fail.todo = "it is hard"  # type: ignore[attr-defined]

    def fails_twice(self) -> None:
        """Something is wrong, and then another thing."""
        self.addCleanup(divmod, 1, 0)
        self.fail("at first")

    def hopes(self) -> None:
        """Nothing comes of it."""
        self.network.eventually("never", lambda: False, within=5)

    def hopes_and_fails(self) -> None:
        """Something else is wrong."""
        self.hopes()
        raise ZeroDivisionError

    def hopes_and_skips(self) -> None:
        """Nobody knows."""
        self.hopes()
        self.skips()


class Callable:
    """An object that can be called."""

    def __call__(self) -> None:
        """Do nothing."""


class Asynchronous(TestCase):
    """A test case that needs a reactor for itself."""


class RepeatedTestTests(SynchronousTestCase):
    """What `RepeatedTest` promises."""

    def test_passes(self) -> None:
        """Each run has a test case of its own."""
        test = RepeatedTest(Sample, "passes")
        Sample.cases.clear()
        outcomes = [test.run(Recipe()), test.run(Recipe())]

        self.assertEqual(outcomes, [Outcome(()), Outcome(())])
        self.assertEqual(len(set(map(id, Sample.cases))), 2)

    def test_fails(self) -> None:
        """It is told how, and what had been chosen."""
        outcome = RepeatedTest(Sample, "fails").run(CHOOSES)

        self.assertEqual(outcome.kind, "FailTest")
        self.assertIn("2 != 1", outcome.report)
        self.assertEqual([each.words for each in outcome.deviations], ["2"])

    def test_errors_that_nobody_handles(self) -> None:
        """They are told by the run in which they arose."""
        outcome = RepeatedTest(Sample, "forgets").run(Recipe())

        self.assertEqual(outcome.kind, "ZeroDivisionError")

    def test_errors_from_before(self) -> None:
        """A run is not told of what others have forgotten."""
        forget_error()
        outcome = RepeatedTest(Sample, "passes").run(Recipe())

        self.assertEqual(outcome, Outcome(()))
        gc.collect()
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_skipped(self) -> None:
        """A test that is skipped has not failed."""
        outcome = RepeatedTest(Sample, "skips").run(Recipe())

        self.assertEqual((outcome.kind, outcome.skipped), ("", "too late"))

    def test_interrupted(self) -> None:
        """Who interrupts a run has had enough of all of them."""
        test = RepeatedTest(Sample, "is_interrupted")

        self.assertRaises(KeyboardInterrupt, test.run, Recipe())

    def test_known_to_fail(self) -> None:
        """A failure is one, also if it is expected."""
        outcome = RepeatedTest(Sample, "is_known_to_fail").run(Recipe())

        self.assertEqual(outcome.kind, "ZeroDivisionError")

    def test_first_problem(self) -> None:
        """Of several problems the first counts, of whatever kind they are."""
        outcome = RepeatedTest(Sample, "fails_twice").run(Recipe())

        self.assertEqual((outcome.kind, outcome.message), ("FailTest", "at first"))

    def test_missed(self) -> None:
        """It is told which deviations have never come up."""
        outcome = RepeatedTest(Sample, "passes").run(CHOOSES)

        self.assertEqual(outcome.missed, ("user.1=1",))

    def test_demands(self) -> None:
        """What was demanded is judged, if nothing else is wrong."""
        outcome = RepeatedTest(Sample, "hopes").run(Recipe())
        self.assertEqual(
            (outcome.kind, outcome.message),
            (
                "InvariantBroken",
                "'never' had not come true when the test ended, at 0.0 s; "
                "it had until 5.0 s",
            ),
        )

        outcome = RepeatedTest(Sample, "hopes_and_fails").run(Recipe())
        self.assertEqual(outcome.kind, "ZeroDivisionError")

    def test_demands_of_a_skipped_test(self) -> None:
        """A test that is skipped need not meet any."""
        outcome = RepeatedTest(Sample, "hopes_and_skips").run(Recipe())

        self.assertEqual((outcome.kind, outcome.skipped), ("", "too late"))

    def test_test_case_of_the_standard_library(self) -> None:
        """Such a one can be repeated as well."""

        class Standard(unittest.TestCase):
            def fails(self) -> None:
                self.fail("of itself")

        standard: Any = Standard
        outcome = RepeatedTest(standard, "fails").run(Recipe())

        self.assertEqual(
            (outcome.kind, outcome.message), ("AssertionError", "of itself")
        )

    def test_asynchronous(self) -> None:
        """Such a test case cannot be repeated."""
        error = self.assertRaises(TypeError, RepeatedTest, Asynchronous, "run")

        self.assertEqual(str(error), "Asynchronous is no SynchronousTestCase")


class OldGarbageTests(SynchronousTestCase):
    """What `old_garbage_aside` promises."""

    def test_as_before(self) -> None:
        """In the end garbage is collected as before, and not before."""
        with old_garbage_aside():
            with old_garbage_aside():
                pass
            inside = gc.isenabled()

        self.assertEqual((inside, gc.isenabled()), (False, True))


class RepeatedCallTests(SynchronousTestCase):
    """What `RepeatedCall` promises."""

    def test_passes(self) -> None:
        """A function that returns has passed."""
        self.assertEqual(RepeatedCall(Network).run(Recipe()), Outcome(()))

    def test_fails(self) -> None:
        """One that raises has not."""

        def fail() -> None:
            raise ZeroDivisionError(Network().choose("ab"))

        outcome = RepeatedCall(fail).run(CHOOSES)

        self.assertEqual(outcome.kind, "ZeroDivisionError")
        self.assertIn("ZeroDivisionError: b", outcome.report)
        self.assertEqual(len(outcome.deviations), 1)

    def test_nothing_is_kept(self) -> None:
        """There may be any number of runs: what was demanded in them is forgotten."""
        networks: list[ref[Network]] = []

        def hope() -> None:
            network = Network()
            network.eventually("never", lambda: False, within=1)
            networks.append(ref(network))

        RepeatedCall(hope).run(Recipe())
        gc.collect()

        self.assertIsNone(networks[0]())

    def test_skipped(self) -> None:
        """One that skips has done neither."""
        outcome = RepeatedCall(Sample("skips").skips).run(Recipe())

        self.assertEqual((outcome.kind, outcome.skipped), ("", "too late"))

    def test_interrupted(self) -> None:
        """Nor has one that is interrupted."""

        def stop() -> None:
            raise KeyboardInterrupt

        self.assertRaises(KeyboardInterrupt, RepeatedCall(stop).run, Recipe())

    def test_name(self) -> None:
        """It is called as the function is that is called in the end."""
        nested = partial(partial(forget_error))
        names = [RepeatedCall(call).name for call in (forget_error, nested, Callable())]

        here = "harness.test.test_repeating"
        self.assertEqual(
            names, [f"{here}.forget_error", f"{here}.forget_error", f"{here}.Callable"]
        )


class RepeatableTests(SynchronousTestCase):
    """What `repeatable` makes of a test."""

    def test_method(self) -> None:
        """That of a test case is a test."""
        test = repeatable(Sample("passes").fails)

        self.assertIsInstance(test, RepeatedTest)
        self.assertEqual(test.name, "harness.test.test_repeating.Sample.fails")

    def test_function(self) -> None:
        """Anything else is a function."""
        self.assertEqual(repeatable(Network).name, "harness._network.Network")
