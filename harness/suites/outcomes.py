# -*- test-case-name: harness.test.test_suites_outcomes -*-
"""What came out of each test of a suite, written down while it runs.

A line for each event, flushed at once: should the process have to be killed, it is
known which test it was in.
"""

import json
from collections.abc import Iterable
from traceback import format_exception_only
from typing import Any, NamedTuple, TextIO

from twisted.python.failure import Failure
from twisted.trial.reporter import TestResult


class Outcome(NamedTuple):
    """What came out of a test.

    Attributes:
        kind: One of `KINDS`.
        reason: Why, in one line, unless it passed.
    """

    kind: str
    reason: str = ""


PASSED = Outcome("passed")
UNFINISHED = Outcome("unfinished")

#: The kinds of outcome, gravest first. A test may have several, as when it has passed
#: and then left the reactor unclean: the gravest counts.
KINDS = (
    "error",
    "failed",
    "unexpected success",
    "expected failure",
    "skipped",
    "passed",
    "unfinished",
)


class OutcomeReporter(TestResult):
    """Trial's reporter of test results, for a program to read.

    Args:
        stream: Where the lines go, for `read_outcomes`.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self._write(test, "unfinished")

    def addSuccess(self, test: Any) -> None:
        super().addSuccess(test)
        self._write(test, "passed")

    def addSkip(self, test: Any, reason: object) -> None:
        super().addSkip(test, reason)
        self._write(test, "skipped", str(reason))

    def addFailure(self, test: Any, fail: Any) -> None:
        super().addFailure(test, fail)
        self._write(test, "failed", _in_words(fail))

    def addError(self, test: Any, error: Any) -> None:
        super().addError(test, error)
        self._write(test, "error", _in_words(error))

    def addExpectedFailure(self, test: Any, err: Any, todo: object = None) -> None:
        super().addExpectedFailure(test, err, todo)
        self._write(test, "expected failure", _in_words(err))

    def addUnexpectedSuccess(self, test: Any, todo: object = None) -> None:
        super().addUnexpectedSuccess(test, todo)
        self._write(test, "unexpected success")

    def _write(self, test: Any, kind: str, reason: str = "") -> None:
        print(json.dumps([test.id(), kind, reason]), file=self._stream, flush=True)


def _in_words(error: Any) -> str:
    """Say in one line what an exception was, given as trial or unittest does."""
    exception = error.value if isinstance(error, Failure) else error[1]
    return "".join(format_exception_only(exception)).strip().partition("\n")[0]


def read_outcomes(lines: Iterable[str]) -> dict[str, Outcome]:
    """Read what an `OutcomeReporter` wrote.

    Returns:
        The outcome of each test by its name, in the order in which they began.
    """
    outcomes: dict[str, Outcome] = {}
    for line in lines:
        test, *written = json.loads(line)
        outcome = Outcome(*written)
        gravest = min(outcomes.get(test, outcome), outcome, key=_gravity)
        outcomes[test] = gravest
    return outcomes


def _gravity(outcome: Outcome) -> int:
    return KINDS.index(outcome.kind)
