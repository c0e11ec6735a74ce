# -*- test-case-name: harness.test.test_timers -*-
"""The queue of delayed calls of a virtual clock.

A heap of tuples ``(time, number, call)``, and beside it a plain queue of the calls that
are due at the instant in which they are made: ``callLater(0, ...)`` is what Twisted
calls most often, and costs no search. The number grows with each scheduling, so calls
due at the same instant run in the order in which they were scheduled.

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
from sys import _getframe
from traceback import format_stack
from types import FrameType
from typing import Any, Protocol

from twisted.internet.base import DelayedCall
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python import reflect
from zope.interface import implementer

from harness._call_sites import call_site, due_to

#: The place of a cancelled call: no scheduling has this number.
_NOWHERE = -1

#: Sweep the heap only when it is worth it.
_DEAD_AT_LEAST = 50

#: Delays of less than this, in seconds, ask for a turn rather than for a time.
NEAR = 1e-6

_log = Logger()

#: When, which scheduling, and what.
_Place = tuple[float, int, "VirtualCall"]

_new = object.__new__

#: Shared by all calls without keyword arguments: one dictionary less for each.
_NO_KEYWORDS: dict[str, object] = {}


class HasTimers(Protocol):
    """Whoever a delayed call belongs to.

    Attributes:
        timers: The queue that it is in.
        clock_skew: By how many seconds the owner's clock is wrong.
    """

    timers: "TimerQueue"
    clock_skew: float


@implementer(IDelayedCall)
class VirtualCall(DelayedCall):
    """One delayed call: what `CallsLater.callLater` returns.

    It is a `twisted.internet.base.DelayedCall` to whoever asks, but for its text,
    which holds no address: the same run gives the same text.

    Attributes:
        owner: Whose call it is: a host, or the scheduler if it is the kernel's own.
        made_at: The line that has asked for it, if the queue notes that.
    """

    called = 0
    cancelled = 0
    creator: "list[str] | None" = None
    delayed_time = 0.0
    made_at = ""
    owner: "HasTimers"
    #: Which scheduling its place in the queue belongs to.
    _place: int
    #: Which scheduling counts, if it is a later one.
    _put_off = 0

    def seconds(self) -> float:
        """Return the virtual time."""
        return self.owner.timers.now + self.owner.clock_skew

    def getTime(self) -> float:
        """Return the virtual time at which the call is due."""
        return self.time + self.owner.clock_skew

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
        self.owner.timers.bury()

    def reset(self, secondsFromNow: float) -> None:
        """Let the call be due ``secondsFromNow`` from now.

        Raises:
            AlreadyCalled: It has been made.
            AlreadyCancelled: It has been taken back.
        """
        self._require_active()
        self._move(self.owner.timers.after(secondsFromNow))

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
        left = self.time - self.owner.timers.now
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
        timers = self.owner.timers
        self._put_off = timers.next_number()
        if sooner:
            timers.place(self)
            timers.bury()


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
        on_fire: Told of each call before it is made, or None.
        notes_lines: Whether each call is to know the line that has asked for it. That
            costs a microsecond, where ``DelayedCall.debug`` costs twenty.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.soon: deque[tuple[int, VirtualCall]] = deque()
        self.near: list[_Place] = []
        self.heap: list[_Place] = []
        self.next_number = count(1).__next__
        self.on_fire: Callable[[VirtualCall], None] | None = None
        self.notes_lines = False
        self._dead = 0

    def after(self, delay: float) -> float:
        """Return the instant that is ``delay`` seconds from now: now if it is zero,
        and always later if it is not."""
        time = self.now + delay
        return nextafter(time, inf) if time == self.now and delay else time

    def schedule(
        self,
        instant: float,
        owner: HasTimers,
        call: Callable[..., Any],
        args: tuple[Any, ...],
    ) -> VirtualCall:
        """Let ``call`` be made at an instant that is not past."""
        made = _new(VirtualCall)
        made.owner = owner
        made.func = call
        made.args = args
        made.kw = _NO_KEYWORDS
        made.time = instant
        made._put_off = self.next_number()
        self.place(made)
        return made

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

    def run(  # noqa: PLR0912  (one loop, without a call for each timer)
        self, until: float, ready: Collection[object], woken: Collection[object]
    ) -> None:
        """Make the calls that are due now, but none that is scheduled meanwhile.

        Then, as long as there is nothing to do but to make calls, move on to the next
        instant at which one is due, up to ``until``.

        Args:
            until: The last instant to move to.
            ready: Work that time does not move before: sockets to be served.
            woken: More of it: reactors to be looked after.
        """
        heap = self.heap
        soon = self.soon
        near = self.near
        now = self.now
        while near and near[0][0] <= now:
            heappush(heap, heappop(near))
        # What is in the heap and due was scheduled before the present instant, and
        # what is due soon was scheduled in it.
        count = len(soon)
        while True:
            if heap and heap[0][0] <= now:
                _, number, call = heappop(heap)
            elif count and soon:
                count -= 1
                number, call = soon.popleft()
            elif not heap or heap[0][0] > until or soon or near or ready or woken:
                return
            else:
                time, number, call = heappop(heap)
                if call._place == number and not call._put_off:
                    self.now = now = time
            if call._place != number:
                self._dead -= 1
            elif call._put_off:
                self.place(call)
            else:
                call.called = 1
                if self.on_fire is not None:
                    self.on_fire(call)
                try:
                    if call.kw:
                        call.func(*call.args, **call.kw)
                    else:
                        call.func(*call.args)
                except BaseException:
                    _log_failure(call)

    def make(self, number: int, call: VirtualCall) -> None:
        """Make the call whose place came up, if it still is its place."""
        if call._place != number:
            self._dead -= 1
        elif call._put_off:
            self.place(call)
        else:
            call.called = 1
            if self.on_fire is not None:
                self.on_fire(call)
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
        """Forget the dead places. In place, since ``run_due`` may be at work."""
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


def _line_of_call(frame: FrameType) -> str:
    """Return the line that has asked for the call that is being made in a frame."""
    call: VirtualCall = frame.f_locals["call"]
    return call.made_at


due_to[id(TimerQueue.run.__code__)] = _line_of_call


class CallsLater:
    """What reactors and the scheduler have in common: ``callLater``.

    Attributes:
        timers: The queue.
        timer_owner: Whose calls they are.
    """

    timers: TimerQueue
    timer_owner: HasTimers

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: Any,
        **kw: Any,
    ) -> VirtualCall:
        """Let ``callable`` be called ``delay`` seconds from now."""
        assert delay >= 0, f"{delay} is not greater than or equal to 0 seconds"
        timers = self.timers
        # Without an __init__: the call of one is a third of the price of a timer.
        call = _new(VirtualCall)
        call.owner = self.timer_owner
        call.func = callable
        call.args = args
        call.kw = kw or _NO_KEYWORDS
        now = timers.now
        call.time = time = now + delay
        call._place = number = timers.next_number()
        if delay >= NEAR and time > now:
            heappush(timers.heap, (time, number, call))
        elif not delay:
            timers.soon.append((number, call))
        else:
            call.time = time = max(time, nextafter(now, inf))
            heappush(timers.near, (time, number, call))
        if call.debug:
            call.creator = format_stack()[:-1]
        if timers.notes_lines:
            call.made_at = call_site(_getframe(1))
        return call

    def getDelayedCalls(self) -> list[VirtualCall]:
        """Return the calls still to be made, in the order in which they are due."""
        owner = self.timer_owner
        return [call for call in self.timers.active_calls() if call.owner is owner]


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
