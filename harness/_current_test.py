# -*- test-case-name: harness.test.test_current_test -*-
"""Which test is under way, for what is done inside of it, and what is due at its end.

Neither trial nor unittest tells. But each runs a test by its method ``run``, which is
on the stack for as long as the test lasts.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from inspect import iscoroutine
from types import FrameType
from typing import Any
from unittest import TestCase

from twisted.internet.defer import Deferred, ensureDeferred


def current_test() -> TestCase | None:
    """Return the test that has led to this call: the innermost, or None."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "run":
            case = frame.f_locals.get("self")
            if isinstance(case, TestCase):
                return case
        frame = frame.f_back
    return None


def at_end_of(case: TestCase, call: Callable[[], object]) -> None:
    """Have something called after the ``tearDown`` of a test, once.

    What it raises is an error of the test. It is not called if ``setUp`` or
    ``tearDown`` has failed. Trial's cleanups would come too early: before ``tearDown``.
    """
    tear_down = vars(case).get("tearDown")
    if not isinstance(tear_down, TearDown):
        tear_down = TearDown(case.tearDown)
        setattr(case, "tearDown", tear_down)  # noqa: B010
    tear_down.then.append(call)


class TearDown:
    """The ``tearDown`` of a test, and what comes after it.

    Args:
        tear_down: It alone.

    Attributes:
        then: What comes after it, the last first.
    """

    def __init__(self, tear_down: Callable[[], Any]) -> None:
        self.then: list[Callable[[], object]] = []
        self._tear_down = tear_down

    def __call__(self) -> Any:
        done = self._tear_down()
        if isinstance(done, Deferred) or iscoroutine(done):
            return ensureDeferred(done).addCallback(self._go_on)
        return self._go_on(done)

    def _go_on(self, result: object) -> object:
        then, self.then = self.then, []
        with ExitStack() as calls:
            for call in then:
                calls.callback(call)
        return result
