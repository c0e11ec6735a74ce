# -*- test-case-name: harness.test.test_benchmark_reactors -*-
"""The reactors that are compared, each fresh for one run and gone after it.

A job is a coroutine function: given a reactor, it does its work there and returns how
many operations it has done. It cannot tell which reactor it was given.
"""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from twisted.internet.defer import ensureDeferred
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.posixbase import PosixReactorBase
from twisted.python.failure import Failure

from harness import VirtualReactor
from harness.benchmark.measuring import Contender, Preparation

#: What a job may use of the reactor that it is given: what all of them are.
Reactor = PosixReactorBase
Job = Callable[[Reactor], Coroutine[Any, Any, int]]
ReactorSource = Callable[[], AbstractContextManager[Reactor]]


@contextmanager
def virtual() -> Iterator[VirtualReactor]:
    """Make a virtual reactor. There is nothing to clear away."""
    yield VirtualReactor()


@contextmanager
def epoll() -> Iterator[EPollReactor]:
    """Make a reactor of the operating system's, and give back its descriptors."""
    reactor = EPollReactor()
    try:
        yield reactor
    finally:
        reactor.removeAll()
        for reader in reactor._internalReaders:
            reactor.removeReader(reader)
            reader.connectionLost(None)
        reactor._poller.close()


def contender(source: ReactorSource, job: Job, operations: int) -> Contender:
    """Enter a job on a fresh reactor for each run; only the reactor's run counts."""
    return Contender(_preparation(source, job), operations)


def _preparation(source: ReactorSource, job: Job) -> Preparation:
    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        with source() as reactor:
            yield lambda: run(reactor, job)

    return prepare


def run(reactor: Reactor, job: Job) -> int:
    """Run ``reactor`` from its start until the job is done.

    Raises:
        Exception: Whatever the job raised.
    """
    outcomes: list[int | Failure] = []

    def start() -> None:
        doing = ensureDeferred(job(reactor)).addBoth(outcomes.append)
        doing.addCallback(lambda _: reactor.stop())

    reactor.callWhenRunning(start)
    reactor.run(installSignalHandlers=False)
    (outcome,) = outcomes
    if isinstance(outcome, Failure):
        outcome.raiseException()
    return outcome
