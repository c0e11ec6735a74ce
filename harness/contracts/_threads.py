"""The contract of threads: work goes out, results come back through the loop."""

import threading
from collections.abc import Callable

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import deferLater
from twisted.internet.threads import blockingCallFromThread, deferToThreadPool
from twisted.python.threadable import isInIOThread

from harness.contracts._running import Reactor, ReactorContract, in_reactor

#: Its declared type takes no function that may return a Deferred or not.
wait_in_thread: Callable[..., object] = blockingCallFromThread


class ThreadContract(ReactorContract):
    """``callFromThread``, ``callInThread`` and the thread pool."""

    @in_reactor
    async def test_result(self, reactor: Reactor) -> None:
        """The result of work in a thread comes back, in a later turn."""
        working = deferToThreadPool(reactor, reactor.getThreadPool(), int, "42")
        at_once = working.called

        self.assertEqual(await working, 42)
        self.assertFalse(at_once)

    @in_reactor
    async def test_failure(self, reactor: Reactor) -> None:
        """An exception of work in a thread comes back as a failure."""
        with self.assertRaises(ValueError):
            await deferToThreadPool(reactor, reactor.getThreadPool(), int, "x")

    @in_reactor
    async def test_where_work_is_done(self, reactor: Reactor) -> None:
        """Work knows that it is not in the reactor's thread, its result is."""
        working = deferToThreadPool(reactor, reactor.getThreadPool(), isInIOThread)
        working.addCallback(lambda there: (there, isInIOThread()))

        self.assertEqual(await working, (False, True))

    @in_reactor
    async def test_much_work(self, reactor: Reactor) -> None:
        """More work than there are threads is all done."""
        pool = reactor.getThreadPool()

        results = await gatherResults(
            [deferToThreadPool(reactor, pool, abs, -n) for n in range(50)]
        )

        self.assertEqual(results, list(range(50)))

    @in_reactor
    async def test_call_in_thread(self, reactor: Reactor) -> None:
        """Work may have no result; an exception of it is logged."""
        results: list[str] = []

        def work() -> None:
            results.append("done")
            raise RuntimeError("on purpose")

        # With a single thread, what comes second begins when the first has ended.
        reactor.suggestThreadPoolSize(1)
        reactor.callInThread(work)
        await deferToThreadPool(reactor, reactor.getThreadPool(), list)

        self.assertEqual(results, ["done"])
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @in_reactor
    async def test_call_from_thread(self, reactor: Reactor) -> None:
        """What another thread asks for is done by the loop, in its order."""
        called: list[int] = []
        ready: Deferred[None] = Deferred()

        def ask() -> None:
            for number in range(10):
                reactor.callFromThread(called.append, number)
            reactor.callFromThread(ready.callback, None)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        at_once = list(called)
        await ready

        self.assertEqual(at_once, [])
        self.assertEqual(called, list(range(10)))

    @in_reactor
    async def test_call_from_own_thread(self, reactor: Reactor) -> None:
        """The reactor's own thread may ask too, and is served in a later turn."""
        called: list[str] = []
        ready: Deferred[None] = Deferred()

        reactor.callFromThread(called.append, "first")
        reactor.callFromThread(called.append, "second")
        reactor.callFromThread(ready.callback, None)
        at_once = list(called)
        await ready

        self.assertEqual(at_once, [])
        self.assertEqual(called, ["first", "second"])

    @in_reactor
    async def test_error_in_call_from_thread(self, reactor: Reactor) -> None:
        """An exception in such a call is logged, and the next one is made."""
        ready: Deferred[None] = Deferred()

        def fail() -> None:
            raise RuntimeError("on purpose")

        reactor.callFromThread(fail)
        reactor.callFromThread(ready.callback, None)
        await ready

        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @in_reactor
    async def test_blocking_call(self, reactor: Reactor) -> None:
        """A thread may wait for what the reactor does, and gets its result."""

        def work() -> object:
            return wait_in_thread(
                reactor, deferLater, reactor, 0.01, lambda: (42, isInIOThread())
            )

        working = deferToThreadPool(reactor, reactor.getThreadPool(), work)

        self.assertEqual(await working, (42, True))

    @in_reactor
    async def test_blocking_call_that_fails(self, reactor: Reactor) -> None:
        """A thread that waits gets the exception, too."""

        def work() -> object:
            return wait_in_thread(reactor, int, "x")

        with self.assertRaises(ValueError):
            await deferToThreadPool(reactor, reactor.getThreadPool(), work)

    @in_reactor
    async def test_two_blocking_calls(self, reactor: Reactor) -> None:
        """Two threads may wait for each other by way of the reactor."""
        meeting: Deferred[str] = Deferred()
        pool = reactor.getThreadPool()

        def wait() -> object:
            return wait_in_thread(reactor, lambda: meeting)

        def fire() -> None:
            wait_in_thread(reactor, meeting.callback, "met")

        waiting = deferToThreadPool(reactor, pool, wait)
        await deferToThreadPool(reactor, pool, fire)

        self.assertEqual(await waiting, "met")

    def test_life_of_the_pool(self) -> None:
        """The pool works as long as the loop runs, and is let go with it."""
        reactor = self.build_reactor()
        pools = []

        async def look(reactor: Reactor) -> None:
            pools.append(reactor.getThreadPool())

        self.run_scenario(reactor, look)

        self.assertTrue(pools[0].joined)
        self.assertEqual(pools[0].threads, [])
        self.assertIsNone(getattr(reactor, "threadpool", None))

    def test_work_under_way_at_the_end(self) -> None:
        """Work that is under way when the loop is stopped is waited for."""
        reactor = self.build_reactor()
        results: list[str] = []

        def work() -> None:
            threading.Event().wait(0.02)
            results.append("done")

        async def start(reactor: Reactor) -> None:
            reactor.callInThread(work)

        self.run_scenario(reactor, start)

        self.assertEqual(results, ["done"])

    def test_work_handed_in_at_the_end(self) -> None:
        """Work that is handed in as the loop ends is waited for, too."""
        reactor = self.build_reactor()
        results: list[str] = []
        reactor.addSystemEventTrigger(
            "before", "shutdown", reactor.callInThread, results.append, "done"
        )

        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(results, ["done"])

    def test_no_thread_is_left(self) -> None:
        """All threads that worked have ended when the loop has."""
        reactor = self.build_reactor()
        before = set(threading.enumerate())

        async def work(reactor: Reactor) -> None:
            await deferToThreadPool(reactor, reactor.getThreadPool(), list)

        self.run_scenario(reactor, work)

        self.assertEqual(set(threading.enumerate()) - before, set())

    def test_work_before_the_start(self) -> None:
        """Work that is handed in before the loop runs is done when it does."""
        reactor = self.build_reactor()
        working = deferToThreadPool(reactor, reactor.getThreadPool(), int, "42")

        async def wait(reactor: Reactor) -> None:
            self.assertEqual(await working, 42)

        self.run_scenario(reactor, wait)
