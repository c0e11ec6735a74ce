"""Tests of what is written down of a suite while it runs."""

import io
import unittest

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from harness.suites.outcomes import Outcome, OutcomeReporter, read_outcomes


def trial_case() -> type[SynchronousTestCase]:
    """Make a test case with every outcome, where trial does not find it."""

    class Sample(SynchronousTestCase):
        def test_passes(self) -> None:
            pass

        def test_fails(self) -> None:
            self.assertEqual(1, 2)

        def test_raises(self) -> None:
            raise ValueError("first\nsecond")

        def test_skips(self) -> None:
            raise SkipTest("not here")

        def test_todo(self) -> None:
            raise ValueError("not yet")

        test_todo.todo = "some day"  # type: ignore[attr-defined]

        def test_done(self) -> None:
            pass

        test_done.todo = "some day"  # type: ignore[attr-defined]

        def test_is_undone(self) -> None:
            self.addCleanup(self.fail, "after all")

    return Sample


def standard_case() -> type[unittest.TestCase]:
    """Make a test case of the standard library's."""

    class Sample(unittest.TestCase):
        def test_raises(self) -> None:
            raise ValueError("no")

    return Sample


class OutcomeTests(SynchronousTestCase):
    """What a suite writes and `read_outcomes` reads."""

    def outcome_of(
        self, name: str, case: type[unittest.TestCase] | None = None
    ) -> Outcome:
        """Run one test, and return its outcome as read from what was written."""
        stream = io.StringIO()
        test = (trial_case() if case is None else case)(name)
        test.run(OutcomeReporter(stream))
        outcomes = read_outcomes(stream.getvalue().splitlines())
        self.assertEqual(list(outcomes), [test.id()])
        return outcomes[test.id()]

    def test_passed(self) -> None:
        """There is nothing more to say of it."""
        self.assertEqual(self.outcome_of("test_passes"), Outcome("passed"))

    def test_failed(self) -> None:
        """An assertion did not hold."""
        outcome = self.outcome_of("test_fails")

        self.assertEqual(outcome.kind, "failed")
        self.assertIn("1 != 2", outcome.reason)

    def test_error(self) -> None:
        """The first line of an exception says enough."""
        self.assertEqual(
            self.outcome_of("test_raises"), Outcome("error", "ValueError: first")
        )

    def test_error_of_the_standard_library(self) -> None:
        """Its test cases hand over what was raised in another form."""
        self.assertEqual(
            self.outcome_of("test_raises", standard_case()),
            Outcome("error", "ValueError: no"),
        )

    def test_skipped(self) -> None:
        """The reason is that given by the test."""
        self.assertEqual(self.outcome_of("test_skips"), Outcome("skipped", "not here"))

    def test_expected_failure(self) -> None:
        """A test may be known not to pass yet."""
        self.assertEqual(
            self.outcome_of("test_todo"),
            Outcome("expected failure", "ValueError: not yet"),
        )

    def test_unexpected_success(self) -> None:
        """It may then pass all the same."""
        self.assertEqual(self.outcome_of("test_done"), Outcome("unexpected success"))

    def test_the_gravest_counts(self) -> None:
        """Nobody has passed whose cleanup fails."""
        self.assertEqual(self.outcome_of("test_is_undone").kind, "error")

    def test_gravest_first(self) -> None:
        """Whatever comes after."""
        lines = ['["one", "error", "x"]', '["one", "passed", ""]']

        self.assertEqual(read_outcomes(lines), {"one": Outcome("error", "x")})

    def test_unfinished(self) -> None:
        """A test that only began is one that the process did not survive."""
        stream = io.StringIO()
        OutcomeReporter(stream).startTest(trial_case()("test_passes"))
        (outcome,) = read_outcomes(stream.getvalue().splitlines()).values()

        self.assertEqual(outcome, Outcome("unfinished"))
