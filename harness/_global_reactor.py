# -*- test-case-name: harness.test.test_global_reactor -*-
"""The reactor of a process whose tests were written for whatever reactor there is."""

from collections.abc import Callable
from typing import Any

from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from harness._errors import Deadlock
from harness._pending import describe_awaited, unfired
from harness._reactor import VirtualReactor
from harness._timers import VirtualCall


class GlobalReactor(VirtualReactor):
    """The reactor of a process in which trial runs tests, or twist a service.

    Trial guards each asynchronous test with a timeout of two minutes. On virtual time
    they pass in no time, but "still running at 120.0 secs" does not say why. Where
    nothing but such a timeout was left to wait for, the test fails with `Deadlock`.
    Either way it is told what was pending.
    """

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: Any,
        **kw: Any,
    ) -> VirtualCall:
        if _is_timeout_of_test(callable):
            return super().callLater(delay, self._end_test, callable, *args)
        call = super().callLater(delay, callable, *args, **kw)
        if "seconds" in vars(self):
            # A test has put a clock of its own in the place of the reactor's.
            call.seconds = self.seconds  # type: ignore[method-assign]
            call._move(self.seconds() + delay)
        return call

    def _end_test(
        self, on_timeout: Callable[[Deferred[Any]], None], test: Deferred[Any]
    ) -> None:
        """Do what trial would at the timeout of a test, but say what it waited for."""
        held_up = unfired(test)
        if held_up.called:  # somebody has paused it: trial knows what to do
            on_timeout(test)
            return
        pending = (
            f"  waiting for {describe_awaited(test)}\n"
            f"{self.host.network.describe_pending()}"
        )
        if self._only_tests_are_waited_for():
            message = "the test waits for what can never happen"
            held_up.errback(Failure(Deadlock(f"{message}\n{pending}")))
        else:
            message = _message_of(on_timeout)
            held_up.errback(Failure(defer.TimeoutError(f"{message}\n{pending}")))

    def _only_tests_are_waited_for(self) -> bool:
        calls = self._scheduler.timers.active_calls()
        return all(call.func == self._end_test for call in calls) and (
            not self._scheduler.is_busy()
        )


def _message_of(on_timeout: Callable[[Deferred[Any]], None]) -> str:
    """Return what trial says at a timeout."""
    messages: list[str] = []
    told: Deferred[Any] = Deferred()
    told.addErrback(lambda failure: messages.append(failure.getErrorMessage()))
    on_timeout(told)
    return messages[0]


def _is_timeout_of_test(function: Callable[..., Any]) -> bool:
    """Say whether this is the function with which trial ends a test."""
    return (
        getattr(function, "__name__", None) == "onTimeout"
        and function.__module__ == "twisted.trial._asynctest"
    )
