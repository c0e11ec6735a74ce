"""Tests of what becomes of the threads of machines that lose power."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from queue import Queue
from threading import Condition, Event, Lock
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import blockingCallFromThread
from twisted.python.threadpool import ThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, Isolation, Network
from harness._baton import Baton


class CrashedThreadsTestCase(SynchronousTestCase):
    """A machine that has a disk, and another."""

    def setUp(self) -> None:
        self.network = Network()
        self.other = self.network.host("other", "192.0.2.2")
        self.disk: list[str] = []
        self.host = self.network.host("db", "192.0.2.1", disk=self.disk)
        self.reactor = self.host.reactor

    def let_work(self, work: Callable[[], object]) -> None:
        """Let a thread of the machine begin something."""
        self.reactor.getThreadPool().callInThread(work)
        self.network.flush()

    def write_late(self) -> None:
        """Write to the disk after five seconds: for a thread."""
        time.sleep(5)  # noqa: TID251 - of virtual time
        self.disk.append("late")

    def assert_stands_still(self) -> None:
        """Crash the machine, start it again, and see that nothing more is written."""
        self.host.crash()
        self.network.advance(1)
        self.host.restart()
        self.network.advance(10)

        self.assertEqual(self.disk, [])
        self.assertEqual(self.network.scheduler.threads.living, [])


class StandsStillTests(CrashedThreadsTestCase):
    """A thread that is at work."""

    def test_that_sleeps(self) -> None:
        """It never wakes, and what stands in its ``finally`` is not done either."""

        def work() -> None:
            with ExitStack() as at_end:
                at_end.callback(self.disk.append, "cleaned up")
                self.write_late()

        self.let_work(work)
        self.assert_stands_still()

    def test_that_waits(self) -> None:
        """What it waits for comes in vain, and so does the end of its patience."""
        event, never = Event(), Event()

        def work(awaited: Event, limit: float | None) -> None:
            self.disk.append(f"late: {awaited.wait(limit)}")

        self.let_work(partial(work, event, None))
        self.let_work(partial(work, never, 5))
        self.other.reactor.callLater(3, event.set)
        self.assert_stands_still()

    def test_that_waits_for_its_reactor(self) -> None:
        """No result ever comes."""
        reactor = self.reactor
        result: Deferred[str] = Deferred()
        ask: Any = lambda: result  # noqa: E731 - of any type, for the types of threads

        def work() -> None:
            self.disk.append(blockingCallFromThread(reactor, ask))

        self.let_work(work)
        self.other.reactor.callLater(3, result.callback, "late")
        self.assert_stands_still()

    def test_that_has_not_begun(self) -> None:
        """It never does: neither a new thread nor one that has worked before."""
        pool = self.reactor.getThreadPool()
        pool.callInThread(self.disk.append, "first")
        self.network.flush()
        pool.callInThread(self.disk.append, "second")
        pool.callInThread(self.disk.append, "third")
        self.host.crash()
        self.network.advance(1)

        self.assertEqual(self.disk, ["first"])
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_that_is_asked_for_later(self) -> None:
        """The pool from before takes no work, though the machine is up again."""
        self.let_work(int)
        pool = self.reactor.getThreadPool()
        self.host.crash()
        self.host.restart()
        pool.callInThread(self.disk.append, "by one that had nothing to do")
        pool.callInThread(self.disk.append, "by a new one")
        self.network.flush()

        self.assertEqual(self.disk, [])

    def test_that_could_go_on(self) -> None:
        """It has been notified at the same instant, and has not had its turn."""
        items: Queue[str] = Queue()
        self.let_work(lambda: self.disk.append(items.get()))
        items.put("item")
        self.assert_stands_still()

    def test_that_has_pulled_the_plug(self) -> None:
        """It goes on to where it waits next, as other code at work does."""

        def work() -> None:
            self.host.crash()
            said.append("still at work")
            self.write_late()

        said: list[str] = []
        self.let_work(work)
        self.network.advance(10)

        self.assertEqual((said, self.disk), (["still at work"], []))
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_that_is_adrift(self) -> None:
        """It stands still when it comes back from what nobody sees it waiting for."""
        self.patch(Baton, "GRACE", 0.001)
        lock, begun = Lock(), Lock()
        lock.acquire()
        begun.acquire()

        def work() -> None:
            begun.release()
            with lock:
                said.append("back")
            self.write_late()

        said: list[str] = []
        self.let_work(int)
        self.reactor.getThreadPool().callInThread(work)
        self.network.advance(0)
        self.assertTrue(self.network.scheduler.threads.adrift)
        begun.acquire()  # on a busy machine it may have gone adrift before
        self.host.crash()
        lock.release()
        self.network.advance(10)

        self.assertEqual((said, self.disk), (["back"], []))

    def test_nobody_waits_for_it(self) -> None:
        """No instant at which it would have gone on is waited for."""
        wait = Condition.wait
        self.let_work(lambda: time.sleep(5))  # noqa: TID251 - of virtual time
        self.assertIsNot(Condition.wait, wait)
        self.host.crash()

        self.assertRaises(Deadlock, self.network.run_until, Deferred())
        self.assertEqual(self.network.seconds(), 0)
        self.assertIs(Condition.wait, wait)

    def test_that_ends_in_time(self) -> None:
        """One that was at work at the moment of the crash may come to its end."""
        self.let_work(self.host.crash)

        self.assertEqual(self.network.scheduler.threads.living, [])


class OthersTests(CrashedThreadsTestCase):
    """Threads that are not of that machine, or of none of its reactors."""

    def test_of_another_machine(self) -> None:
        """They go on."""
        pool = self.other.reactor.getThreadPool()
        self.addCleanup(pool.stop)
        pool.callInThread(self.write_late)
        self.network.advance(1)
        self.host.crash()
        self.network.advance(10)

        self.assertEqual(self.disk, ["late"])

    def test_of_a_pool_of_its_own(self) -> None:
        """A program may have made one. Nobody waits for it, and nothing is begun."""
        pool = ThreadPool(0, 2)
        pool.threadFactory = self.host.thread  # type: ignore[assignment]
        pool.start()
        pool.callInThread(self.write_late)
        pool.callInThread(int)
        self.network.flush()
        self.host.crash()
        pool.callInThread(self.disk.append, "by one that had nothing to do")
        pool.adjustPoolsize(3, 3)
        pool.callInThread(self.disk.append, "by a new one")
        self.network.flush()
        pool.stop()

        self.assertEqual(self.disk, [])
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_that_are_out_of_work(self) -> None:
        """They end: the process keeps none that has nothing of the program in it."""
        self.let_work(int)
        (thread,) = self.network.scheduler.threads.living
        self.host.crash()
        self.network.flush()

        thread.join()
        self.assertFalse(thread.is_alive())

    def test_of_an_isolated_test(self) -> None:
        """They are no leftovers: the machine is no more. Nor is a pool at rest."""
        with Isolation() as isolation:
            host = isolation.network.host("db")
            host.reactor.getThreadPool().callInThread(self.write_late)
            host.reactor.getThreadPool().callInThread(int)
            isolation.network.flush()
            host.crash()

        self.assertFalse(host.is_up)

    def test_of_an_isolated_process(self) -> None:
        """A pool that code makes for itself is on the machine of the process."""
        with Isolation() as isolation:
            pool = ThreadPool()
            pool.start()
            pool.callInThread(self.write_late)
            isolation.network.flush()
            isolation.reactor.host.crash()
            isolation.network.advance(10)

        self.assertEqual(self.disk, [])
