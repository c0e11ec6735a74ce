# -*- test-case-name: harness.test.test_traced_runs -*-
"""The traces of a test that makes many runs of itself: which one is to be kept."""

from collections.abc import Sequence
from typing import NamedTuple

from harness._choices import Deviation
from harness._trace import Trace


class TracedRun(NamedTuple):
    """What was recorded of one run.

    Attributes:
        trace: The events.
        failure: How it failed, or "".
    """

    trace: Trace
    failure: str


class TracedRuns:
    """The runs of one test.

    Not all of them are kept: of those that fail in the same way, it is the one with the
    fewest deviations, and with the plainest. That is also what shrinking leads to.
    """

    def __init__(self) -> None:
        self._last: TracedRun | None = None
        self._failed: dict[str, tuple[int, int, TracedRun]] = {}

    def add(self, run: TracedRun, deviations: Sequence[Deviation]) -> None:
        """Take a run that is over.

        Args:
            run: The run.
            deviations: What was chosen in it, but for first options.
        """
        self._last = run
        if not run.failure:
            return
        size = len(deviations), sum(each.choice for each in deviations)
        kept = self._failed.get(run.failure)
        if kept is None or size < kept[:2]:
            self._failed[run.failure] = (*size, run)

    def told_by(self, failure: str) -> TracedRun | None:
        """Return the run that the failure of the test tells of, if it does of any."""
        told = [each for text, each in self._failed.items() if text in failure]
        return min(told, key=lambda each: each[:2])[2] if told else None

    def reported(self, failure: str, is_silent: bool) -> TracedRun | None:
        """Return the run to look at, or None if it is the test itself.

        Args:
            failure: How the test failed, or "".
            is_silent: Whether nothing has happened on the network of the test itself.

        Returns:
            The run that the failure tells of; the last one if the test has passed, or
            if there is nothing else to look at.
        """
        last = self._last if is_silent or not failure else None
        return self.told_by(failure) or last
