# -*- test-case-name: harness.test.test_baton -*-
"""Real threads of which one runs at a time: the baton.

Twisted's thread pools run on it unmodified, with `VirtualThread` in the place of
``threading.Thread``: what is simulated is the thread, not the pool.

**Theory of operation.** A thread runs only while it holds the baton. The reactor's
thread hands it over at a scheduled step and stands still, and so does virtual time,
until the thread gives it back. A thread gives it back when it ends, and when it waits
for something that somebody else must do. All waiting of the standard library that
matters (``Queue.get``, ``Event.wait``, ``blockingCallFromThread``, a pool's worker that
is out of work) goes through ``threading.Condition.wait``. As long as virtual threads
live, that method and ``time.sleep`` know them: the wait becomes a place in the
scheduler's queue, its timeout a moment of virtual time. So threads take turns at the
same places in every run.

What waits in another way (for a plain lock that a parked thread holds, for a device)
keeps the baton without using it. A thread that has not used the processor for
`Baton.GRACE` seconds of real time is let *adrift*: the reactor goes on with what is
due at this instant, but does not move time before the thread has come back. If it has
not within `ThreadScheduler.PATIENCE` seconds, that is a `Deadlock`.

A thread of a machine that loses power is *stopped*: it is given no more turns, so that
no line of it runs, not even what stands in a ``finally``. As Python cannot end a thread
in another way, it stands where it is for as long as the process lasts. One that is out
of work ends: no line of a program is left in it.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from types import FrameType
from typing import Any, Protocol

from harness._blocking import Alarms, Clock, Waiter, Waiting, as_usual
from harness._call_sites import call_site, is_waiting
from harness._errors import Deadlock

_UNSEEN = "a thread waits in a way that virtual time cannot end"
_UNENDING = "the reactor's thread waits for a thread that does not end"


class VirtualThread(threading.Thread):
    """A thread that runs when its scheduler says so.

    It is a daemon: one that still waits when the process ends holds nobody up.

    Attributes:
        turn_of: What each of its turns is surrounded by.
        made_at: The line that has made work for it.
        machine: Whose thread it is, or None: see `ThreadScheduler.stop`.
        is_stopped: Whether it is to have no more turns.
        is_dismissed: Whether it is to end at its next turn.
        is_parked: Whether it waits for its turn.
        waiter: What it waits with, or did last, if not for time to pass.
        alarm: What was to be done when the time of its last wait is up.
    """

    turn_of: AbstractContextManager[object] = nullcontext()
    machine: object = None
    is_stopped = False
    is_dismissed = False
    is_parked = True
    waiter: Waiter | None = None
    alarm: Callable[[], object] | None = None

    def __init__(
        self,
        scheduler: "ThreadScheduler",
        target: Callable[..., object],
        name: str | None,
        args: Iterable[Any],
        kwargs: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(
            target=target, name=name, args=args, kwargs=kwargs, daemon=True
        )
        self.scheduler = scheduler
        self.made_at = call_site(sys._getframe(1))
        self.turn = threading.Lock()
        self.turn.acquire()
        self.adrift = False
        self._done = threading.Event()

    def start(self) -> None:
        """Start the thread, which waits for its first turn."""
        if self.is_stopped:
            return
        with as_usual():
            super().start()
        self.scheduler.started(self)

    def run(self) -> None:
        """Wait for the first turn, then do the work."""
        self.turn.acquire()
        self.is_parked = False
        try:
            with suppress(_OutOfWork):
                super().run()
        finally:
            self._done.set()
            self.scheduler.ended(self)

    def stop(self) -> None:
        """Have no more turns; but for one in which it ends, if it is out of work."""
        if self.waiter is None or not self.is_parked or _place_of(self) is not None:
            self.is_stopped = True
        else:  # what it may have been given since is not begun
            self.is_dismissed = True
            self.waiter.expire()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, letting it and others run.

        For one that is stopped, nobody waits.

        Raises:
            Deadlock: It waits for the reactor, whose thread waits for it to end.
        """
        if self.is_stopped:
            return
        endless = timeout is None and self.scheduler.is_home()
        if self._done.wait(self.scheduler.PATIENCE if endless else timeout):
            super().join(timeout)
        elif endless:
            raise Deadlock("\n  ".join([_UNENDING, *self.scheduler.describe()]))


class _OutOfWork(BaseException):
    """Ends a worker that has nothing to do, and whose machine is no more."""


class Baton:
    """Passes the right to run between the reactor's thread and one other."""

    GRACE = 0.05

    def __init__(self) -> None:
        self._returned = threading.Lock()
        self._returned.acquire()
        self._handover = threading.Lock()

    def lend(self, thread: VirtualThread) -> None:
        """Let a thread run until it gives the baton back or is adrift."""
        used = -1.0
        thread.turn.release()
        while not self._returned.acquire(timeout=self.GRACE):
            before, used = used, _processor_seconds(thread)
            if used == before and self._cast_off(thread):
                return

    def give_back(self, thread: VirtualThread) -> bool:
        """Let the reactor's thread run.

        Returns:
            Whether it was waiting for that. If not, the thread was adrift.
        """
        with self._handover:
            was_adrift, thread.adrift = thread.adrift, False
            if not was_adrift:
                self._returned.release()
        return not was_adrift

    def _cast_off(self, thread: VirtualThread) -> bool:
        """Let a thread go adrift, unless it has just given the baton back."""
        with self._handover:
            thread.adrift = self._returned.locked()
            return thread.adrift


def _processor_seconds(thread: threading.Thread) -> float:
    """Return how much processor time a thread has used; -2 if it has just ended."""
    assert thread.ident is not None
    try:
        return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
    except ProcessLookupError:  # pragma: no cover  (a race that no test can win)
        return -2.0


class Wakeable(Protocol):
    """Something that has work to do in the loop's next turn."""

    def wake(self) -> None:
        """Do it."""


class Bell:
    """Rung by threads that really run, heard by the one that really waits."""

    def __init__(self) -> None:
        self._silence = threading.Lock()
        self._silence.acquire()

    def ring(self) -> None:
        """Ring once, for however many calls."""
        with suppress(RuntimeError):  # it rings already
            self._silence.release()

    def hear(self, timeout: float) -> bool:
        """Wait for it, in real seconds; return whether it rang."""
        return self._silence.acquire(timeout=timeout)


class ThreadScheduler(Waiting):
    """Decides which thread runs next, in the order in which they could go on.

    Args:
        clock: Where waits with a timeout end.
        woken: Where to stand in line for a turn of the loop.

    Attributes:
        bell: Rung when a thread that is adrift, or no thread of ours, has work for the
            reactor's thread.
        ready: The threads that could go on now, in the order of their turns.
        duration_of: Says how many virtual seconds a thread takes until it begins what
            the reactor's thread has asked of it. None: it begins at once.
    """

    PATIENCE = 5.0

    def __init__(self, clock: Clock, woken: "deque[Wakeable]") -> None:
        self.bell = Bell()
        self.ready: deque[VirtualThread] = deque()
        self.duration_of: Callable[[VirtualThread], float] | None = None
        self._clock = clock
        self._alarms = Alarms(clock)
        self._woken = woken
        self._baton = Baton()
        self._home = threading.get_ident()
        self._living: dict[VirtualThread, None] = {}

    # What the reactor's thread asks.

    def thread(
        self,
        target: Callable[..., object],
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> VirtualThread:
        """Make a thread, not yet started: a ``threadFactory`` for Twisted's pools."""
        return VirtualThread(self, target, name, args, kwargs)

    @property
    def adrift(self) -> bool:
        """Whether a thread runs beside the reactor's, for it waits unseen."""
        return bool(self._living) and any(thread.adrift for thread in self.living)

    @property
    def living(self) -> list[VirtualThread]:
        """The threads that were started and have not ended, oldest first."""
        return list(self._living)

    def run_one(self) -> None:
        """Give the thread that has been ready longest its turn."""
        self._home = threading.get_ident()
        thread = self.ready.popleft()
        if not thread.is_stopped:
            with thread.turn_of:
                self._baton.lend(thread)

    def wake(self) -> None:
        """Give each thread that could go on now one turn."""
        for _ in range(len(self.ready)):
            self.run_one()

    def stop(self, machine: object) -> None:
        """Give the threads of a machine no more turns: it has lost its power.

        One that is at work at this very moment stops where it would wait next.
        """
        for thread in self.living:
            if thread.machine is machine:
                thread.stop()
                if thread.alarm is not None:
                    self._alarms.cancel(thread.alarm)
                if thread.is_stopped and thread.is_parked:
                    self._forget(thread)

    def await_adrift(self) -> None:
        """Wait, in real time, for news of a thread that is adrift.

        Raises:
            Deadlock: There is none for `PATIENCE` seconds.
        """
        if not self.bell.hear(self.PATIENCE):
            self.ignore_waits()  # who runs the next test is not to wait for them
            raise Deadlock("\n  ".join([_UNSEEN, *self.describe()]))

    def await_others(self) -> bool:
        """Wait, in real time, for news of threads that are none of ours, if any.

        Returns:
            Whether there is some.
        """
        return any(self._is_other(thread) for thread in threading.enumerate()) and (
            self.bell.hear(self.PATIENCE)
        )

    def ring(self) -> None:
        """Tell the reactor's thread that it has work, if it is not it that says so."""
        if not self.is_home():
            self.bell.ring()

    def describe(self) -> list[str]:
        """Say of each thread that is at work where it is, a line for each."""
        return [
            f"thread {thread.name}, at {where}"
            for thread in self.living
            if (where := _place_of(thread)) is not None
        ]

    # What threads report.

    def started(self, thread: VirtualThread) -> None:
        """Note a thread that waits for its first turn."""
        self._living[thread] = None
        self.watch_waits()
        self._make_ready(thread)

    def ended(self, thread: VirtualThread) -> None:
        """Note that a thread has done its work; it does nothing after this."""
        self._forget(thread)
        self._give_back(thread)

    # How threads, and the reactor's thread, wait.

    def has_current_thread(self) -> bool:
        """Say whether the thread that calls is one of ours."""
        return threading.current_thread() in self._living

    def is_home(self) -> bool:
        """Say whether the thread that calls is the reactor's."""
        return threading.get_ident() == self._home

    def seconds(self) -> float:
        """Return the virtual time."""
        return self._clock.seconds()

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass for one of our threads."""
        thread = _current()
        self._come_ashore(thread)
        self._set_alarm(thread, seconds, lambda: self._make_ready(thread))
        self._park(thread)

    def wait(self, waiter: Waiter, timeout: float | None) -> None:
        """Let one of our threads wait, for a timeout in virtual time."""
        thread = _current()
        self._come_ashore(thread)
        if waiter.notified:
            return
        thread.waiter = waiter
        waiter.wake = lambda: self._make_ready(thread)
        if timeout is not None:
            self._set_alarm(thread, timeout, waiter.expire)
        self._park(thread)
        self._alarms.cancel(waiter.expire)

    def go_on(self) -> bool:
        """Let a thread do something, and say whether there was one that could.

        Whoever should move time waits for a thread, so that those who wait for time to
        pass go on before it has.
        """
        if self.ready:
            self.run_one()
        elif self.adrift:
            self.await_adrift()
        else:
            return self._alarms.ring_next()
        return True

    def _come_ashore(self, thread: VirtualThread) -> None:
        """If the thread is adrift, wait until it may run as the only one again."""
        if thread.adrift:
            self._make_ready(thread)
            self._park(thread)

    def _park(self, thread: VirtualThread) -> None:
        """Give the baton back; return when it is this thread's turn again."""
        thread.is_parked = True
        if thread.is_stopped:
            self._forget(thread)
        self._give_back(thread)
        thread.turn.acquire()
        thread.is_parked = False
        if thread.is_dismissed:
            raise _OutOfWork

    def _forget(self, thread: VirtualThread) -> None:
        """Forget a thread that has ended, or will have no more turns."""
        self._living.pop(thread, None)
        if not self._living:
            self.ignore_waits()

    def _set_alarm(
        self, thread: VirtualThread, seconds: float, ring: Callable[[], object]
    ) -> None:
        thread.alarm = ring
        self._alarms.set(seconds, ring)

    def _give_back(self, thread: VirtualThread) -> None:
        if not self._baton.give_back(thread):
            self.bell.ring()

    def _make_ready(self, thread: VirtualThread) -> None:
        if self.duration_of is not None and self.is_home():
            duration = self.duration_of(thread)
            if duration:
                self._set_alarm(thread, duration, lambda: self._let_go_on(thread))
                return
        self._let_go_on(thread)

    def _let_go_on(self, thread: VirtualThread) -> None:
        self.ready.append(thread)
        self._woken.append(self)
        self.bell.ring()

    def _is_other(self, thread: threading.Thread) -> bool:
        return not thread.daemon and thread.ident != self._home


def _current() -> VirtualThread:
    """Return the current thread, which is known to be a virtual one."""
    thread = threading.current_thread()
    assert isinstance(thread, VirtualThread)
    return thread


def _place_of(thread: VirtualThread) -> str | None:
    """Return the line of the program where a thread is; None if it waits for work."""
    frame = sys._current_frames()[thread.ident or 0]
    if _module_that_waits(frame) == "twisted._threads._threadworker":
        return None
    return call_site(frame)


def _module_that_waits(frame: FrameType) -> str:
    """Return the module that has called what a thread waits in."""
    while frame.f_back is not None and is_waiting(frame.f_globals["__name__"]):
        frame = frame.f_back
    return str(frame.f_globals["__name__"])
