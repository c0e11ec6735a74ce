# -*- test-case-name: harness.test.test_thread_pools -*-
"""Twisted's own thread pools, with workers that are chosen in the same order each run.

Twisted keeps the workers that are idle in a set, and takes any of them. Which one it is
shows: in a thread's name, and in what is kept for each thread, as `twisted.enterprise`
keeps the connections to a database.
"""

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

from twisted._threads import Team, pool
from twisted.python.threadpool import ThreadPool

if TYPE_CHECKING:
    from twisted._threads._pool import _ThreadFactory


class IdleWorkers:
    """As much of a set as a team of workers needs; it gives the oldest member first."""

    def __init__(self) -> None:
        self._workers: dict[object, None] = {}

    def __len__(self) -> int:
        return len(self._workers)

    def add(self, worker: object) -> None:
        """Add a worker, as the last."""
        self._workers[worker] = None

    def remove(self, worker: object) -> None:
        """Remove a worker that is there."""
        del self._workers[worker]

    def pop(self) -> object:
        """Remove the first worker and return it."""
        worker = next(iter(self._workers))
        self.remove(worker)
        return worker


def pool_in_order(
    currentLimit: Callable[[], int], threadFactory: "_ThreadFactory" = Thread
) -> Team:
    """Make a team as Twisted does, whose idle workers take turns."""
    team = pool(currentLimit, threadFactory)
    team._idle = IdleWorkers()  # type: ignore[assignment]
    return team


class VirtualThreadPool(ThreadPool):
    """The pool of a `VirtualReactor`, of the size and name of any reactor's.

    Args:
        thread_factory: Makes its threads.
    """

    _pool = staticmethod(pool_in_order)

    def __init__(self, thread_factory: Any) -> None:
        super().__init__(0, 10, "twisted.internet.reactor")
        self.threadFactory = thread_factory

    def abandon(self) -> None:
        """Take no more work, and wait for no thread: the machine is no more."""
        self.joined = True
