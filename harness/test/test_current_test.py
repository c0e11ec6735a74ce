"""Tests for finding the test that is under way, and what comes at its end."""

import unittest
from functools import partial
from typing import Any, ClassVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock, deferLater
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness._current_test import at_end_of, current_test
from harness.test.apart import run_apart


class CurrentTestTests(SynchronousTestCase):
    """What `current_test` promises."""

    def test_itself(self) -> None:
        """However far a test has gone down, it is found."""

        def inside() -> object:
            return current_test()

        self.assertIs(inside(), self)

    def test_innermost(self) -> None:
        """Of tests that run others it is the last."""

        class Inner(unittest.TestCase):
            def test(self) -> None:
                found.append(current_test())

        found: list[object] = []
        inner = Inner("test")
        inner.run(unittest.TestResult())

        self.assertEqual(found, [inner])

    def test_others_that_run(self) -> None:
        """What has the same method and is no test is none."""

        class Program:
            def run(self) -> object:
                return current_test()

        self.assertIs(Program().run(), self)

    def test_none(self) -> None:
        """Elsewhere there is none."""
        found: list[object] = []
        run_apart(lambda: found.append(current_test()))

        self.assertEqual(found, [None])


class Sample(SynchronousTestCase):
    """A test that demands something for its end; trial does not find it here."""

    events: ClassVar[list[str]] = []

    def tearDown(self) -> None:
        self.events.append("tear down")

    def end(self, event: str) -> None:
        """Note what came at the end."""
        self.events.append(event)

    def passes(self) -> None:
        """Nothing is wrong."""
        for event in "one", "two":
            at_end_of(self, partial(self.end, event))

    def fails_at_its_end(self) -> None:
        """Something is wrong in the end."""
        self.passes()
        at_end_of(self, self.fail)


class AtEndTests(SynchronousTestCase):
    """What `at_end_of` promises."""

    def errors_of(self, case: Any) -> list[str]:
        """Run a test; return how it failed."""
        result = TestResult()
        case.events.clear()
        case.run(result)
        problems: list[Any] = [*result.errors, *result.failures]
        return [each.getErrorMessage() for _, each in problems]

    def test_after_tear_down(self) -> None:
        """It comes after ``tearDown``, the last first."""
        self.assertEqual(self.errors_of(Sample("passes")), [])
        self.assertEqual(Sample.events, ["tear down", "two", "one"])

    def test_once(self) -> None:
        """A test that is run again has an end of its own."""
        case = Sample("passes")
        self.errors_of(case)

        self.errors_of(case)
        self.assertEqual(Sample.events, ["tear down", "two", "one"])

    def test_fails(self) -> None:
        """What is raised is an error of the test, and the others are called too."""
        self.assertEqual(self.errors_of(Sample("fails_at_its_end")), ["None"])
        self.assertEqual(Sample.events, ["tear down", "two", "one"])

    def test_asynchronous(self) -> None:
        """It waits for a ``tearDown`` that takes time, however that is told."""

        class Late(Sample):
            def tearDown(self) -> Deferred[None]:  # type: ignore[override]
                return deferLater(clock, 1, super().tearDown)

        class Awaiting(Late):
            async def tearDown(self) -> None:  # type: ignore[override]
                await super().tearDown()

        clock = Clock()
        for case in Late("passes"), Awaiting("passes"):
            case.passes()
            Sample.events.clear()
            done: Any = case.tearDown()
            self.assertNoResult(done)
            clock.advance(1)

            self.successResultOf(done)
            self.assertEqual(Sample.events, ["tear down", "two", "one"])
