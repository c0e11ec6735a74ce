"""Tests of reports that end with more than an error."""

import io
import sys
import unittest
from typing import Any

from twisted.python.failure import Failure
from twisted.trial.reporter import Reporter, TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness._told_failures import TellingReporter, told_failure
from harness.test import failing


def failure() -> Failure:
    """Make a failure."""
    try:
        raise ValueError("boom")
    except ValueError:
        return Failure()


class ToldFailureTests(SynchronousTestCase):
    """A failure that tells more."""

    def test_text(self) -> None:
        """Its traceback and its message end with it."""
        told = told_failure(failure(), "what was said\n")

        self.assertTrue(
            told.getTraceback().endswith("ValueError: boom\n\nwhat was said\n")
        )
        self.assertEqual(told.getErrorMessage(), "boom\n\nwhat was said\n")

    def test_all_else_is_as_before(self) -> None:
        """It is the same failure."""
        before = failure()
        told = told_failure(before, "what was said\n")

        self.assertIs(told, before)
        self.assertEqual((told.type, str(told.value)), (ValueError, "boom"))
        self.assertIsNotNone(told.check(ValueError))

    def test_printed_to_nobody(self) -> None:
        """As it may be, into the log."""
        told_failure(failure(), "what was said\n").printTraceback()

        self.assertEqual(len(self.flushLoggedErrors()), 0)


class TellingReporterTests(SynchronousTestCase):
    """What a reporter is told."""

    def report(self, method: str) -> tuple[str, TellingReporter]:
        """Run a test as trial does, and return the report."""
        stream = io.StringIO()
        reporter = Reporter(stream)
        told: Any = TellingReporter(reporter, lambda: "what was said\n")
        failing.Failing(method).run(told)
        reporter.done()
        return stream.getvalue(), told

    def test_failures(self) -> None:
        """They end with it."""
        report, told = self.report("test_assertion")

        self.assertIn("boom\n\nwhat was said\n", report)
        self.assertIn("boom", told.failure)
        self.assertNotIn("what was said", told.failure)

    def test_the_first_only(self) -> None:
        """It is told once."""
        report, told = self.report("test_error")

        self.assertEqual(report.count("what was said"), 1)
        self.assertIn("later", report)
        self.assertNotIn("later", told.failure)

    def test_no_failure(self) -> None:
        """Nothing is told."""
        for method in ("test_success", "test_skipped"):
            report, told = self.report(method)
            self.assertNotIn("what was said", report)
            self.assertEqual(told.failure, "")

    def test_what_is_no_failure_object(self) -> None:
        """It is passed on as it is."""
        result: Any = TestResult()
        test = failing.Failing("test_success")
        TellingReporter(result, lambda: "what was said\n").addError(
            test, (ValueError, ValueError("boom"), None)
        )
        ((_, passed),) = result.errors

        self.assertNotIn("what was said", passed.getErrorMessage())

    def unittest_report(self, method: str) -> str:
        """Run a test as the standard library does, and return the report."""
        stream = io.StringIO()
        unittest.TextTestRunner(stream).run(
            unittest.TestSuite([failing.Telling(method)])
        )
        return stream.getvalue()

    def test_standard_library(self) -> None:
        """There it is a note of the exception, where exceptions have notes."""
        has_notes = sys.version_info >= (3, 11)

        self.assertEqual(
            "boom\nwhat was said\n" in self.unittest_report("test_assertion"), has_notes
        )
        self.assertIn("boom", self.unittest_report("test_assertion"))
