"""How to read a timeline: what the pages of the documentation show."""

import os
from pathlib import Path
from typing import Any

from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_bytes, load_trace
from harness.test.samples import kitchen


class ReportTests(SynchronousTestCase):
    """What is told of a test that fails."""

    def test_ends_with_the_conversation(self) -> None:
        """Who said what to whom, and what became of it."""
        result: Any = TestResult()
        kitchen.Impatient().run(result)
        ((_, failure),) = result.failures

        shown = failure.getErrorMessage()
        self.assertEqual(shown.encode(), fixture_bytes("messages/conversation.txt"))

    def test_the_bug_is_mended(self) -> None:
        """With more patience there is soup."""
        result = TestResult()
        kitchen.Patient().run(result)

        self.assertTrue(result.wasSuccessful())

    def test_is_written_to_files(self) -> None:
        """Where the environment says so."""
        folder = Path(self.mktemp())
        self.patch(os, "environ", os.environ | {"HARNESS_TRACE": str(folder)})
        kitchen.Impatient().run(TestResult())
        trace = load_trace(
            folder / "harness.test.samples.kitchen.Impatient.runTest.json"
        )

        self.assertEqual(trace.outcome, "failed")
        self.assertEqual(list(trace.machines), ["localhost", "hall", "kitchen"])
