"""Tests of thread pools whose workers are chosen in the same order each run."""

from threading import current_thread

from twisted.internet.defer import ensureDeferred, gatherResults
from twisted.internet.threads import deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness._thread_pools import IdleWorkers


class IdleWorkersTests(SynchronousTestCase):
    """Who waits for work."""

    def test_the_first_to_come_is_the_first_to_go(self) -> None:
        """Whatever their addresses."""
        workers = IdleWorkers()
        names = [f"worker {number}" for number in range(10)]
        for name in names:
            workers.add(name)

        self.assertEqual([workers.pop() for _ in range(len(workers))], names)

    def test_one_can_be_removed(self) -> None:
        """It is not waiting any more."""
        workers = IdleWorkers()
        workers.add("first")
        workers.add("second")
        workers.remove("first")

        self.assertEqual((len(workers), workers.pop()), (1, "second"))

    def test_there_may_be_none(self) -> None:
        """As a team asks before it makes a worker."""
        self.assertFalse(IdleWorkers())


class PoolTests(SynchronousTestCase):
    """The pool of a reactor."""

    def test_its_workers_take_turns(self) -> None:
        """Each piece of work goes to the thread that has had none for longest."""
        reactor = VirtualReactor()
        pool = reactor.getThreadPool()
        names: list[str] = []

        def work() -> None:
            names.append(current_thread().name[-1])

        async def main() -> None:
            begun = [deferToThreadPool(reactor, pool, work) for _ in range(4)]
            await gatherResults(begun)
            for _ in range(6):
                await deferToThreadPool(reactor, pool, work)
            reactor.stop()

        reactor.callWhenRunning(lambda: ensureDeferred(main()))
        reactor.run(installSignalHandlers=False)

        self.assertEqual("".join(names), "0123012301")
