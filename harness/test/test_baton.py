"""Tests of threads that take turns, and of waiting on virtual time."""
# ruff: noqa: TID251 - time.sleep is the subject

import queue
import threading
import time
from collections import deque
from collections.abc import Callable

from twisted.internet.task import Clock
from twisted.python.threadpool import ThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness._baton import ThreadScheduler, VirtualThread
from harness._blocking import as_usual
from harness._errors import Deadlock

REAL_WAIT = threading.Condition.wait
REAL_SLEEP = time.sleep


def in_turn(*calls: Callable[[], object]) -> Callable[[], None]:
    """Make a target that does one thing after the other."""

    def target() -> None:
        for call in calls:
            call()

    return target


class ThreadCase(SynchronousTestCase):
    """A scheduler, a clock, and a list for what the threads have to say."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.scheduler = ThreadScheduler(self.clock, deque())
        self.said: list[object] = []

    def start(self, *targets: Callable[[], object]) -> list[VirtualThread]:
        """Start a thread for each target, named by its number."""
        threads = [
            self.scheduler.thread(target, name=str(number))
            for number, target in enumerate(targets)
        ]
        for thread in threads:
            thread.start()
        return threads

    def settle(self) -> None:
        """Wait until no thread is adrift."""
        while self.scheduler.adrift and not self.scheduler.ready:
            self.scheduler.await_adrift()

    def run_ready(self) -> None:
        """Let threads run until each has ended or waits."""
        while self.scheduler.ready:
            self.scheduler.run_one()

    def say(self, *words: object) -> Callable[[], None]:
        """Make a target that says something for each of its turns."""

        def target() -> None:
            for word in words:
                self.said.append(word)
                time.sleep(1)

        return target


class TurnTests(ThreadCase):
    """One thread runs at a time, in an order that is always the same."""

    def test_nothing_runs_before_its_turn(self) -> None:
        """A started thread does nothing until the reactor's thread lets it."""
        (thread,) = self.start(lambda: self.said.append("ran"))
        self.assertEqual(self.said, [])
        self.assertTrue(self.scheduler.ready)
        self.scheduler.run_one()

        self.assertEqual(self.said, ["ran"])
        thread.join()
        self.assertEqual(self.scheduler.living, [])

    def test_turns_in_order_of_readiness(self) -> None:
        """Threads take turns in the order in which they could go on."""
        self.start(self.say("a1", "a2"), self.say("b1", "b2"), self.say("c1", "c2"))
        self.run_ready()
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, ["a1", "b1", "c1", "a2", "b2", "c2"])
        self.clock.advance(1)
        self.run_ready()

    def test_thread_runs_in_a_thread_of_its_own(self) -> None:
        """The work is done by a real thread, under its own name and identity."""
        self.start(lambda: self.said.append(threading.current_thread()))
        self.run_ready()

        (thread,) = self.said
        assert isinstance(thread, VirtualThread)
        self.assertEqual(thread.name, "0")
        self.assertNotEqual(thread.ident, threading.get_ident())

    def test_arguments(self) -> None:
        """A thread is made as a `threading.Thread` is."""
        self.scheduler.thread(
            target=lambda *args, **kwargs: self.said.append((args, kwargs)),
            args=(1, 2),
            kwargs={"three": 3},
        ).start()
        self.run_ready()

        self.assertEqual(self.said, [((1, 2), {"three": 3})])


class WaitTests(ThreadCase):
    """Waiting in a thread is waiting in virtual time."""

    def test_sleep(self) -> None:
        """Sleeping takes virtual time, exactly, and no other."""

        def nap() -> None:
            time.sleep(3600)
            self.said.append(self.clock.seconds())

        self.start(nap)
        self.run_ready()
        self.clock.advance(3599)
        self.run_ready()
        self.assertEqual(self.said, [])
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, [3600.0])

    def test_queue(self) -> None:
        """A thread that waits for an item goes on when there is one."""
        items: queue.Queue[str] = queue.Queue()
        self.start(lambda: self.said.append(items.get()))
        self.run_ready()
        self.assertEqual(self.said, [])
        items.put("item")
        self.run_ready()

        self.assertEqual(self.said, ["item"])

    def test_timeout(self) -> None:
        """A wait that nobody ends, ends at its timeout in virtual time."""
        event = threading.Event()
        self.start(lambda: self.said.append((event.wait(5), self.clock.seconds())))
        self.run_ready()
        self.clock.advance(5)
        self.run_ready()

        self.assertEqual(self.said, [(False, 5.0)])

    def test_notified_before_the_timeout(self) -> None:
        """A wait that is ended in time leaves no timer behind."""
        event = threading.Event()
        self.start(lambda: self.said.append(event.wait(5)))
        self.run_ready()
        event.set()
        self.run_ready()

        self.assertEqual(self.said, [True])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_notified_at_the_instant_of_the_timeout(self) -> None:
        """Only one of the two ends the wait; the thread has one turn."""
        event = threading.Event()
        self.start(lambda: self.said.append(event.wait(5)))
        self.run_ready()
        self.clock.advance(5)
        event.set()
        self.run_ready()

        self.assertEqual(self.said, [True])

    def test_timeout_of_a_queue(self) -> None:
        """What is left of a timeout is counted by virtual time, in a loop too."""
        items: queue.Queue[str] = queue.Queue()

        def target() -> None:
            try:
                items.get(timeout=30)
            except queue.Empty:
                self.said.append(self.clock.seconds())

        self.start(target)
        self.run_ready()
        self.clock.advance(29)
        self.run_ready()
        self.assertEqual(self.said, [])
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, [30.0])

    def test_threads_that_wait_for_each_other(self) -> None:
        """A rendezvous of two threads happens at one instant."""
        barrier = threading.Barrier(2)
        self.start(barrier.wait, barrier.wait, lambda: self.said.append("third"))
        self.run_ready()

        self.assertEqual(self.said, ["third"])
        self.assertEqual(self.scheduler.living, [])

    def test_thread_that_joins_another(self) -> None:
        """A thread can wait for another's end."""
        (sleeper,) = self.start(self.say("sleeping"))
        self.start(in_turn(sleeper.join, lambda: self.said.append("joined")))
        self.run_ready()
        self.assertEqual(self.said, ["sleeping"])
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, ["sleeping", "joined"])

    def test_condition_that_is_not_owned(self) -> None:
        """Misuse of a condition is reported as it always is."""

        def misuse() -> None:
            try:
                threading.Condition().wait()
            except RuntimeError as error:
                self.said.append(str(error))

        self.start(misuse)
        self.run_ready()

        self.assertEqual(self.said, ["cannot wait on un-acquired lock"])


class ReactorThreadTests(ThreadCase):
    """What happens when the thread that should run the others waits itself."""

    def test_join_lets_others_run(self) -> None:
        """Joining is no deadlock: whoever is joined gets its turns, time stands."""
        threads = self.start(self.say("a1", "a2"), self.say("b1", "b2"))
        for thread in threads:
            thread.join()

        self.assertEqual(self.said, ["a1", "b1", "a2", "b2"])
        self.assertEqual(self.clock.seconds(), 0.0)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_alarms_ring_in_order(self) -> None:
        """Sleepers who are joined wake in the order of their alarms."""

        def sleeper(seconds: float) -> Callable[[], object]:
            return in_turn(
                lambda: time.sleep(seconds), lambda: self.said.append(seconds)
            )

        for thread in self.start(sleeper(3), sleeper(1), sleeper(2)):
            thread.join()

        self.assertEqual(self.said, [1, 2, 3])

    def test_waiting_for_an_item(self) -> None:
        """The reactor's thread may wait for what a thread will put."""
        items: queue.Queue[str] = queue.Queue()
        self.start(lambda: items.put("item"))

        self.assertEqual(items.get(), "item")

    def test_waiting_for_what_nobody_does(self) -> None:
        """A wait that no virtual thread ends is left to real time."""
        blocked = threading.Event()
        self.start(blocked.wait)
        self.run_ready()

        self.assertFalse(threading.Event().wait(0.001))
        blocked.set()
        self.run_ready()

    def test_sleeping(self) -> None:
        """Only virtual threads sleep on virtual time."""
        event = threading.Event()
        self.start(event.wait)
        self.run_ready()
        time.sleep(0)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        event.set()
        self.run_ready()

    def test_the_real_calls_come_back(self) -> None:
        """Nothing is replaced before the first thread and after the last."""
        before = threading.Condition.wait, time.sleep
        self.start(lambda: self.said.append((threading.Condition.wait, time.sleep)))
        self.run_ready()

        self.assertEqual(before, (REAL_WAIT, REAL_SLEEP))
        self.assertEqual((threading.Condition.wait, time.sleep), before)
        self.assertNotEqual(self.said, [before])

    def test_join_with_a_timeout(self) -> None:
        """Joining a thread that waits for ever ends at the timeout, in real time."""
        blocked = threading.Event()
        (thread,) = self.start(blocked.wait)
        thread.join(0.001)

        self.assertTrue(thread.is_alive())
        blocked.set()
        thread.join()

    def test_other_threads(self) -> None:
        """A thread that is none of ours waits as ever."""
        blocked = threading.Event()
        self.start(blocked.wait)
        self.run_ready()
        other = threading.Thread(
            target=lambda: self.said.append(threading.Event().wait(0.001))
        )
        other.start()
        other.join()

        self.assertEqual(self.said, [False])
        blocked.set()
        self.run_ready()

    def test_two_schedulers(self) -> None:
        """Two of them do not get in each other's way."""
        other = ThreadScheduler(self.clock, deque())
        items: queue.Queue[str] = queue.Queue()
        thread = other.thread(lambda: self.said.append(items.get()))
        self.start(in_turn(lambda: time.sleep(1), lambda: items.put("from the other")))
        thread.start()
        other.run_one()
        self.run_ready()
        self.clock.advance(1)
        self.run_ready()
        self.assertEqual(self.said, [])
        other.run_one()

        self.assertEqual(self.said, ["from the other"])

    def test_joining_one_that_waits_for_the_reactor(self) -> None:
        """That would never end: neither goes on before the other."""
        patience = self.patch(ThreadScheduler, "PATIENCE", 0.01)
        answers: queue.Queue[str] = queue.Queue()

        def ask() -> None:
            self.said.append(answers.get())

        (thread,) = self.start(ask)

        error = self.assertRaises(Deadlock, thread.join)
        self.assertRegex(
            str(error),
            r"^the reactor's thread waits for a thread that does not end\n"
            r"  thread 0, at .*test_baton\.py:\d+$",
        )
        patience.restore()
        answers.put("answer")
        thread.join()
        self.assertEqual(self.said, ["answer"])

    def test_joining_one_of_another_scheduler(self) -> None:
        """Whoever is joined gets turns, and so does whom that one waits for."""
        other = ThreadScheduler(self.clock, deque())
        items: queue.Queue[str] = queue.Queue()
        self.start(in_turn(lambda: time.sleep(1), lambda: items.put("item")))
        thread = other.thread(lambda: self.said.append(items.get()))
        thread.start()
        thread.join()

        self.assertEqual(self.said, ["item"])
        self.run_ready()


class AdriftTests(ThreadCase):
    """Threads that wait in a way that cannot be seen."""

    def setUp(self) -> None:
        super().setUp()
        self.lock = threading.Lock()
        self.lock.acquire()

    def take_lock(self) -> None:
        """Wait for a plain lock."""
        self.lock.acquire()

    def pass_lock(self) -> None:
        """Wait for a plain lock, then sleep, and say so."""
        with self.lock:
            self.said.append("locked")
        time.sleep(1)
        self.said.append(self.clock.seconds())

    def test_reactor_goes_on(self) -> None:
        """A thread that neither works nor gives the baton back is left alone."""
        self.start(self.pass_lock, lambda: self.said.append("another"))
        self.run_ready()

        self.assertEqual(self.said, ["another"])
        self.lock.release()
        for thread in self.scheduler.living:
            thread.join()

    def test_time_waits_for_it(self) -> None:
        """Before time moves, the thread has come back and taken its turn."""
        self.start(self.pass_lock)
        self.run_ready()
        self.lock.release()
        self.settle()
        self.run_ready()
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, ["locked", 1.0])

    def test_end_of_patience(self) -> None:
        """A thread that does not come back is named, with the line where it is."""
        patience = self.patch(ThreadScheduler, "PATIENCE", 0.01)
        self.start(self.take_lock)
        self.run_ready()

        error = self.assertRaises(Deadlock, self.settle)
        self.assertRegex(
            str(error),
            r"^a thread waits in a way that virtual time cannot end\n"
            r"  thread 0, at .*test_baton\.py:\d+$",
        )
        patience.restore()
        self.lock.release()
        for thread in self.scheduler.living:
            thread.join()

    def test_wait_after_it_came_ashore(self) -> None:
        """What it waited for may have happened before it could wait."""
        items: queue.Queue[str] = queue.Queue()

        def target() -> None:
            with self.lock:
                pass
            self.said.append(items.get())

        (thread,) = self.start(target)
        self.run_ready()
        items.put("item")
        self.lock.release()
        thread.join()

        self.assertEqual(self.said, ["item"])

    def test_notified_while_it_comes_ashore(self) -> None:
        """A notification between the call of wait and its turn is not lost."""
        condition = threading.Condition()

        def target() -> None:
            with self.lock, condition:
                self.said.append(condition.wait(5))

        (thread,) = self.start(target)
        self.run_ready()
        self.lock.release()
        self.settle()
        with condition:
            condition.notify()
        thread.join()

        self.assertEqual(self.said, [True])

    def test_busy_thread_keeps_the_baton(self) -> None:
        """Work that takes long is not mistaken for waiting."""

        def work() -> None:
            until = time.thread_time() + 0.15  # three times as long as is waited
            while time.thread_time() < until:
                pass
            self.said.append("worked")

        self.start(work)
        self.scheduler.run_one()

        self.assertEqual(self.said, ["worked"])


class ThreadPoolTests(ThreadCase):
    """Twisted's own pool, on virtual threads."""

    def setUp(self) -> None:
        super().setUp()
        self.pool = ThreadPool(0, 2, "test")
        self.pool.threadFactory = self.scheduler.thread  # type: ignore[assignment]
        self.pool.start()

    def test_limit(self) -> None:
        """Of three pieces of work two run at once, the third when one has ended."""
        for number in (1, 2, 3):
            self.pool.callInThread(self.say(f"work {number}"))
        self.run_ready()
        self.assertEqual(self.said, ["work 1", "work 2"])
        self.clock.advance(1)
        self.run_ready()

        self.assertEqual(self.said, ["work 1", "work 2", "work 3"])
        self.pool.stop()

    def test_stop_waits_for_the_work(self) -> None:
        """Stopping the pool lets what was begun end."""
        self.pool.callInThread(self.say("begun", "ended"))
        self.run_ready()
        self.pool.stop()

        self.assertEqual(self.said, ["begun", "ended"])
        self.assertEqual(self.scheduler.living, [])


class AsUsualTests(ThreadCase):
    """The way back to real waiting."""

    def test_virtual_thread_may_wait_as_usual(self) -> None:
        """In its block even a virtual thread's wait is a real one."""

        def target() -> None:
            with as_usual(), as_usual():
                pass
            with as_usual():
                self.said.append(threading.Event().wait(0.001))

        self.start(target)
        self.run_ready()

        self.assertEqual(self.said, [False])
        self.assertEqual(self.clock.getDelayedCalls(), [])
