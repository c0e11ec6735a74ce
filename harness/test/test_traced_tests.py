"""Tests of what is recorded of tests, by running some."""

import os
from pathlib import Path
from typing import Any

from twisted.internet.defer import succeed
from twisted.internet.protocol import DatagramProtocol
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import HarnessTestCase, Trace, load_trace
from harness._traced_tests import KEPT


def run(test: HarnessTestCase) -> str:
    """Run a test, and return how it fails."""
    result: Any = TestResult()
    test.run(result)
    return "".join(failure.getErrorMessage() for _, failure in result.failures)


class Speaking(HarnessTestCase):
    """Says something on the network."""

    def say(self, text: str) -> None:
        """Send a datagram."""
        port: Any = self.reactor.listenUDP(7, DatagramProtocol())
        port.write(text.encode(), ("127.0.0.1", 7))
        self.network.advance(1)
        port.stopListening()
        self.network.advance(1)


class ReportTests(SynchronousTestCase):
    """What the report of a failed test ends with."""

    def test_conversation(self) -> None:
        """What was said."""

        class Test(Speaking):
            def runTest(self) -> None:
                self.say("hello")
                self.fail("boom")

        self.assertRegex(run(Test()), r"(?s)^boom\n\nThe conversation, .*UDP hello\n")

    def test_not_wanted(self) -> None:
        """Then nothing is recorded at all."""
        traces: list[object] = []

        class Test(Speaking):
            conversation = 0

            def runTest(self) -> None:
                traces.append(self.network.trace)
                self.fail("boom")

        self.assertEqual(run(Test()), "boom")
        self.assertEqual(traces, [None])

    def test_as_many_lines_as_are_wanted(self) -> None:
        """The last ones."""

        class Test(Speaking):
            conversation = 1

            def runTest(self) -> None:
                self.say("first")
                self.say("second")
                self.fail("boom")

        self.assertIn("the last 1 events", run(Test()))
        self.assertNotIn("first", run(Test()))

    def test_a_trace_of_its_own(self) -> None:
        """What was said before a test began one is told, too."""

        class Test(Speaking):
            def runTest(self) -> None:
                self.say("first")
                self.network.start_trace()
                self.say("second")
                self.fail("boom")

        self.assertRegex(run(Test()), "(?s)UDP first.*UDP second")

    def test_memory(self) -> None:
        """Of a long test only the last events are kept."""
        traces: list[Trace] = []

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                for number in range(1000):
                    self.reactor.host.record("note", str(number))
                assert self.network.trace is not None
                traces.append(self.network.trace)

        run(Test())
        (trace,) = traces

        self.assertEqual(len(trace), KEPT)
        self.assertEqual(list(trace)[-1].source, "999")


class FileTests(SynchronousTestCase):
    """``HARNESS_TRACE``."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()) / "traces"
        self.patch(os, "environ", os.environ | {"HARNESS_TRACE": str(self.folder)})

    def files(self) -> list[str]:
        """Return the names of the files that were written."""
        return sorted(path.name for path in self.folder.iterdir())

    def test_each_test_has_two(self) -> None:
        """One for programs and one for people."""

        class Test(Speaking):
            def runTest(self) -> None:
                self.say("hello")
                succeed(1).addCallback(bool)

            def id(self) -> str:
                return "package/test.Test.runTest"

        run(Test())
        trace = load_trace(self.folder / "package_test.Test.runTest.json")

        self.assertEqual(
            self.files(),
            ["package_test.Test.runTest.html", "package_test.Test.runTest.json"],
        )
        self.assertEqual(
            (trace.title, trace.outcome, trace.failure),
            ("package/test.Test.runTest", "passed", ""),
        )
        self.assertEqual(trace.details, ("packets", "timers", "deferreds"))
        self.assertLessEqual(
            {"datagram", "deferred", "callback"}, {event.kind for event in trace}
        )

    def test_a_failure(self) -> None:
        """It is in the file, whole."""

        class Test(Speaking):
            conversation = 0

            def runTest(self) -> None:
                self.fail("boom")

            def id(self) -> str:
                return "x" * 300

        self.assertEqual(run(Test()), "boom")
        trace = load_trace(self.folder / f"{'x' * 200}.json")

        self.assertEqual(trace.outcome, "failed")
        self.assertRegex(trace.failure, r"(?s)^Traceback .*FailTest: boom\n$")

    def test_nothing_is_recorded_afterwards(self) -> None:
        """The test's Deferreds are its own."""

        class Test(Speaking):
            def runTest(self) -> None:
                """Do nothing."""

        test = Test()
        run(test)

        self.assertIsNone(test.network.trace)
