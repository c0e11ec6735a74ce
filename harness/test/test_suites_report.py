"""Tests of how a comparison is told."""

from twisted.trial.unittest import SynchronousTestCase

from harness.suites.comparing import Comparison
from harness.suites.outcomes import Outcome
from harness.suites.report import as_text
from harness.suites.running import Run


class AsTextTests(SynchronousTestCase):
    """What a person reads."""

    def test_what_there_is_to_say(self) -> None:
        """The counts, the times, and all that is not as expected."""
        passed, failed = Outcome("passed"), Outcome("failed", "1 != 2")
        comparison = Comparison(
            "pack",
            Run(
                "epoll",
                {"pack.a": passed, "pack.b": passed, "pack.c": passed},
                seconds=7.04,
                processor_seconds=1.5,
            ),
            Run(
                "virtual",
                {"pack.a": failed, "pack.b": failed, "pack.c": passed},
                seconds=2.0,
                processor_seconds=1.9,
                complaint="killed",
            ),
            {"pack.b": "processes", "pack.c": "processes"},
        )

        self.assertEqual(
            as_text(comparison).splitlines(),
            [
                "pack",
                "  epoll    3 tests: 3 passed; 7.0 s, processor 1.5 s",
                "  virtual  3 tests: 1 passed, 2 failed; 2.0 s, processor 1.9 s",
                "  1 different for a known reason, 1 not",
                "  INCOMPLETE virtual: killed",
                "  DIFFERENT pack.a",
                "    epoll: passed",
                "    virtual: failed, 1 != 2",
                "  OUTDATED pack.c passes on both",
            ],
        )

    def test_no_tests(self) -> None:
        """A suite may have none."""
        run = Run("epoll", {}, 1.0, 1.0)

        self.assertIn(" 0 tests: none; ", as_text(Comparison("pack", run, run, {})))
