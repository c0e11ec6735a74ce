# -*- test-case-name: harness.test.test_unhandled -*-
"""Errors that nobody has handled: of Deferreds, and those that were only logged.

Twisted reports the error of a Deferred when its memory is freed, which may be in a
later test. But it makes a ``DebugInfo`` for each Deferred that has failed, and these
can be asked as soon as a test is over.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import ref

from twisted.internet import defer
from twisted.internet.defer import DebugInfo
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from twisted.python.failure import Failure
from zope.interface import implementer

from harness._call_sites import call_site, call_site_of


class FailedDeferred(DebugInfo):
    """What Twisted knows of a Deferred that has failed, and where that was.

    Attributes:
        errors: To be told if it is freed before its error is handled.
        made_at: The line that has made it fail, or "".
    """

    errors: "DeferredErrors"
    made_at = ""

    def __del__(self) -> None:
        failure = self.failResult
        if failure is not None and not self.errors.free(failure, self.made_at):
            super().__del__()


class DeferredErrors:
    """The errors of Deferreds that fail while they are watched."""

    def __init__(self) -> None:
        self._made: list[ref[FailedDeferred]] = []
        self._freed: list[tuple[Failure, str]] = []
        self._watching = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch them. They are not logged, as they would be, nor is any later."""
        before = defer.DebugInfo
        setattr(defer, "DebugInfo", self._make)  # noqa: B010
        self._watching = True
        try:
            yield
        finally:
            self.take()
            self._watching = False
            setattr(defer, "DebugInfo", before)  # noqa: B010

    def take(self) -> list[tuple[Failure, str]]:
        """Return those that nobody has handled, and forget them."""
        taken = self.take_freed()
        for made in self._made:
            info = made()
            if info is not None and info.failResult is not None:
                line = _line_of(info.failResult, info.made_at)
                taken.append((info.failResult, line))
                info.failResult = None
        return taken

    def take_freed(self, *types: type[BaseException]) -> list[tuple[Failure, str]]:
        """Return those of Deferreds that nobody holds any more, and forget them.

        Args:
            types: Of which types; of all if there are none.
        """
        taken = [entry for entry in self._freed if not types or entry[0].check(*types)]
        self._freed = [entry for entry in self._freed if entry not in taken]
        return taken

    def free(self, failure: Failure, made_at: str) -> bool:
        """Take the error of a Deferred that is freed, and say whether it was taken."""
        if self._watching:
            self._freed.append((failure, _line_of(failure, made_at)))
        return self._watching

    def _make(self) -> FailedDeferred:
        info = FailedDeferred()
        info.errors = self
        info.made_at = call_site(sys._getframe(1), or_outermost=False)
        self._made.append(ref(info))
        return info


@implementer(ILogObserver)
class LoggedErrors:
    """The failures that are logged while they are watched."""

    def __init__(self) -> None:
        self._logged: list[tuple[Failure, str]] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch them."""
        globalLogPublisher.addObserver(self)
        try:
            yield
        finally:
            globalLogPublisher.removeObserver(self)

    def take(self) -> list[tuple[Failure, str]]:
        """Return them, with the lines where they were raised, and forget them."""
        taken, self._logged = self._logged, []
        return taken

    def __call__(self, event: LogEvent) -> None:
        """Keep the failure of an event, if it has one."""
        failure = event.get("log_failure")
        if failure is None and event.get("isError"):  # of `twisted.python.log`
            failure = event.get("failure")
        if failure is not None:
            logged_at = call_site(sys._getframe(1), or_outermost=False)
            line = _line_of(failure, logged_at)
            self._logged.append((failure, line))


def _line_of(failure: Failure, otherwise: str) -> str:
    return call_site_of(failure) or otherwise
