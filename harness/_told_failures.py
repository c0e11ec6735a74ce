# -*- test-case-name: harness.test.test_told_failures -*-
"""Reports of failed tests that end with what was said on the network.

Trial prints the failure that it is given, and sends its message to another process if
there are several. Others get the exception, and print the notes that are attached to it
(from Python 3.11 on).
"""

from collections.abc import Callable
from typing import Any, TextIO

from twisted.python.failure import Failure
from twisted.trial import itrial
from twisted.trial.unittest import PyUnitResultAdapter
from zope.interface import directlyProvides

#: Pytest shows the lines of tests, and not those below.
__tracebackhide__ = True


class ToldFailure(Failure):
    """A failure, and what there is to tell beside it.

    Attributes:
        told: That, in lines.
    """

    told = ""

    def getErrorMessage(self) -> str:
        return f"{super().getErrorMessage()}\n\n{self.told}"

    def printTraceback(self, file: TextIO | None = None, *args: Any, **kw: Any) -> None:
        super().printTraceback(file, *args, **kw)
        if file is not None:
            file.write(f"\n{self.told}")


class TellingReporter:
    """Passes on to a reporter what it is told, with more in the first failure.

    Args:
        result: The reporter, or another result of tests.
        tell: Returns what there is to tell.

    Attributes:
        failure: The first failure of the test, as text, or "" if there is none.
    """

    def __init__(self, result: Any, tell: Callable[[], str]) -> None:
        self._reporter: Any = itrial.IReporter(result, None)
        self._prints_notes = self._reporter is None
        if self._reporter is None:
            self._reporter = PyUnitResultAdapter(result)
        self._tell = tell
        self.failure = ""
        directlyProvides(self, itrial.IReporter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reporter, name)

    def addError(self, test: Any, error: Any) -> None:
        """Pass on an error."""
        self._reporter.addError(test, self._told(error))

    def addFailure(self, test: Any, failure: Any) -> None:
        """Pass on a failure."""
        self._reporter.addFailure(test, self._told(failure))

    def _told(self, failure: Any) -> Any:
        if self.failure or not isinstance(failure, Failure):
            return failure
        self.failure = failure.getTraceback()
        told = self._tell()
        if not told:
            return failure
        if not self._prints_notes:
            return told_failure(failure, told)
        add_note(failure.value, told)
        return failure


def add_note(error: BaseException | None, note: str) -> None:
    """Let an exception tell more. Before Python 3.11 they have no notes."""
    add: Callable[[str], object] = getattr(error, "add_note", len)
    add(note)


def told_failure(failure: Failure, told: str) -> Failure:
    """Let a failure tell more. It stays the same object, for who has it already."""
    changed: Any = failure
    changed.__class__ = ToldFailure
    changed.told = told
    return failure
