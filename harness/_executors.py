# -*- test-case-name: harness.test.test_executors -*-
"""Where the seeds of a campaign are tried."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any, TypeVar

T = TypeVar("T")


class Here(Executor):
    """Calls each function at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def processes(jobs: int) -> Executor:
    """Return an executor that works in so many processes of this machine."""
    if jobs == 1:
        return Here()
    # Not forked: a copy of this process could have copies of its threads' locks.
    return ProcessPoolExecutor(jobs, get_context("spawn"))


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
