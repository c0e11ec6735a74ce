# -*- test-case-name: harness.test.test_executors -*-
"""Where the seeds of a campaign are tried."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

T = TypeVar("T")


class Here(Executor):
    """Calls each function at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(ProcessPoolExecutor):
    """Works in several processes of this machine.

    They are not told of Ctrl-C. When a ``with`` block ends by an exception they are
    killed, whatever they are at.

    Args:
        jobs: How many there are.
    """

    def __init__(self, jobs: int) -> None:
        self._spawning = _Context()
        super().__init__(jobs, self._spawning)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        with _interrupts_later():  # processes that are started now inherit that
            return super().submit(fn, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> bool | None:
        if kind is not None:
            self.shutdown(wait=False, cancel_futures=True)
            for process in self._spawning.started:
                if process.is_alive():
                    process.kill()
        return super().__exit__(kind, *rest)


class _Context(SpawnContext):
    """Starts processes, and knows them.

    They are not forked: a copy of this process could have copies of its threads' locks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.started: list[BaseProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # type: ignore[override]
        process = super().Process(*args, **kwargs)
        self.started.append(process)
        return process


@contextmanager
def _interrupts_later() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processes(jobs: int) -> Executor:
    """Return an executor that works in so many processes of this machine."""
    return Here() if jobs == 1 else Processes(jobs)


def cluster(address: str) -> Executor:
    """Return an executor that works on a cluster of Dask.

    Args:
        address: That of its scheduler: ``tcp://127.0.0.1:8786``. All workers have to
            find the test under the same name.

    Raises:
        ImportError: Dask is not installed: the extra ``dask`` brings it.
    """
    client: Any = import_module("distributed").Client(address)
    executor: Executor = client.get_executor()
    return executor
