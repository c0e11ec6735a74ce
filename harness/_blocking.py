# -*- test-case-name: harness.test.test_baton -*-
"""Where the standard library's blocking calls meet virtual time.

While virtual threads live, ``threading.Condition.wait`` and ``time.sleep`` are
replaced, and so is the clock by which ``threading`` and ``queue`` count how much of a
timeout is left. What calls them from any other thread finds them as they always were.
"""

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

_real_wait: Any = threading.Condition.wait
_real_sleep = time.sleep  # noqa: TID251 - what virtual threads get instead is below
_real_clock = time.monotonic
#: What ``time.sleep`` is while no virtual thread lives: the last of them.
_sleep_at_rest: list[Callable[[float], None]] = [_real_sleep]
#: Asked before a thread that is no virtual one sleeps.
_before_sleep: list[Callable[[float], None]] = []
_local = threading.local()


class Clock(Protocol):
    """What waiting needs to know of virtual time."""

    def seconds(self) -> float:
        """Return the time."""

    def callLater(self, delay: float, call: Callable[..., Any], /) -> Any:
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
        _put_in_place(_wait, _sleep, _clock)

    def ignore_waits(self) -> None:
        """Be asked no longer; the last one puts the real calls back."""
        if self in _watching:
            _watching.remove(self)
        if not _watching:
            _put_in_place(_real_wait, _sleep_at_rest[-1], _real_clock)

    @abstractmethod
    def has_current_thread(self) -> bool:
        """Say whether the thread that calls is one of those that wait in this way."""

    @abstractmethod
    def is_home(self) -> bool:
        """Say whether the thread that calls is the one that lets the others run."""

    @abstractmethod
    def seconds(self) -> float:
        """Return the time by which its threads wait."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let time pass for the current thread."""

    @abstractmethod
    def wait(self, waiter: Waiter, timeout: float | None) -> None:
        """Let the current thread wait for a notification, or the timeout."""

    @abstractmethod
    def go_on(self) -> bool:
        """Let a thread do something, and say whether there was one that could."""


_watching: list[Waiting] = []


@contextmanager
def as_usual() -> Iterator[None]:
    """Let this thread wait in real time, for what really runs beside it."""
    before, _local.as_usual = getattr(_local, "as_usual", False), True
    try:
        yield
    finally:
        _local.as_usual = before


def replace_sleep() -> None:
    """Let ``time.sleep`` be that of virtual threads even while there is none.

    Then whoever binds it before has the right one: ``deferToThread(time.sleep, 60)``
    does, and ``from time import sleep``.
    """
    _sleep_at_rest.append(_sleep)
    setattr(time, "sleep", _sleep)  # noqa: B010


@contextmanager
def asked_before_sleep(ask: Callable[[float], None]) -> Iterator[None]:
    """Let ``ask`` be called before a thread that is no virtual one sleeps.

    It is given the seconds, and may raise an exception.
    """
    _before_sleep.append(ask)
    _sleep_at_rest.append(_sleep)
    setattr(time, "sleep", _sleep)  # noqa: B010
    try:
        yield
    finally:
        _before_sleep.remove(ask)
        _sleep_at_rest.pop()
        if not _watching:
            setattr(time, "sleep", _sleep_at_rest[-1])  # noqa: B010


def _put_in_place(wait: Any, sleep: Any, clock: Any) -> None:
    """Replace the standard library's calls, or put them back."""
    setattr(threading.Condition, "wait", wait)  # noqa: B010
    setattr(time, "sleep", sleep)  # noqa: B010
    setattr(threading, "_time", clock)  # noqa: B010
    setattr(queue, "time", clock)  # noqa: B010


def _own() -> Waiting | None:
    """Return how the current thread waits, if it is a virtual one."""
    if not getattr(_local, "as_usual", False):
        for waiting in _watching:
            if waiting.has_current_thread():
                return waiting
    return None


def _sleep(seconds: float) -> None:
    own = _own()
    if own is not None:
        own.sleep(seconds)
        return
    for ask in _before_sleep[-1:]:
        ask(seconds)
    _real_sleep(seconds)


def _clock() -> float:
    own = _own()
    return _real_clock() if own is None else own.seconds()


def _wait(condition: Any, timeout: float | None = None) -> bool:
    """Do what ``threading.Condition.wait`` promises, for every kind of thread."""
    own = _own()
    homes = [] if own is not None else [each for each in _watching if each.is_home()]
    as_ever = getattr(_local, "as_usual", False) or not (own or homes)
    if as_ever or not condition._is_owned():
        return bool(_real_wait(condition, timeout))
    with _released(condition) as waiter:
        if own is not None:
            own.wait(waiter, timeout)
            return waiter.notified
        # Who should let others run waits for one of them, while time stands still.
        while not waiter.notified and any(home.go_on() for home in homes):
            pass
    return waiter.notified or bool(_real_wait(condition, timeout))


@contextmanager
def _released(condition: Any) -> Iterator[Waiter]:
    """Let go of a condition's lock, with a place in the list of its waiters."""
    waiter = Waiter()
    condition._waiters.append(waiter)
    lock_state = condition._release_save()
    try:
        yield waiter
    finally:
        condition._acquire_restore(lock_state)
        if not waiter.notified:
            condition._waiters.remove(waiter)
