# -*- test-case-name: harness.test.test_threads -*-
"""The thread pool of a virtual reactor: work runs in turn, never beside the reactor."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.python import context, log, threadable
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor

Work = Callable[[], None]


class VirtualThreadPool(ThreadPool):
    """A pool without threads.

    Work begins in the turn of the loop after the one in which it was given, in order,
    and runs to its end while time stands still. To the code that runs it, it is not
    the reactor's thread.
    """

    def __init__(self, reactor: "VirtualReactor", name: str | None = None) -> None:
        super().__init__(0, 10, name)
        self._reactor = reactor
        self._todo: deque[Work] = deque()

    def start(self) -> None:
        """Begin with what has been given so far."""
        self.joined = False
        self.started = True
        for _ in self._todo:
            self._schedule()

    def stop(self) -> None:
        """Do what is left, and take no more."""
        self.joined = True
        self.started = False
        while self._todo:
            self._work()

    def adjustPoolsize(
        self, minthreads: int | None = None, maxthreads: int | None = None
    ) -> None:
        """Remember the sizes: work runs one at a time, whatever they are."""
        self.min = self.min if minthreads is None else minthreads
        self.max = self.max if maxthreads is None else maxthreads
        assert 0 <= self.min <= self.max, f"from {self.min} to {self.max} threads"

    def callInThreadWithCallback(
        self,
        onResult: Callable[[bool, Any], object] | None,
        func: Callable[..., Any],
        *args: Any,
        **kw: Any,
    ) -> None:
        """Give work, and say whom to tell how it ended."""
        if self.joined:
            return
        surroundings = context.theContextTracker.currentContext().contexts[-1]

        def work() -> None:
            try:
                result = context.call(surroundings, func, *args, **kw)
                succeeded = True
            except BaseException:
                succeeded = False
                result = Failure()
                if onResult is None:
                    log.err(result)
            if onResult is not None:
                onResult(succeeded, result)

        self._todo.append(work)
        if self.started:
            self._schedule()

    def _schedule(self) -> None:
        self._reactor.host.scheduler.callLater(0, self._work)

    def _work(self) -> None:
        if not self._todo:  # `stop` has been faster
            return
        work = self._todo.popleft()
        reactor_thread = threadable.ioThread
        threadable.ioThread = None
        try:
            work()
        finally:
            threadable.ioThread = reactor_thread
