# -*- test-case-name: harness.test.test_awaits -*-
"""Learn of each Deferred that a coroutine begins to wait for."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from twisted.internet.defer import Deferred

Watcher = Callable[["Deferred[Any]"], object]

_watchers: list[Watcher] = []
_deferred: Any = Deferred
_await = _deferred.__await__


@contextmanager
def watched_awaits(watcher: Watcher) -> Iterator[None]:
    """Have ``watcher`` called with each Deferred that is awaited and has no result.

    Of all of the process, as long as the ``with`` block lasts.
    """
    _watchers.append(watcher)
    setattr(Deferred, "__await__", _watched)  # noqa: B010
    try:
        yield
    finally:
        _watchers.remove(watcher)
        if not _watchers:
            setattr(Deferred, "__await__", _await)  # noqa: B010


def _watched(deferred: "Deferred[Any]") -> Generator[Any, None, Any]:
    if not deferred.called or deferred.paused:
        for watcher in list(_watchers):
            watcher(deferred)
    awaiting: Generator[Any, None, Any] = _await(deferred)
    return awaiting
