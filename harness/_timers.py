# -*- test-case-name: harness.test.test_timers -*-
"""The queue of delayed calls of a virtual clock.

A heap of tuples ``(time, number, call)``, and beside it a plain queue of the calls that
are due at the instant in which they are made: ``callLater(0, ...)`` is the most frequent
call in Twisted, and costs no search. The number grows with each scheduling, so that
calls due at the same instant run in the order in which they were scheduled.

Nothing is ever searched for. A call that is put off stays where it is and is moved when
its old place comes up; one that is brought forward gets a new place and the old one is
dead; so is the place of a cancelled call. When the dead outnumber the living the heap
is swept.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf, nextafter
from traceback import format_stack
from typing import Any

from twisted.internet.base import DelayedCall
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python import reflect
from zope.interface import implementer

#: The place of a cancelled call: no scheduling has this number.
_NOWHERE = -1

#: Sweep the heap only when it is worth it.
_DEAD_AT_LEAST = 50

#: Delays of less than this, in seconds, ask for a turn rather than for a time.
NEAR = 1e-6

_log = Logger()

#: When, which scheduling, and what.
_Place = tuple[float, int, "VirtualCall"]


@implementer(IDelayedCall)
class VirtualCall(DelayedCall):
    """One delayed call: what `VirtualReactor.callLater` returns.

    It is a `twisted.internet.base.DelayedCall` to whoever asks, but for its text,
    which holds no address: the same run gives the same text.

    Attributes:
        owner: The reactor that made the call, or None for the simulated kernel's own.
    """

    called = 0
    cancelled = 0
    delayed_time = 0.0
    #: Which scheduling counts, if it is a later one than that of the call's place.
    _put_off = 0

    def __init__(  # noqa: PLR0913, PLR0917  (one call less for each timer)
        self,
        queue: "TimerQueue",
        owner: object,
        delay: float,
        func: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kw: Mapping[str, Any] = {},
    ) -> None:
        self._queue = queue
        self.owner = owner
        self.func = func
        self.args = args
        self.kw = kw  # type: ignore[assignment]
        now = queue.now
        self.time = time = now + delay
        self._place = number = queue.next_number()
        if delay >= NEAR and time > now:
            heappush(queue.heap, (time, number, self))
        elif not delay:
            queue.soon.append((number, self))
        else:
            self.time = time = max(time, nextafter(now, inf))
            heappush(queue.near, (time, number, self))
        if self.debug:
            self.creator = format_stack()[:-2]

    def getTime(self) -> float:
        """Return the virtual time at which the call is due."""
        return self.time

    def cancel(self) -> None:
        """Take the call back.

        Raises:
            AlreadyCalled: It has been made.
            AlreadyCancelled: It has been taken back.
        """
        self._require_active()
        if self.debug:
            self._repr = repr(self)
        self.cancelled = 1
        self._place = _NOWHERE
        del self.func, self.args, self.kw
        self._queue.bury()

    def reset(self, secondsFromNow: float) -> None:
        """Let the call be due ``secondsFromNow`` from now.

        Raises:
            AlreadyCalled: It has been made.
            AlreadyCancelled: It has been taken back.
        """
        self._require_active()
        self._move(self._queue.after(secondsFromNow))

    def delay(self, secondsLater: float) -> None:
        """Let the call be due ``secondsLater`` than it was; earlier if negative.

        Raises:
            AlreadyCalled: It has been made.
            AlreadyCancelled: It has been taken back.
        """
        self._require_active()
        self._move(self.time + secondsLater)

    def active(self) -> bool:
        """Say whether the call is still to be made."""
        return not (self.called or self.cancelled)

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        if self._repr is not None:
            return self._repr
        left = self.time - self._queue.now
        parts = [
            f"<DelayedCall [{left}s] called={self.called} cancelled={self.cancelled}"
        ]
        if not self.cancelled:
            parts.append(" " + describe_call(self.func, self.args, self.kw))
        if self.creator is not None:
            stack = "    ".join(self.creator)
            parts.append(f"\n\ntraceback at creation: \n\n{stack}")
        return "".join([*parts, ">"])

    def _require_active(self) -> None:
        if self.cancelled:
            raise AlreadyCancelled
        if self.called:
            raise AlreadyCalled

    def _move(self, time: float) -> None:
        sooner = time < self.time
        self.time = time
        self._put_off = self._queue.next_number()
        if sooner:
            self._queue.place(self)
            self._queue.bury()


class TimerQueue:
    """The delayed calls of one clock, which all hosts of a network share.

    Attributes:
        now: The virtual time in seconds. It starts at zero, so that the smallest
            delays that Twisted uses, 1e-8 seconds, are not lost in rounding; where
            one would be, the call is due at the next number that a float can hold.
        soon: Calls due at the instant in which they were scheduled, in order.
        near: A heap of the calls that were scheduled with a delay of less than
            `NEAR`: see `harness._scheduler` for why they are apart.
        heap: All other calls.
        next_number: Returns the number of the next scheduling.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.soon: deque[tuple[int, VirtualCall]] = deque()
        self.near: list[_Place] = []
        self.heap: list[_Place] = []
        self.next_number = count(1).__next__
        self._dead = 0

    def after(self, delay: float) -> float:
        """Return the instant that is ``delay`` seconds from now: now if it is zero,
        and always later if it is not."""
        time = self.now + delay
        return nextafter(time, inf) if time == self.now and delay else time

    def place(self, call: VirtualCall) -> None:
        """Give ``call`` the place of its latest scheduling."""
        number = call._place = call._put_off
        call._put_off = 0
        if call.time > self.now:
            heappush(self.heap, (call.time, number, call))
        else:
            self.soon.append((number, call))

    def bury(self) -> None:
        """Count one more dead place, and sweep if there are too many."""
        self._dead += 1
        if self._dead > _DEAD_AT_LEAST and self._dead * 2 > len(self.heap):
            self._sweep()

    def next_time(self) -> float | None:
        """Return when the earliest call of the heap is due, or None."""
        return self._first(self.heap)

    def next_near_time(self) -> float | None:
        """Return when the earliest of the calls that are `near` is due, or None."""
        return self._first(self.near)

    def run(self, until: float, *other_work: Collection[object]) -> None:
        """Make the calls that are due now, but none that is scheduled meanwhile.

        Then, as long as there is nothing to do but to make calls, move on to the next
        instant at which one is due, up to ``until``.

        Args:
            until: The last instant to move to.
            other_work: What has to be empty for time to move.
        """
        heap = self.heap
        soon = self.soon
        now = self.now
        while self.near and self.near[0][0] <= now:
            heappush(heap, heappop(self.near))
        # What is in the heap and due was scheduled before the present instant, and
        # what is due soon was scheduled in it.
        count = len(soon)
        while True:
            if heap and heap[0][0] <= now:
                _, number, call = heappop(heap)
            elif count and soon:
                count -= 1
                number, call = soon.popleft()
            elif not heap or heap[0][0] > until:
                return
            elif soon or self.near or any(other_work):
                return
            else:
                now = self._first(heap) or now
                if now > until:
                    return
                self.now = now
                continue
            if call._place != number:
                self._dead -= 1
            elif call._put_off:
                self.place(call)
            else:
                call.called = 1
                try:
                    call.func(*call.args, **call.kw)
                except BaseException:
                    _log_failure(call)

    def active_calls(self) -> list[VirtualCall]:
        """Return the calls still to be made, in the order in which they are due."""
        calls = [call for number, call in self.soon if call._place == number]
        calls += [place[2] for place in (*self.near, *self.heap) if _lives(place)]
        return sorted(calls, key=lambda call: (call.time, call._put_off or call._place))

    def _first(self, heap: list[_Place]) -> float | None:
        """Return the time of the first place of a heap that counts, or None."""
        while heap:
            time, number, call = heap[0]
            if call._place == number and not call._put_off:
                return time
            heappop(heap)
            if call._place == number:
                self.place(call)
            else:
                self._dead -= 1
        return None

    def _sweep(self) -> None:
        """Forget the dead places. In place, since `run_due` may be at work."""
        for heap in self.heap, self.near:
            heap[:] = [place for place in heap if _lives(place)]
            heapify(heap)
        living = [place for place in self.soon if place[1]._place == place[0]]
        self.soon.clear()
        self.soon.extend(living)
        self._dead = 0


def _lives(place: _Place) -> bool:
    _, number, call = place
    return call._place == number


def describe_call(
    func: Callable[..., Any], args: Sequence[Any], kw: Mapping[str, Any]
) -> str:
    """Write a call as its author did, without an address where that can be."""
    name = getattr(func, "__qualname__", None) or reflect.safe_repr(func)
    shown = [reflect.safe_repr(arg) for arg in args]
    shown += [f"{key}={reflect.safe_repr(value)}" for key, value in kw.items()]
    return f"{name}({', '.join(shown)})"


def _log_failure(call: VirtualCall) -> None:
    created = ""
    if call.creator is not None:
        lines = "".join(call.creator).rstrip().replace("\n", "\n C:")
        created = f"\n C: from a DelayedCall created here:\n C:{lines}\n"
    _log.failure("while handling timed call {created}", created=created)
