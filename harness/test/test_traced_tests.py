"""Tests of what is recorded of tests, by running some."""

import os
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from twisted.internet.defer import succeed
from twisted.internet.protocol import DatagramProtocol
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import (
    Fault,
    HarnessTestCase,
    Network,
    Trace,
    every_failure,
    explore,
    load_trace,
)
from harness._recipes import Recipe
from harness._sessions import Session
from harness._traced_tests import KEPT, file_name, settle_folder


def run(test: HarnessTestCase) -> str:
    """Run a test, and return how it fails."""
    result: Any = TestResult()
    test.run(result)
    return "".join(failure.getErrorMessage() for _, failure in result.failures)


def errors_of(test: HarnessTestCase) -> tuple[list[str], int]:
    """Run a test, and return its errors, and how many tests have passed."""
    result: Any = TestResult()
    test.run(result)
    errors = [failure.getErrorMessage() for _, failure in result.errors]
    return errors, result.successes


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

    def test_silence(self) -> None:
        """That is told, too."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.fail("boom")

        self.assertEqual(run(Test()), "boom\n\nThe conversation: nothing was said.\n")

    def test_another_network(self) -> None:
        """What was said there is not known, so that nothing is no news."""

        class Test(Speaking):
            def runTest(self) -> None:
                Network()
                self.fail("boom")

        class Talkative(Test):
            def setUp(self) -> None:
                self.say("hello")

        self.assertEqual(run(Test()), "boom")
        self.assertIn("UDP hello", run(Talkative()))

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


class Choosing(Speaking):
    """Chooses what to say, in a test that is explored."""

    def choose(self, *words: str) -> None:
        """Say one of some words, and fail unless it is the first."""
        word = self.network.choose(words)
        self.say(word)
        self.assertEqual(word, words[0])


class ManyRunsReportTests(SynchronousTestCase):
    """The report of a test that makes many runs of itself."""

    def test_explored(self) -> None:
        """It ends with the conversation of the run that it tells of, once."""

        class Test(Choosing):
            @explore(seeds=20)
            def runTest(self) -> None:
                self.choose("yes", "no")

        report = run(Test())

        self.assertRegex(report, r"(?s)^fails with 1 of .*UDP no\n.*\n$")
        self.assertEqual(report.count("The conversation"), 1)

    def test_every_failure(self) -> None:
        """The same."""

        class Test(Choosing):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5))

            def check(self) -> None:
                skewed = self.network.host("one").clock_skew
                self.say(f"wrong by {skewed}")
                self.assertEqual(skewed, 0)

        report = run(Test())

        self.assertRegex(report, r"(?s)^fails in 1 of .*UDP wrong by 5\n.*\n$")
        self.assertEqual(report.count("The conversation"), 1)

    def test_every_failure_of_a_function(self) -> None:
        """What it says on networks of its own is not known."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5))

            @staticmethod
            def check() -> None:
                skewed = Network().host("one").clock_skew
                assert skewed == 0, f"wrong by {skewed}"

        report = run(Test())

        self.assertRegex(report, r"^fails in 1 of ")
        self.assertNotIn("The conversation", report)

    def test_what_is_found_after_a_run(self) -> None:
        """Its report tells of the last run, if the test itself has said nothing."""

        class Test(Choosing):
            def runTest(self) -> None:
                self.assertEqual(every_failure(self.check, Fault.skew(5)), 9)

            def check(self) -> None:
                self.say("of a run")

        self.assertRegex(run(Test()), r"(?s)^3 != 9\n\nThe conv.*UDP of a run\n.*\n$")

    def test_a_failure_of_its_own(self) -> None:
        """Then it is what the test itself has said."""

        class Test(Choosing):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5))
                self.say("mine")
                self.fail("boom")

            def check(self) -> None:
                self.say("of a run")

        report = run(Test())

        self.assertRegex(report, r"(?s)^boom\n\nThe conversation.*UDP mine\n.*\n$")
        self.assertNotIn("of a run", report)


class FileTestCase(SynchronousTestCase):
    """``HARNESS_TRACE``."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()) / "traces"
        self.patch(os, "environ", os.environ | {"HARNESS_TRACE": str(self.folder)})

    def files(self) -> list[str]:
        """Return the names of the files that were written."""
        return sorted(path.name for path in self.folder.iterdir())


class FileTests(FileTestCase):
    """The files of tests."""

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

    def test_long_names(self) -> None:
        """They are cut to what any file may be called, which is told in bytes."""
        self.assertEqual(file_name("a.b-c/d e"), "a.b-c_d_e")
        self.assertEqual(file_name("ab" + "é" * 100), "é" * 100)
        self.assertEqual(file_name("b" + "é" * 99 + "a"), "b" + "é" * 99 + "a")
        self.assertEqual(file_name("é" * 100 + "a"), "é" * 99 + "a")

    def test_an_interruption(self) -> None:
        """Nothing is recorded after what ends a test from outside, either."""

        class Result(TestResult):
            def startTest(self, test: object) -> None:
                raise KeyboardInterrupt

        test = Speaking("say")
        result: Any = Result()

        self.assertRaises(KeyboardInterrupt, test.run, result)
        self.assertIsNone(test.network.trace)


class NotWrittenTests(FileTestCase):
    """Files that cannot be written."""

    def setUp(self) -> None:
        super().setUp()
        self.folder.parent.mkdir(exist_ok=True)
        self.folder.write_text("no folder")
        self.error = f"HARNESS_TRACE: {self.folder}: File exists"

    def test_a_test_that_passes(self) -> None:
        """It is an error of that test, which names the file."""

        class Test(Speaking):
            def runTest(self) -> None:
                self.say("hello")

        self.assertEqual(errors_of(Test()), ([self.error], 0))

    def test_a_test_that_fails(self) -> None:
        """It is another error of that test."""

        class Test(Speaking):
            def runTest(self) -> None:
                self.say("hello")
                raise ValueError("boom")

        (first, second), _ = errors_of(Test())

        self.assertRegex(first, r"(?s)^boom\n\nThe conversation.*UDP hello\n.*\n$")
        self.assertEqual(second, self.error)


class ManyRunsFileTests(FileTestCase):
    """The files of a test that makes many runs of itself."""

    def trace_of_run(self, test: HarnessTestCase) -> Trace:
        """Run a test, and return the only trace that it has left."""
        run(test)
        name = file_name(test.id())
        self.assertEqual(self.files(), [f"{name}.html", f"{name}.json"])
        return load_trace(self.folder / f"{name}.json")

    def said(self, trace: Trace) -> list[bytes]:
        """Return what was said."""
        return [bytes(event.data) for event in trace if event.kind == "datagram"]

    def test_explored(self) -> None:
        """They show the run that the report tells of."""

        class Test(Choosing):
            @explore(seeds=20)
            def runTest(self) -> None:
                self.choose("yes", "yes", "no", "never")

        trace = self.trace_of_run(Test())

        self.assertEqual(self.said(trace), [b"no"])
        self.assertEqual((trace.title, trace.outcome), (Test().id(), "failed"))
        self.assertIn("FailTest: 'no' != 'yes'\n", trace.failure)

    def test_explored_in_vain(self) -> None:
        """They show the last run."""

        class Test(Choosing):
            numbers: ClassVar = count(1)

            @explore(seeds=2)
            def runTest(self) -> None:
                self.say(f"run {next(self.numbers)}")

        trace = self.trace_of_run(Test())

        self.assertEqual(self.said(trace), [b"run 3"])
        self.assertEqual((trace.outcome, trace.failure), ("passed", ""))

    def test_every_failure(self) -> None:
        """They show the first of the runs that fail, as its report does."""

        class Test(Choosing):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5), Fault.skew(6))

            def check(self) -> None:
                skewed = self.network.host("one").clock_skew
                self.say(f"wrong by {skewed}")
                self.assertEqual(skewed, 0)

        trace = self.trace_of_run(Test())

        self.assertEqual(self.said(trace), [b"wrong by 5"])

    def test_replayed(self) -> None:
        """They show the run."""
        self.patch(os, "environ", os.environ | {"HARNESS_SEED": "0:user.1=1"})

        class Test(Choosing):
            @explore(seeds=20)
            def runTest(self) -> None:
                self.choose("yes", "no")

        self.assertEqual(self.said(self.trace_of_run(Test())), [b"no"])

    def test_runs_of_a_command(self) -> None:
        """They show the last that has failed: that is the one that it tells of."""

        class Test(Speaking):
            word = "yes"

            def runTest(self) -> None:
                self.say(self.word)
                self.assertNotIn("no", self.word)

        for word in ("no", "not", "yes"):
            with Session(Recipe()).running():
                test = Test()
                test.word = word
                trace = self.trace_of_run(test)

        self.assertEqual(self.said(trace), [b"not"])

    def test_what_is_found_after_a_run(self) -> None:
        """They show the last run, if the test itself has done no more than wait."""

        class Test(Choosing):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5))
                succeed(1).addCallback(self.assertEqual, 2)
                self.fail("boom")

            def check(self) -> None:
                self.say("of a run")

        self.assertEqual(self.said(self.trace_of_run(Test())), [b"of a run"])

    def test_a_failure_of_its_own(self) -> None:
        """They show the test itself."""

        class Test(Choosing):
            def runTest(self) -> None:
                every_failure(self.check, Fault.skew(5))
                self.say("mine")
                self.fail("boom")

            def check(self) -> None:
                self.say("of a run")

        self.assertEqual(self.said(self.trace_of_run(Test())), [b"mine"])


class FolderTests(SynchronousTestCase):
    """The folder for files."""

    def test_does_not_move(self) -> None:
        """It is settled once, and other processes inherit that."""
        environment = {"HARNESS_TRACE": "traces"}
        settle_folder(environment)

        self.assertEqual(environment, {"HARNESS_TRACE": f"{os.getcwd()}/traces"})

    def test_none(self) -> None:
        """Nothing is asked for."""
        for environment in ({}, {"HARNESS_TRACE": ""}):
            before = dict(environment)
            settle_folder(environment)
            self.assertEqual(environment, before)
