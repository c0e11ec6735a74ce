"""Threads, on virtual time."""

import time

from twisted.internet.task import deferLater
from twisted.internet.threads import blockingCallFromThread, deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor


def sleep_twice(reactor: VirtualReactor) -> list[float]:
    """Sleep in a thread, then wait in it for what the reactor does."""
    time.sleep(60)  # noqa: TID251 - of virtual time, since a thread sleeps
    woken = reactor.seconds()
    blockingCallFromThread(reactor, deferLater, reactor, 3600)
    return [woken, reactor.seconds()]


class ThreadTests(SynchronousTestCase):
    """Work in the reactor's thread pool."""

    def test_waits_in_virtual_time(self) -> None:
        """An hour and a minute of blocking take no time."""
        reactor = VirtualReactor()
        pool = reactor.getThreadPool()
        times: list[float] = []

        def work() -> None:
            done = deferToThreadPool(reactor, pool, sleep_twice, reactor)
            done.addCallback(times.extend)
            done.addBoth(lambda _: reactor.stop())

        reactor.callWhenRunning(work)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(times, [60, 3660])
