# -*- test-case-name: harness.test.test_scheduler -*-
"""The loop under every reactor of a network: one clock, one order of events.

A turn has three steps: calls that are due, waiting, sockets that are ready. Waiting
moves the clock to the next timer, exactly, and only if nothing is left to do at the
present instant.

That rule alone would hold time still for ever where work never ends: two peers that
echo each other's bytes, or a call that re-schedules itself with no delay, while
somebody waits for a timer. On a real machine such work takes time. So each turn that
finds work is reckoned as `TURN` seconds, and the clock moves to the next timer when
the turns at one instant add up to the distance. It never stops between timers, and a
timer is never late.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness._errors import Deadlock, Livelock
from harness._readiness import ReadySockets
from harness._timers import TimerQueue

if TYPE_CHECKING:
    from harness._reactor import VirtualReactor

#: What a turn with work in it is reckoned as, in seconds. Less than any real one takes.
TURN = 1e-6

#: How many turns `flush` stands before it says that there is no end.
_FLUSH_TURNS = 1_000_000


class Scheduler:
    """Decides what happens next, for all hosts of a network together.

    Attributes:
        timers: The clock and the delayed calls.
        sockets: The sockets that are ready to be read or written.
        woken: Reactors with calls from threads, or that are to stop.
        describe: Writes down what is pending, for the messages of errors.
        await_threads: Called when nothing else can happen. Returns whether a thread
            has brought work; it may give one the chance to.
        unsimulated: Called before time moves; raises if it must not.
    """

    def __init__(self, describe: Callable[[], str]) -> None:
        self.timers = TimerQueue()
        self.sockets = ReadySockets()
        self.woken: deque[VirtualReactor] = deque()
        self.describe = describe
        self.await_threads: Callable[[], bool] = lambda: False
        self.unsimulated: Callable[[], None] = lambda: None
        self._turns = 0

    @property
    def busy(self) -> bool:
        """Whether something is left to do at the present instant."""
        return (
            bool(self.sockets.waiting or self.woken or self.timers.soon)
            or self._timer_due()
        )

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
        """Make the calls that threads asked for, and those that are due."""
        for _ in range(len(self.woken)):
            self.woken.popleft().run_thread_calls()
        self.timers.run_due()

    def wait(self, until: float | None = None) -> None:
        """Let time pass until something can happen; see the top of this module."""
        timers = self.timers
        now = timers.now
        if self.sockets.waiting or self.woken or timers.soon:
            self._turns += 1
            upcoming = timers.next_time()
            if upcoming is not None and upcoming - now <= self._turns * TURN:
                self._move_to(upcoming if until is None else min(upcoming, until))
            return
        upcoming = timers.next_time()
        if upcoming is None or (until is not None and until < upcoming):
            if until is None:
                self._wait_for_threads()
                return
            upcoming = until
        self._move_to(upcoming)

    def flush(self) -> None:
        """Turn until nothing more happens at this instant.

        Raises:
            Livelock: There is no end to it.
        """
        for _ in range(_FLUSH_TURNS):
            if not self.busy:
                return
            self.turn(self.timers.now)
        raise Livelock(
            f"still busy after {_FLUSH_TURNS} turns at {self.timers.now} s\n"
            + self.describe()
        )

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
        """
        while not done():
            if until is not None and self.timers.now >= until and not self.busy:
                return False
            self._turn_towards(until)
        return True

    def _turn_towards(self, until: float | None) -> None:
        self.run_due()
        idle = not (self.sockets.waiting or self.woken or self.timers.soon)
        if idle and self.timers.next_time() is None:
            self._wait_for_threads()
        else:
            self.wait(until)
        self.sockets.serve()

    def _wait_for_threads(self) -> None:
        self.unsimulated()
        if not self.await_threads():
            raise Deadlock(
                f"nothing can happen any more, at {self.timers.now} s\n"
                + self.describe()
            )

    def _move_to(self, instant: float) -> None:
        if instant > self.timers.now:
            self.unsimulated()
            self.timers.now = instant
            self._turns = 0

    def _timer_due(self) -> bool:
        upcoming = self.timers.next_time()
        return upcoming is not None and upcoming <= self.timers.now
