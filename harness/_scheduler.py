# -*- test-case-name: harness.test.test_scheduler -*-
"""The loop under every reactor of a network: one clock, one order of events.

A turn has three steps: calls that are due, waiting, sockets that are ready. Waiting
moves the clock to the next timer, exactly, and only if nothing is left to do at the
present instant.

That rule alone would hold time still for ever where work never ends: two peers that
echo each other's bytes, a call that re-schedules itself with no delay, or with the
1e-8 seconds by which Twisted's cooperator gives way, while somebody waits for a timer.
On a real machine such work takes time. So each turn that finds work is reckoned as
`TURN` or `SLICE` seconds, and when these add up to the distance of the next timer the
clock moves on to it. It stops at timers only, and a timer is never late, but for one of
less than a microsecond in such a case.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness._baton import ThreadScheduler
from harness._errors import Deadlock, Livelock
from harness._readiness import ReadySockets
from harness._timers import TimerQueue, VirtualCall

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor

#: What a turn with work in it is reckoned as, in seconds. Less than any real one takes.
TURN = 1e-6

#: What a turn is reckoned as in which somebody gives way. Twisted's cooperator works
#: for up to a hundred times as long before it does.
SLICE = 1e-4

#: How many turns in which time hardly moves are taken for a sign that there is no end.
_ENDLESS = 2_000_000


class Scheduler:
    """Decides what happens next, for all hosts of a network together.

    Attributes:
        timers: The clock and the delayed calls.
        sockets: The sockets that are ready to be read or written.
        woken: Reactors with calls from threads, or that are to stop.
        describe: Writes down what is pending, for the messages of errors.
        threads: The threads of all hosts, which take turns with the loop.
    """

    def __init__(self, describe: Callable[[], str]) -> None:
        self.timers = TimerQueue()
        self.sockets = ReadySockets()
        self.woken: deque[VirtualReactor] = deque()
        self.describe = describe
        self.threads = ThreadScheduler(TimerClock(self.timers))
        self._guards: list[Callable[[], object]] = []
        self._turns = 0
        self._spent = 0.0

    @property
    def busy(self) -> bool:
        """Whether something is left to do at the present instant."""
        timers = self.timers
        if self._has_work():
            return True
        times = (timers.next_time(), timers.next_near_time())
        return any(time is not None and time <= timers.now for time in times)

    def turn(self, until: float | None = None) -> None:
        """Do one turn of the loop.

        Args:
            until: Wait no longer than to this instant. Without it, wait for as long
                as it takes.

        Raises:
            Deadlock: There is nothing to wait for.
        """
        self.run_due()
        self.wait(until)
        self.sockets.serve()

    def run_due(self) -> None:
        """Give threads their turn, make the calls that they asked for and those due."""
        if self.threads.ready:
            self.threads.run_ready()
        for _ in range(len(self.woken)):
            self.woken.popleft().run_thread_calls()
        self.timers.run_due()

    def wait(self, until: float | None = None) -> None:
        """Let time pass until something can happen; see the top of this module."""
        timers = self.timers
        working = self._has_work()
        upcoming = timers.next_time()
        if until is not None and (upcoming is None or until < upcoming):
            upcoming = until
        if working or timers.near:
            self._turns += 1
            self._spent += SLICE if timers.near else TURN
            if upcoming is None or upcoming - timers.now > self._spent:
                near = timers.next_near_time()
                if near is not None:
                    near = near if until is None else min(near, until)
                    timers.now = max(timers.now, near)
                    return
                if working:
                    return
        if upcoming is None or upcoming > timers.now:
            self._pass_time(upcoming)

    def flush(self) -> None:
        """Turn until nothing more happens at this instant.

        Raises:
            Livelock: There is no end to it.
        """
        now = self.timers.now
        self._turns = 0
        while self.busy and self.timers.now == now:
            self._require_end()
            self.turn(now)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, stopping at each instant at which something is due."""
        if seconds < 0:
            raise ValueError(f"time does not run backwards: advance({seconds})")
        timers = self.timers
        end = timers.now + seconds
        while timers.now < end:
            self.turn(end)
        self.turn(end)

    def run_until(self, done: Callable[[], bool], until: float | None) -> bool:
        """Turn until ``done()``, or until the instant ``until`` is over.

        Returns:
            What ``done()`` says.

        Raises:
            Deadlock: It will never be done.
            Livelock: It will not either, though there is always something to do.
        """
        while not done():
            if until is not None and self.timers.now >= until and not self.busy:
                return False
            self._require_end()
            self.run_due()
            self.wait(until if self._has_prospect() else None)
            self.sockets.serve()
        return True

    def _has_prospect(self) -> bool:
        """Say whether anything can still happen, now or later."""
        timers = self.timers
        return (
            self._has_work()
            or timers.next_time() is not None
            or timers.next_near_time() is not None
        )

    def _require_end(self) -> None:
        if self._turns > _ENDLESS:
            raise Livelock(
                f"still busy after {self._turns} turns, at {self.timers.now} s\n"
                + self.describe()
            )

    def guard_time(self, guard: Callable[[], object]) -> None:
        """Let ``guard`` be called before time moves. It may raise, or give us work."""
        self._guards.append(guard)

    def _has_work(self) -> bool:
        """Say whether the next turn has something to do."""
        return bool(
            self.sockets.waiting
            or self.woken
            or self.timers.soon
            or self.threads.ready
        )

    def _pass_time(self, upcoming: float | None) -> None:
        """Move to the next instant at which something is due, if there is one."""
        for guard in self._guards:
            guard()
        if self._has_work():
            return
        if self.threads.adrift:
            self.threads.await_adrift()
        elif upcoming is not None:
            self.timers.now = upcoming
            self._turns = 0
            self._spent = 0.0
        elif not self.threads.await_others():
            raise Deadlock(
                f"nothing can happen any more, at {self.timers.now} s\n"
                + self.describe()
            )


class TimerClock:
    """A clock for the waits of threads, whose timers belong to no reactor."""

    def __init__(self, timers: TimerQueue) -> None:
        self._timers = timers

    def seconds(self) -> float:
        """Return the virtual time."""
        return self._timers.now

    def call_later(self, seconds: float, call: Callable[[], object]) -> VirtualCall:
        """Schedule a call."""
        return self._timers.schedule(None, seconds, call)
