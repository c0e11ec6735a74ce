"""Test cases that fail, for tests of reports. Trial does not look for tests here."""

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._told_failures import TellingReporter


class Failing(SynchronousTestCase):
    """Fails, in one way or several."""

    def test_assertion(self) -> None:
        """Fail."""
        self.fail("boom")

    def test_error(self) -> None:
        """Fail, and once more afterwards."""
        self.addCleanup(self.fail, "later")
        raise ValueError("boom")

    def test_success(self) -> None:
        """Do not fail."""

    def test_skipped(self) -> None:
        """Do not run."""

    test_skipped.skip = "not today"  # type: ignore[attr-defined]


class Telling(Failing):
    """Runs with a reporter that tells more."""

    def run(self, result: Any = None) -> None:
        told: Any = TellingReporter(result, lambda: "what was said\n")
        super().run(told)
