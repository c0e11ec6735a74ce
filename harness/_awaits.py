# -*- test-case-name: harness.test.test_awaits -*-
"""Learn of each Deferred that a program begins to wait for.

A coroutine awaits it, and a generator of ``inlineCallbacks`` yields it. Twisted and the
harness are written in that way too, but what they wait for is their own affair: a
program could not mend what came of it.
"""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import FrameType, GeneratorType
from typing import Any

from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.python.failure import _extraneous

from harness._call_sites import is_of_program

Watcher = Callable[["Deferred[Any]"], object]

_watchers: list[Watcher] = []
_deferred: Any = Deferred
_await = _deferred.__await__
_step: Callable[..., None] = defer._inlineCallbacks


@contextmanager
def watched_awaits(watcher: Watcher) -> Iterator[None]:
    """Have ``watcher`` called with each Deferred that is awaited and has no result.

    Of all programs in the process, as long as the ``with`` block lasts.
    """
    _watchers.append(watcher)
    _install(_watched_await, _watched_step)
    try:
        yield
    finally:
        _watchers.remove(watcher)
        if not _watchers:
            _install(_await, _step)


def _install(awaiting: Any, step: Callable[..., None]) -> None:
    setattr(Deferred, "__await__", awaiting)  # noqa: B010
    setattr(defer, "_inlineCallbacks", step)  # noqa: B010


def _watched_await(deferred: "Deferred[Any]") -> Generator[Any, None, Any]:
    if not deferred.called or deferred.paused:
        _tell(deferred, sys._getframe(1))
    awaiting: Generator[Any, None, Any] = _await(deferred)
    return awaiting


@_extraneous  # in tracebacks, as what it calls is
def _watched_step(result: object, steps: Any, status: Any, *rest: Any) -> None:
    """Let a generator, or a coroutine, go on until it waits for something."""
    _step(result, steps, status, *rest)
    # A coroutine has been watched already; one that is over has no frame.
    if isinstance(steps, GeneratorType) and steps.gi_frame is not None:
        _tell(status.waitingOn, steps.gi_frame)


def _tell(deferred: "Deferred[Any]", frame: FrameType) -> None:
    if is_of_program(frame.f_globals.get("__name__", "")):
        for watcher in list(_watchers):
            watcher(deferred)
