"""Tests of the reactor's own part: what the contracts of reactors do not ask."""

import threading
from socket import AF_INET

from twisted.internet.defer import Deferred
from twisted.internet.error import ReactorNotRunning
from twisted.internet.interfaces import (
    IReactorCore,
    IReactorFDSet,
    IReactorMulticast,
    IReactorPluggableNameResolver,
    IReactorPluggableResolver,
    IReactorProcess,
    IReactorSocket,
    IReactorSSL,
    IReactorTCP,
    IReactorThreads,
    IReactorTime,
    IReactorUDP,
    IReactorUNIX,
    IReactorUNIXDatagram,
)
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness._baton import ThreadScheduler
from harness._errors import Deadlock
from harness._network import Network
from harness._reactor import VirtualReactor
from harness._sockets_udp import UDPSocket
from harness.test.kernel import Watcher


class InterfaceTests(SynchronousTestCase):
    """What the reactor says it can do."""

    def test_provided(self) -> None:
        """It is all that Twisted's reactors are, as far as memory can be."""
        reactor = VirtualReactor()

        for interface in (
            IReactorCore,
            IReactorFDSet,
            IReactorMulticast,
            IReactorPluggableNameResolver,
            IReactorPluggableResolver,
            IReactorSSL,
            IReactorTCP,
            IReactorThreads,
            IReactorTime,
            IReactorUDP,
            IReactorUNIX,
            IReactorUNIXDatagram,
        ):
            self.assertTrue(verifyObject(interface, reactor), interface)

    def test_not_provided(self) -> None:
        """It does not claim what needs an operating system."""
        for interface in (IReactorProcess, IReactorSocket):
            self.assertFalse(interface.providedBy(VirtualReactor()), interface)


class RunTests(SynchronousTestCase):
    """The loop of `run`."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def run_reactor(self) -> None:
        self.reactor.run(installSignalHandlers=False)

    def test_takes_no_time(self) -> None:
        """A year passes while nobody waits."""
        self.reactor.callLater(365 * 86_400, self.reactor.stop)
        self.run_reactor()

        self.assertEqual(self.reactor.seconds(), 365 * 86_400)

    def test_stops_at_once(self) -> None:
        """Time does not move on once the reactor is told to stop."""
        self.reactor.callLater(1, self.reactor.stop)
        self.reactor.callLater(2, self.fail)
        self.run_reactor()

        self.assertEqual(self.reactor.seconds(), 1)

    def test_crashes_at_once(self) -> None:
        """... or to crash; it can go on afterwards."""
        self.reactor.callLater(1, self.reactor.crash)
        self.reactor.callLater(2, self.reactor.crash)
        self.run_reactor()
        self.assertEqual(self.reactor.seconds(), 1)
        self.run_reactor()

        self.assertEqual(self.reactor.seconds(), 2)

    def test_deadlock(self) -> None:
        """That nothing can happen any more is an error, and the reactor crashes."""
        self.assertRaises(Deadlock, self.run_reactor)

        self.assertFalse(self.reactor.running)
        self.reactor.callLater(1, self.reactor.stop)
        self.run_reactor()

    def test_shutdown_that_never_ends(self) -> None:
        """So it is when what the shutdown waits for never comes."""
        self.reactor.addSystemEventTrigger("before", "shutdown", Deferred)
        self.reactor.callWhenRunning(self.reactor.stop)

        self.assertRaises(Deadlock, self.run_reactor)

    def test_shutdown_takes_its_time(self) -> None:
        """What comes after a while is waited for."""
        self.reactor.addSystemEventTrigger(
            "before", "shutdown", deferLater, self.reactor, 5
        )
        self.reactor.callWhenRunning(self.reactor.stop)
        self.run_reactor()

        self.assertEqual(self.reactor.seconds(), 5)

    def test_timers_among_endless_work(self) -> None:
        """A socket that is always ready does not keep timers from their time."""
        self.reactor.addWriter(Watcher(UDPSocket(self.reactor.host, AF_INET)))
        self.reactor.callLater(0.001, self.reactor.stop)
        self.run_reactor()

        self.assertEqual(self.reactor.seconds(), 0.001)

    def test_error_in_the_loop(self) -> None:
        """An error in the loop itself is logged, and the loop goes on."""
        scheduler = self.reactor.host.scheduler
        wait = scheduler.wait
        errors = iter([RuntimeError("on purpose")])

        def fail_once() -> None:
            for error in errors:
                raise error
            wait()

        self.patch(scheduler, "wait", fail_once)
        self.reactor.callLater(1e-8, self.reactor.stop)
        self.run_reactor()

        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)


class IterateTests(SynchronousTestCase):
    """Single turns."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_no_delay(self) -> None:
        """Without a delay time stands still."""
        self.reactor.callLater(1, self.fail)
        self.reactor.iterate()

        self.assertEqual(self.reactor.seconds(), 0)

    def test_delay(self) -> None:
        """With one, so much time passes."""
        self.reactor.iterate(0.1)

        self.assertEqual(self.reactor.seconds(), 0.1)

    def test_not_past_a_call(self) -> None:
        """But not beyond a call, which is made in the next turn, at its time."""
        times: list[float] = []
        self.reactor.callLater(1, lambda: times.append(self.reactor.seconds()))
        self.reactor.iterate(5)
        self.assertEqual(times, [])
        self.reactor.iterate(5)

        self.assertEqual(times, [1])

    def test_no_limit(self) -> None:
        """An iteration without limit waits for whatever comes next."""
        self.reactor.callLater(3, len, "")
        self.reactor.doIteration(None)

        self.assertEqual(self.reactor.seconds(), 3)

    def test_timeout(self) -> None:
        """The reactor tells how long it will be until the next call."""
        self.assertIsNone(self.reactor.timeout())
        self.reactor.callLater(3, len, "")
        self.assertEqual(self.reactor.timeout(), 3)
        self.reactor.iterate(3)

        self.assertEqual(self.reactor.timeout(), 0)


class ThreadPoolTests(SynchronousTestCase):
    """The reactor's threads, where nobody calls ``run``."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_work_is_done(self) -> None:
        """Who drives the reactor gets the result of work, as with ``run``."""
        pool = self.reactor.getThreadPool()
        self.addCleanup(pool.stop)

        result = self.reactor.run_until(deferToThreadPool(self.reactor, pool, int, "4"))

        self.assertEqual(result, 4)

    def test_thread_that_never_comes_back(self) -> None:
        """Time does not pass a thread that waits unseen: that is a deadlock."""
        self.patch(ThreadScheduler, "PATIENCE", 0.01)
        pool = self.reactor.getThreadPool()
        self.addCleanup(pool.stop)
        lock = threading.Lock()
        lock.acquire()
        working = deferToThreadPool(self.reactor, pool, lock.acquire)

        self.assertRaises(Deadlock, self.reactor.run_until, working)
        lock.release()

    def test_thread_of_another_maker(self) -> None:
        """Where nothing else can happen, a thread made by hand is waited for."""
        answer: Deferred[str] = Deferred()
        waiting = threading.Event()
        bell = self.reactor.host.scheduler.threads.bell
        hear = bell.hear

        def hear_and_tell(timeout: float) -> bool:
            waiting.set()
            return hear(timeout)

        def work() -> None:
            waiting.wait()
            self.reactor.callFromThread(answer.callback, "answer")

        self.patch(bell, "hear", hear_and_tell)
        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(thread.join)

        self.assertEqual(self.reactor.run_until(answer), "answer")

    def test_pool_that_runs_is_left_alone(self) -> None:
        """With ``run`` the pool starts as on any reactor, and stops at the end."""
        started: list[bool] = []
        pool = self.reactor.getThreadPool()
        self.reactor.callWhenRunning(lambda: started.append(pool.started))
        self.reactor.callLater(1, self.reactor.stop)
        self.reactor.run(installSignalHandlers=False)

        self.assertEqual(started, [True])
        self.assertFalse(pool.started)

    def test_pool_that_is_gone_is_not_started(self) -> None:
        """A reactor that was shut down before it was driven starts no thread."""
        pool = self.reactor.getThreadPool()
        self.reactor._stopThreadPool()
        self.reactor.advance(0)

        self.assertFalse(pool.started)


class CallFromThreadTests(SynchronousTestCase):
    """Calls that threads ask for."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.made: list[str] = []

    def test_in_the_next_turn(self) -> None:
        """They are made in order, in the next turn."""
        for name in "ab":
            self.reactor.callFromThread(self.made.append, name)
        self.assertEqual(self.made, [])
        self.reactor.advance(0)

        self.assertEqual(self.made, ["a", "b"])

    def test_asked_for_by_one(self) -> None:
        """What one of them asks for is made in the turn after."""
        self.reactor.callFromThread(
            self.reactor.callFromThread, self.made.append, "later"
        )
        self.reactor.advance(0)
        self.assertEqual(self.made, [])
        self.reactor.advance(0)

        self.assertEqual(self.made, ["later"])

    def test_error(self) -> None:
        """An error is logged, and the others are made."""
        self.reactor.callFromThread(lambda: 1 // 0)
        self.reactor.callFromThread(self.made.append, "a")
        self.reactor.advance(0)

        self.assertEqual(self.made, ["a"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class OtherHostTests(SynchronousTestCase):
    """Reactors of several hosts in one loop."""

    def setUp(self) -> None:
        network = Network()
        self.one, self.other = (network.host(name).reactor for name in ("1", "2"))

    def test_one_drives_all(self) -> None:
        """Whoever runs, runs the whole network."""
        times: list[float] = []
        self.other.callLater(1, lambda: times.append(self.other.seconds()))
        self.one.callLater(2, self.one.stop)
        self.one.run(installSignalHandlers=False)

        self.assertEqual(times, [1])

    def test_shutdown_of_another(self) -> None:
        """A reactor that is stopped shuts down, whoever drives it."""
        events: list[str] = []
        self.other.addSystemEventTrigger("during", "shutdown", events.append, "down")
        self.other.startRunning(installSignalHandlers=False)
        self.other.callLater(1, self.other.stop)
        self.one.advance(2)

        self.assertEqual((events, self.other.running), (["down"], False))
        self.assertRaises(ReactorNotRunning, self.other.stop)

    def test_calls_are_kept_apart(self) -> None:
        """Each lists only its own calls."""
        call = self.one.callLater(1, len, "")

        self.assertEqual(self.one.getDelayedCalls(), [call])
        self.assertEqual(self.other.getDelayedCalls(), [])
