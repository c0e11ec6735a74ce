# -*- test-case-name: harness.test.test_baton -*-
"""Where the standard library's blocking calls meet virtual time.

``threading.Condition.wait`` and ``time.sleep`` are replaced while virtual threads live.
What calls them from any other thread finds them as they always were.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

_real_wait: Any = threading.Condition.wait
_real_sleep = time.sleep  # noqa: TID251 - what virtual threads get instead is below
_local = threading.local()


class Clock(Protocol):
    """What waiting needs to know of virtual time."""

    def seconds(self) -> float:
        """Return the time."""

    def callLater(self, delay: float, callable: Callable[..., Any], /) -> Any:
        """Schedule a call and return what has a ``cancel()``."""


class Waiter:
    """Stands in a condition's list of waiters, where it is released like a lock."""

    def __init__(self) -> None:
        self.notified = False
        self.wake: Callable[[], object] | None = None

    def release(self) -> None:
        """Be notified."""
        self.notified = True
        self.expire()

    def expire(self) -> None:
        """Let whoever waits go on, once."""
        wake, self.wake = self.wake, None
        if wake is not None:
            wake()


class Alarms:
    """The moments of virtual time at which waiting ends of itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: dict[Callable[[], object], tuple[float, Any]] = {}

    def set(self, seconds: float, wake: Callable[[], object]) -> None:
        """Let ``wake`` be called after some virtual time."""
        timer = self._clock.callLater(max(0.0, seconds), lambda: self._ring(wake))
        self._pending[wake] = (self._clock.seconds() + seconds, timer)

    def cancel(self, wake: Callable[[], object]) -> None:
        """Take one back, unless it has rung."""
        if wake in self._pending:
            self._pending.pop(wake)[1].cancel()

    def ring_next(self) -> bool:
        """Ring the earliest before its time, if there is one."""
        if not self._pending:
            return False
        wake = min(self._pending, key=lambda wake: self._pending[wake][0])
        self._pending[wake][1].cancel()
        self._ring(wake)
        return True

    def _ring(self, wake: Callable[[], object]) -> None:
        del self._pending[wake]
        wake()


class Waiting(ABC):
    """A way of waiting for some threads, known to the standard library's calls."""

    def watch_waits(self) -> None:
        """Be asked from now on when a thread waits."""
        if self not in _watching:
            _watching.append(self)
        setattr(threading.Condition, "wait", _wait)  # noqa: B010
        setattr(time, "sleep", _sleep)  # noqa: B010

    def ignore_waits(self) -> None:
        """Be asked no longer; the last one puts the real calls back."""
        _watching.remove(self)
        if not _watching:
            setattr(threading.Condition, "wait", _real_wait)  # noqa: B010
            setattr(time, "sleep", _real_sleep)  # noqa: B010

    @abstractmethod
    def concerns_current_thread(self) -> bool:
        """Say whether the thread that calls waits in this way."""

    @abstractmethod
    def sleep(self, seconds: float) -> bool:
        """Sleep, or return False if this thread should do so in real time."""

    @abstractmethod
    def wait(self, waiter: Waiter, timeout: float | None) -> bool:
        """Wait for a notification, or return False to wait for it in real time."""


_watching: list[Waiting] = []


@contextmanager
def as_usual() -> Iterator[None]:
    """Let this thread wait in real time, for what really runs beside it."""
    before, _local.as_usual = getattr(_local, "as_usual", False), True
    try:
        yield
    finally:
        _local.as_usual = before


def _concerned() -> Waiting | None:
    """Return who is to be asked about a wait of the current thread."""
    if not getattr(_local, "as_usual", False):
        for waiting in _watching:
            if waiting.concerns_current_thread():
                return waiting
    return None


def _sleep(seconds: float) -> None:
    waiting = _concerned()
    if waiting is None or not waiting.sleep(seconds):
        _real_sleep(seconds)


def _wait(condition: Any, timeout: float | None = None) -> bool:
    """Do what ``threading.Condition.wait`` promises, for every kind of thread."""
    waiting = _concerned()
    if waiting is None or not condition._is_owned():
        return bool(_real_wait(condition, timeout))
    waiter = Waiter()
    condition._waiters.append(waiter)
    lock_state = condition._release_save()
    try:
        ended = waiting.wait(waiter, timeout)
    finally:
        condition._acquire_restore(lock_state)
        if not waiter.notified:
            condition._waiters.remove(waiter)
    return waiter.notified if ended else bool(_real_wait(condition, timeout))
