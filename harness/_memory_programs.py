# -*- test-case-name: harness.test.test_programs -*-
"""Programs that are given a ``MemoryReactorClock``."""

from math import inf

from twisted.internet.testing import MemoryReactorClock

from harness._errors import Deadlock, VirtualTimeoutError
from harness._running_program import Main, RunningProgram, exit_code, say_and_exit
from harness._scheduler import DEFAULT_TIMEOUT
from harness._seconds import require_seconds, require_timeout


class MemoryProgram(RunningProgram):
    """A program on a reactor that does nothing unless the test does it.

    The test calls the program's protocols and clock itself. So it is the program's turn
    as long as the ``with`` block lasts.
    """

    def __init__(
        self, main: Main, argv: tuple[str, ...], reactor: MemoryReactorClock
    ) -> None:
        super().__init__(main, argv)
        self._reactor = reactor
        self._killed = False

    def _start(self) -> None:
        self._streams.__enter__()
        self._finished = self._call_main(self._reactor)
        self._finished.addBoth(self._ended)
        if self.exit_status is None:  # a program that has ended needs no reactor
            self._run_reactor()

    def _kill(self) -> None:
        self._killed = True
        self._finished.cancel()
        self._streams.__exit__(None, None, None)

    def interrupt(self, after: float = 0) -> None:
        self._require_started()
        require_seconds("after", after)
        if after:
            self._reactor.callLater(after, self.interrupt)
            return
        self._reactor.stop()
        for phase in ("before", "during", "after"):
            for call, args, kwargs in self._reactor.triggers.get(phase, {}).pop(
                "shutdown", []
            ):
                call(*args, **kwargs)
        if self.exit_status is None:
            self.exit_status = 0

    def wait(self, timeout: float = DEFAULT_TIMEOUT) -> int:
        limit = require_timeout("wait: timeout", timeout)
        end = inf if limit is None else self._reactor.seconds() + limit
        while self.exit_status is None:
            self._require_started()
            calls = self._reactor.getDelayedCalls()
            upcoming = min((call.getTime() for call in calls), default=inf)
            if upcoming == inf:
                raise Deadlock("the program waits for something that the test must do")
            if upcoming > end:
                raise VirtualTimeoutError(f"still running after {timeout} seconds")
            self._reactor.advance(upcoming - self._reactor.seconds())
        return self.exit_status

    def _run_reactor(self) -> None:
        """Let the reactor run, as `twisted.internet.task.react` does after ``main``."""
        self._reactor.running = True
        calls = self._reactor.whenRunningHooks
        while calls:
            call, args, kwargs = calls.pop(0)
            call(*args, **kwargs)

    def _ended(self, result: object) -> None:
        if not self._killed:
            self.exit_status = say_and_exit(exit_code(result))
