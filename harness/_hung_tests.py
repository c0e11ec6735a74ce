# -*- test-case-name: harness.test.test_installation -*-
"""An asynchronous trial test that waits for what can never happen fails at once.

Trial guards each test with a timeout of two minutes. On virtual time they pass in no
time, but "still running after 120 seconds" does not say why. When nothing but such
timeouts is left to wait for, the test is failed with `Deadlock` instead.
"""

from typing import TYPE_CHECKING

from twisted.internet.defer import AlreadyCalledError
from twisted.python.failure import Failure

from harness._errors import Deadlock
from harness._timers import VirtualCall

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor


class HungTests:
    """Watches the time of a reactor on which trial runs tests."""

    def __init__(self, reactor: "VirtualReactor") -> None:
        self._scheduler = reactor.host.scheduler

    def watch(self) -> None:
        """Look at what is left each time that a test's timeout is what comes next."""
        self._scheduler.guard_time(self.check)

    def check(self) -> None:
        """Fail the tests whose timeouts are all that is left to wait for."""
        upcoming = self._scheduler.timers.next_call()
        if upcoming is None or not _is_timeout_of_test(upcoming):
            return
        calls = self._scheduler.timers.active_calls()
        if all(_is_timeout_of_test(call) for call in calls):
            error = Deadlock(
                "nothing can happen any more but the test's timeout\n"
                + self._scheduler.describe()
            )
            for call in calls:
                _fail(call, error)


def _is_timeout_of_test(call: VirtualCall) -> bool:
    """Say whether trial has scheduled a call to end a test."""
    return (
        getattr(call.func, "__module__", None) == "twisted.trial._asynctest"
        and call.func.__name__ == "onTimeout"
    )


def _fail(call: VirtualCall, error: Deadlock) -> None:
    """Fail the test that a timeout guards."""
    (test,) = call.args
    try:
        test.errback(Failure(error))
    except AlreadyCalledError:
        pass  # it waits for a chained Deferred: trial's timeout knows how to end that
