"""Tests that pass at once on virtual time, by whatever way they reach the reactor."""

import time
from typing import Any

from twisted.internet import reactor  # noqa: TID251 - bound at import, as many do
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.endpoints import clientFromString, connectProtocol
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import LoopingCall, cooperate, deferLater
from twisted.internet.threads import (
    blockingCallFromThread,
    deferToThread,
    deferToThreadPool,
)
from twisted.python.threadpool import ThreadPool
from twisted.trial.unittest import TestCase

from harness import VirtualReactor

clock: Any = reactor


class TimeTests(TestCase):
    """Waiting takes no time."""

    def test_wait(self) -> "Deferred[None]":
        """For less than trial's timeout, which is 120 seconds."""
        return deferLater(clock, 100)

    def test_loop(self) -> "Deferred[LoopingCall]":
        """In a loop that knows of no other clock."""
        turns = iter(range(100))
        loop = LoopingCall(lambda: next(turns) < 99 or loop.stop())  # type: ignore
        return loop.start(1)

    def test_cooperation(self) -> "Deferred[Any]":
        """With Twisted's one cooperator."""
        return cooperate(iter(range(1000))).whenDone()

    def test_reactor(self) -> None:
        """A module that was imported for a test has the virtual reactor."""
        self.assertIsInstance(reactor, VirtualReactor)


class ThreadTests(TestCase):
    """Threads wait in virtual time."""

    timeout = 1e6

    def test_pool_of_reactor(self) -> "Deferred[None]":
        """Any day."""
        return deferToThread(time.sleep, 86_400)  # noqa: TID251 - not a real one

    def test_pool_of_ones_own(self) -> "Deferred[None]":
        """Made as ever."""
        pool = ThreadPool()
        pool.start()
        self.addCleanup(pool.stop)
        return deferToThreadPool(clock, pool, time.sleep, 86_400)  # noqa: TID251

    def test_blocking_call(self) -> "Deferred[None]":
        """What the reactor does meanwhile takes virtual time too."""
        return deferToThread(
            blockingCallFromThread, clock, deferLater, clock, 86_400, lambda: None
        )


class NetworkTests(TestCase):
    """Connections of this machine with itself."""

    async def connect(self, host: str) -> None:
        """Connect to a port, and close all."""
        port = clock.listenTCP(0, Factory.forProtocol(Protocol))
        self.addCleanup(port.stopListening)
        endpoint = clientFromString(clock, f"tcp:{host}:{port.getHost().port}")
        protocol: Any = await connectProtocol(endpoint, Protocol())
        protocol.transport.loseConnection()
        await deferLater(clock, 1)

    def test_address(self) -> "Deferred[None]":
        """By its address."""
        return ensureDeferred(self.connect("127.0.0.1"))

    def test_name(self) -> "Deferred[None]":
        """By its name."""
        return ensureDeferred(self.connect("localhost"))
