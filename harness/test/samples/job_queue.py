"""A queue of jobs, and workers that take them, over TCP: a line for a line."""

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.protocols.basic import LineReceiver

PORT = 4000


class JobQueue:
    """Jobs that are waiting to be done.

    Args:
        reactor: Has the threads in which the journal is written.
        jobs: The jobs.
        journal: Is told of each job that is taken. It may take its time.
    """

    def __init__(
        self, reactor: Any, jobs: Sequence[bytes], journal: Callable[[bytes], object]
    ) -> None:
        self._reactor = reactor
        self._jobs = list(jobs)
        self._journal = journal

    async def take(self) -> bytes:
        """Return the next job, or b"" if there is none."""
        if not self._jobs:
            return b""
        job = self._jobs[0]
        await self.write(job)
        self._jobs = [other for other in self._jobs if other != job]
        return job

    async def write(self, job: bytes) -> None:
        """Write a job into the journal, in a thread."""
        pool = self._reactor.getThreadPool()
        await deferToThreadPool(self._reactor, pool, self._journal, job)


class MendedQueue(JobQueue):
    """The same, without the race."""

    async def take(self) -> bytes:
        if not self._jobs:
            return b""
        job = self._jobs.pop(0)
        await self.write(job)
        return job


class QueueServer(LineReceiver):
    """Answers each line with the next job."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    def lineReceived(self, line: bytes) -> None:
        taking = ensureDeferred(self._queue.take())
        taking.addCallback(self.sendLine)


class Worker(LineReceiver):
    """Takes one job after the other."""

    transport: Any

    async def take(self) -> bytes:
        """Ask for a job."""
        self._answer: Deferred[bytes] = Deferred()
        self.sendLine(b"take")
        return await self._answer

    def lineReceived(self, line: bytes) -> None:
        self._answer.callback(line)


def serve(reactor: Any, queue: JobQueue) -> None:
    """Let workers come."""
    reactor.listenTCP(PORT, Factory.forProtocol(lambda: QueueServer(queue)))


async def work(reactor: Any, server: str, do: Callable[[bytes], object]) -> None:
    """Do jobs, each of which takes a second, until there are no more."""
    endpoint = HostnameEndpoint(reactor, server, PORT)
    worker: Worker = await connectProtocol(endpoint, Worker())
    while job := await worker.take():
        await deferLater(reactor, 1)
        do(job)
    worker.transport.loseConnection()
