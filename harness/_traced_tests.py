# -*- test-case-name: harness.test.test_traced_tests -*-
"""The trace of a test: for its report if it fails, and for files if they are wanted.

``HARNESS_TRACE=DIR`` in the environment asks for files.
"""

import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twisted.python.failure import Failure

from harness._conversation import describe_conversation, rows_to_tell
from harness._network import Network
from harness._new_networks import networks_made
from harness._pages import save_page
from harness._sessions import running_session
from harness._told_failures import TellingReporter
from harness._trace import Trace
from harness._trace_files import save_trace
from harness._traced_runs import TracedRun, TracedRuns

#: The variable that names the folder for files.
VARIABLE = "HARNESS_TRACE"

#: How many of the last events are kept if it is only for the report.
KEPT = 500

#: The longest name of a file in bytes, without what says its type.
_LONGEST = 200

#: The tests that are under way, innermost last.
_under_way: list["TracedTest"] = []


def settle_folder(environment: MutableMapping[str, str]) -> None:
    """Let the folder for files be the same when the process changes directory."""
    folder = environment.get(VARIABLE)
    if folder:
        environment[VARIABLE] = os.path.abspath(folder)


# Trial runs tests in a directory of its own. It has imported them before, and so this;
# the processes that trial --jobs starts afterwards inherit the variable.
settle_folder(os.environ)


class TracedTest:
    """What is recorded of one test.

    If the test makes many runs of itself, as one that is explored does, each of them is
    such a test, too. It leaves its trace to the one that it is a run of: that writes
    one of them, and the report has the conversation of the run from that run itself.
    Runs that no test makes, but a command, have files if they fail; the last of them is
    the one that the command tells of.

    Attributes:
        lines: How many lines of the conversation its report has at most.
        folder: Where files are to be written, or None.
        runs: The runs that it has made.
    """

    def __init__(
        self, network: Network, lines: int, environment: Mapping[str, str]
    ) -> None:
        """Begin to record, if that is wanted for anything.

        Args:
            network: The network of the test.
            lines: How many lines the report is to have at most.
            environment: The variables of the environment.
        """
        folder = environment.get(VARIABLE)
        self.lines = lines
        self.folder = Path(folder) if folder else None
        self.runs = TracedRuns()
        self._network = network
        self._networks_before = networks_made()
        self._trace = Trace()
        if folder:
            self._trace = network.start_trace(packets=True, timers=True, deferreds=True)
        elif lines:
            self._trace = network.start_trace(packets=True, timers=True, last=KEPT)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Have runs that are made meanwhile taken for those of this test."""
        _under_way.append(self)
        try:
            yield
        finally:
            _under_way.remove(self)
            self._network.stop_trace()

    def describe(self, failure: str) -> str:
        """Write down what was said last.

        Args:
            failure: How the test failed. If it tells of one of its runs, there is no
                more to say.

        Returns:
            The conversation, or "". It is that if nothing was said, but the test has
            made other networks. What was said on those is not recorded.
        """
        if not self.lines or self.runs.told_by(failure):
            return ""
        trace = self._whole()
        run = self.runs.reported(failure, _is_silent(trace))
        told = run.trace if run else trace
        if networks_made() > self._networks_before and not rows_to_tell(told):
            return ""
        return describe_conversation(told, self.lines)

    def end(self, name: str, outcome: str, failure: str) -> None:
        """Stop recording, and write the files.

        Args:
            name: The name of the test.
            outcome: See `Trace`.
            failure: How it failed, or "".

        Raises:
            OSError: They cannot be written.
        """
        run = TracedRun(self._whole(), failure)
        self._network.stop_trace()
        session = running_session()
        if session is not None and len(_under_way) > 1:
            _under_way[-2].runs.add(run, session.deviations)
        elif self.folder is not None and (failure or session is None):
            run = self.runs.reported(failure, _is_silent(run.trace)) or run
            run.trace.title, run.trace.outcome = name, outcome
            run.trace.failure = run.failure if failure else ""
            _write(run.trace, self.folder)

    def _whole(self) -> Trace:
        """Return all events: the test may have begun a trace of its own meanwhile."""
        own = self._network.trace
        if own is None or own is self._trace:
            return self._trace
        whole = Trace()
        whole.seed, whole.machines, whole.details = own.seed, own.machines, own.details
        whole.events.extend([*self._trace, *own])
        return whole


class TracingReporter(TellingReporter):
    """Tells the conversation, and has the files written before a test is over.

    If they cannot be written, that is an error of the test.

    Args:
        result: The reporter to pass on to, or another result of tests.
        traced: What is recorded of the test.
    """

    def __init__(self, result: Any, traced: TracedTest) -> None:
        super().__init__(result, lambda: traced.describe(self.failure))
        self._traced = traced
        self._has_ended = False

    def addSuccess(self, test: Any) -> None:
        """Pass on a success, if it still is one."""
        if self._end(test):
            self._reporter.addSuccess(test)

    def stopTest(self, test: Any) -> None:
        """Pass on that a test is over."""
        self._end(test)
        self._reporter.stopTest(test)

    def _end(self, test: Any) -> bool:
        """Have the files written, once. Return whether that went well."""
        if self._has_ended:
            return True
        self._has_ended = True
        try:
            outcome = "failed" if self.failure else "passed"
            self._traced.end(test.id(), outcome, self.failure)
        except OSError as error:
            self._reporter.addError(test, _not_written(error))
            return False
        return True


def file_name(test: str) -> str:
    """Return the name of the files of a test, without what says their type."""
    name = re.sub(r"[^\w.-]", "_", test).encode("utf-8")
    return name[-_LONGEST:].decode("utf-8", "ignore")  # a character may be cut in two


def _is_silent(trace: Trace) -> bool:
    """Say whether nothing has happened on any machine."""
    return not any(event.host for event in trace)


def _write(trace: Trace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(trace.title)
    save_trace(trace, f"{path}.json")
    save_page(trace, f"{path}.html")


def _not_written(error: OSError) -> Failure:
    try:
        raise OSError(f"{VARIABLE}: {error.filename}: {error.strerror}") from None
    except OSError:
        return Failure()
