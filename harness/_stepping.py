# -*- test-case-name: harness.test.test_stepping -*-
"""The loop's events one at a time, for whoever asks in which order, or looks on.

It takes the place of two short loops, that of `harness._timers` over the calls that are
due and that of `harness._readiness` over the sockets that are ready, and does the same
in the same order, unless it is told otherwise. It is slower, and so it is put there
only when a test is explored, or has invariants.

What a real kernel leaves open is who goes first

- of sockets that are ready at once; and whether one of them is, a moment later;
- of calls due at the same instant, if they are of different machines, or of different
  connections. The calls of one machine, and what arrives over one connection, keep the
  order in which they were made.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

from harness._choices import Choices
from harness._flows import Flow
from harness._links import Link
from harness._tampering import TamperedFlow
from harness._timers import CallsLater, VirtualCall

if TYPE_CHECKING:
    from harness._readiness import ReadySockets
    from harness._scheduler import Scheduler
    from harness._sockets import VirtualSocket
    from harness._timers import TimerQueue

#: How often a socket that is ready lets others go first: a kernel is fair.
PATIENCE = 50

#: Whoever takes the turn when the other sockets are ready a moment later.
PAUSE = "the loop"


#: What kernel's own calls are made for that can be told in words.
WAYS = (Link, Flow, TamperedFlow)


class Stepper:
    """Takes the events of a loop one at a time.

    Attributes:
        choices: What is asked who goes first, or None: always the one that was first.
        after_event: What is called after each event, with a function that tells which.
    """

    def __init__(self, scheduler: "Scheduler") -> None:
        self.choices: Choices | None = None
        self.after_event: list[Callable[[Callable[[], str]], object]] = []
        calls = SteppedCalls(self, scheduler.timers)
        sockets = SteppedSockets(self, scheduler.sockets)
        scheduler.run_timers = calls.run
        scheduler.sockets.serve_round = sockets.serve_round

    def first_of(
        self,
        stream: str,
        actors: Sequence[Hashable],
        words: Callable[[int], str],
    ) -> int:
        """Return which of some goes first."""
        if self.choices is None or len(actors) == 1:
            return 0
        return self.choices.choose(stream, range(len(actors)), words, actors)

    def event_is_over(self, words: Callable[[], str]) -> None:
        """Let everybody know who looks on."""
        for look in list(self.after_event):
            look(words)


class SteppedCalls:
    """Makes calls one at a time."""

    def __init__(self, stepper: Stepper, timers: "TimerQueue") -> None:
        self._stepper = stepper
        self._timers = timers
        # Before all that are drawn from the queue itself, which counts from one.
        self._earlier = count(-2, -1)

    def run(
        self, until: float, ready: Collection[object], woken: Collection[object]
    ) -> None:
        """Make the calls that are due: see `harness._timers.TimerQueue.run`."""
        timers = self._timers
        self._stepper.event_is_over(lambda: "the test, or a thread")
        self._run_instant()
        while not (timers.soon or timers.near or ready or woken):
            instant = timers.next_time()
            if instant is None or instant > until:
                return
            timers.now = instant
            self._run_instant()

    def _run_instant(self) -> None:
        timers = self._timers
        while timers.near and timers.near[0][0] <= timers.now:
            heappush(timers.heap, heappop(timers.near))
        left = len(timers.soon)
        while (due := self._due()) or (left and timers.soon):
            if due:
                self._bring_forward(due)
                place = heappop(timers.heap)[1:]
            else:
                self._bring_forward_soon(left)
                left -= 1
                place = timers.soon.popleft()
            self._make(*place)

    def _due(self) -> list[VirtualCall]:
        """Return the calls that are due first, if they are by now, in their order."""
        timers = self._timers
        first = timers.next_time()
        if first is None or first > timers.now:
            return []
        places = []
        while timers.heap and timers.heap[0][0] == first:
            places.append(heappop(timers.heap))
        for place in places:
            heappush(timers.heap, place)
        return [call for _, number, call in places if _counts(number, call)]

    def _bring_forward(self, due: Sequence[VirtualCall]) -> None:
        """Choose the call that is made first, of those due, and put it there."""
        chosen = self._choose(due)
        if chosen:
            call = due[chosen]
            call._place = next(self._earlier)
            heappush(self._timers.heap, (call.time, call._place, call))
            self._timers.bury()

    def _bring_forward_soon(self, left: int) -> None:
        soon = self._timers.soon
        places = [place for place in list(soon)[:left] if _counts(*place)]
        if places:
            chosen = places[self._choose([call for _, call in places])]
            soon.remove(chosen)
            soon.appendleft(chosen)

    def _choose(self, calls: Sequence[VirtualCall]) -> int:
        firsts: dict[Hashable, int] = {}
        for index, call in enumerate(calls):
            firsts.setdefault(_actor(call), index)
        indices = list(firsts.values())
        chosen = self._stepper.first_of(
            "schedule.calls",
            list(firsts),
            lambda n: f"first {_words(calls[indices[n]])}",
        )
        return indices[chosen]

    def _make(self, number: int, call: VirtualCall) -> None:
        made = _counts(number, call)
        words = _words(call) if made and self._stepper.after_event else ""
        self._timers.make(number, call)
        if made:
            self._stepper.event_is_over(lambda: words)


class SteppedSockets:
    """Serves sockets one at a time."""

    def __init__(self, stepper: Stepper, sockets: "ReadySockets") -> None:
        self._stepper = stepper
        self._sockets = sockets
        self._serve = sockets.serve_round
        self._passed: Counter[VirtualSocket] = Counter()

    def serve_round(self, contexts: list[dict[Any, Any]], number: int) -> None:
        """Serve sockets: see `harness._readiness.ReadySockets`."""
        waiting = self._sockets.waiting
        for served in range(number):
            if not waiting:
                return
            ready = list(waiting)[: number - served]
            first = self._choose(ready, served > 0)
            if first == len(ready):
                return
            socket = ready[first]
            waiting.remove(socket)
            waiting.appendleft(socket)
            words = _socket_words(socket) if self._stepper.after_event else ""
            self._serve(contexts, 1)
            self._stepper.event_is_over(lambda words=words: words)  # type: ignore[misc]

    def _choose(self, ready: Sequence["VirtualSocket"], can_pause: bool) -> int:
        """Choose who goes first; one more than there are: nobody, for now."""
        overdue = [n for n, each in enumerate(ready) if self._passed[each] >= PATIENCE]
        actors: list[Hashable] = [*ready, PAUSE] if can_pause else list(ready)
        chosen = overdue[0] if overdue else self._ask(actors)
        if chosen < len(ready):
            self._passed.update(ready)
            del self._passed[ready[chosen]]
        return chosen

    def _ask(self, actors: Sequence[Any]) -> int:
        def words(chosen: int) -> str:
            return f"first {_socket_words(actors[chosen])}"

        return self._stepper.first_of("schedule.sockets", actors, words)


def _counts(number: int, call: VirtualCall) -> bool:
    """Say whether a place in the queue is that of a call to be made."""
    return call._place == number and not call._put_off


def _actor(call: VirtualCall) -> Hashable:
    """Return what a call is part of: its machine, or the way that something comes."""
    owner: Any = call.owner
    return _bound_to(call) if isinstance(owner, CallsLater) else owner


def _bound_to(call: VirtualCall) -> Hashable:
    whose: Hashable = getattr(call.func, "__self__", call)
    return whose


def _words(call: VirtualCall) -> str:
    name = getattr(call.func, "__qualname__", type(call.func).__name__)
    owner: Any = call.owner
    if isinstance(owner, CallsLater):
        way = _bound_to(call)
        return f"network: {way if isinstance(way, WAYS) else name}"
    return f"{owner.name}: call {name}"


def _socket_words(socket: Any) -> str:
    return PAUSE if socket is PAUSE else f"{socket.host.name}: {socket.describe()}"
