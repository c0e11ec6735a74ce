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
from typing import Any

from harness._baton import ThreadScheduler, Wakeable
from harness._errors import Deadlock, Livelock, NotSimulated
from harness._readiness import ReadySockets
from harness._seconds import require_seconds
from harness._stepping import Stepper
from harness._timers import CallsLater, TimerQueue

#: What a turn with work in it is reckoned as, in seconds. Less than any real one takes.
TURN = 1e-6

#: What a turn is reckoned as in which somebody gives way. Twisted's cooperator works
#: for up to a hundred times as long before it does.
SLICE = 1e-4

#: How many turns in which time hardly moves are a sign that there is no end.
ENDLESS = 2_000_000

#: How long `run_until` waits unless it is told otherwise. Virtual seconds cost little;
#: but a server that re-arms a timer for ever, as a web server does, never runs out of
#: things to wait for, so that no `Deadlock` ends a wait that is in vain.
DEFAULT_TIMEOUT = 3600.0


class Scheduler(CallsLater):
    """Decides what happens next, for all hosts of a network together.

    Attributes:
        timers: The clock and the delayed calls.
        sockets: The sockets that are ready to be read or written.
        woken: Reactors with calls from threads, or that are to stop, and the threads
            themselves, when one of them can go on.
        unsimulated: What somebody waits for that will never be ready: calls written
            out, by the object that they were given. Time does not pass while there is.
        endless: After how many turns in which time hardly moves `Livelock` is raised.
        describe: Writes down what is pending, for the messages of errors.
        threads: The threads of all hosts, which take turns with the loop.
        run_timers: Makes the calls that are due: `TimerQueue.run`, or what stands for
            it while events are looked at one by one.
        stepper: What looks at them, once there is something that does.
        clock_skew: Nothing: the loop's time is the true one.
    """

    clock_skew = 0.0

    def __init__(self, describe: Callable[[], str]) -> None:
        self.timers = TimerQueue()
        self.timer_owner = self
        self.sockets = ReadySockets()
        self.woken: deque[Wakeable] = deque()
        self.unsimulated: dict[tuple[object, str], None] = {}
        self.describe = describe
        self.threads = ThreadScheduler(self, self.woken)
        self.endless = ENDLESS
        self.run_timers = self.timers.run
        self.stepper: Stepper | None = None
        self._turns = 0
        self._spent = 0.0

    def seconds(self) -> float:
        """Return the virtual time."""
        return self.timers.now

    def call_at(self, instant: float, call: Callable[..., object], *args: Any) -> None:
        """Let something happen at an instant, exactly: the kernel's own `callLater`."""
        self.timers.schedule(instant, self, call, args)

    def step(self) -> Stepper:
        """Take events one at a time from now on, and return what does."""
        if self.stepper is None:
            self.stepper = Stepper(self)
        return self.stepper

    def run_due(self, until: float | None = None) -> None:
        """Let threads go on, make the calls that they asked for, and those due.

        Args:
            until: How far time may move meanwhile, where there is nothing to do but
                to make calls. Without it, it does not move.
        """
        woken = self.woken
        if until is None or woken or self.unsimulated or self.threads.adrift:
            until = self.timers.now
            for _ in range(len(woken)):
                woken.popleft().wake()
        self.run_timers(until, self.sockets.waiting, woken)

    def serve_only(self) -> bool:
        """Turn as long as there is nothing to do but to serve sockets.

        Most turns are so: this is a short cut. Returns whether there was one.
        """
        if not self._only_sockets():
            return False
        self.sockets.serve(self._only_sockets)
        return True

    def _only_sockets(self) -> bool:
        """Begin a turn if there is nothing to do in it but to serve sockets."""
        timers = self.timers
        if not self.sockets.waiting or self.woken or timers.soon or timers.near:
            return False
        heap = timers.heap
        if heap and heap[0][0] - timers.now <= self._spent + TURN:
            return False
        self._turns += 1
        self._spent += TURN
        return True

    def wait(self, until: float | None = None) -> None:
        """Let time pass until something can happen; see the top of this module.

        Args:
            until: Wait no longer than to this instant. Without it, wait for as long
                as it takes.

        Raises:
            Deadlock: There is nothing to wait for.
        """
        timers = self.timers
        upcoming = timers.next_time()
        if until is not None and (upcoming is None or until < upcoming):
            upcoming = until
        near = timers.next_near_time() if timers.near else None
        if near is not None or self.sockets.waiting or self.woken or timers.soon:
            self._turns += 1
            self._spent += TURN if near is None else SLICE
            if upcoming is None or upcoming - timers.now > self._spent:
                if near is not None:
                    self._move_to(near if until is None else min(near, until))
                return
        if self.threads.adrift:
            self.threads.await_adrift()
        elif upcoming is None:
            self._wait_for_threads()
        elif upcoming > timers.now:
            self._move_to(upcoming)
            self._turns = 0
            self._spent = 0.0

    def flush(self) -> None:
        """Turn until nothing more happens at this instant.

        Raises:
            Livelock: There is no end to it.
        """
        now = self.timers.now
        while self.is_busy():
            self._require_end()
            self.run_due()
            self.wait(now)
            self.sockets.serve()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, stopping at each instant at which something is due.

        Raises:
            TypeError: ``seconds`` is no number.
            ValueError: It is negative or without end: time stops nowhere.
        """
        end = self.timers.now + require_seconds("advance: seconds", seconds)
        arrived = False
        while not arrived:
            self.run_due(end)
            arrived = self.timers.now >= end
            self.wait(end)
            self.sockets.serve()

    def run_until(self, done: Callable[[], bool], until: float | None) -> bool:
        """Turn until ``done()``, or until the instant ``until`` is over.

        Returns:
            What ``done()`` says.

        Raises:
            Deadlock: It will never be done.
            Livelock: It will not either, though there is always something to do.
        """
        while not done():
            if until is not None and self.timers.now >= until and not self.is_busy():
                return False
            self._require_end()
            self.run_due()
            if not done():
                self.wait(until if self._has_prospect() else None)
                self.sockets.serve()
        return True

    def is_busy(self) -> bool:
        """Say whether something is left to do at the present instant."""
        timers = self.timers
        if self.sockets.waiting or self.woken or timers.soon or self.threads.adrift:
            return True
        times = (timers.next_time(), timers.next_near_time())
        return any(time is not None and time <= timers.now for time in times)

    def _has_prospect(self) -> bool:
        """Say whether anything can still happen, now or later."""
        timers = self.timers
        return (
            bool(self.sockets.waiting or self.woken or timers.soon)
            or self.threads.adrift
            or timers.next_time() is not None
            or timers.next_near_time() is not None
        )

    def _require_end(self) -> None:
        if self._turns > self.endless:
            raise Livelock(
                f"still busy after {self._turns} turns, at {self.timers.now} s\n"
                + self.describe()
            )

    def _move_to(self, instant: float) -> None:
        self._require_simulated()
        self.timers.now = max(self.timers.now, instant)

    def _require_simulated(self) -> None:
        for selectable, call in self.unsimulated:
            raise NotSimulated(f"{call}({selectable!r}): a real descriptor")

    def _wait_for_threads(self) -> None:
        self._require_simulated()
        if not self.threads.await_others():
            raise Deadlock(
                f"nothing can happen any more, at {self.timers.now} s\n"
                + self.describe()
            )
