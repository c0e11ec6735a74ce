# -*- test-case-name: harness.test.test_tampering -*-
"""One direction of a TCP connection on a network where things go wrong.

It stands before the `harness._flows.Flow` of a connection, or before nothing where a
machine talks to itself, and does to what is sent what the faults say that it meets.
"""

from collections.abc import Callable
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any

from harness._faults import Fault, Operation

if TYPE_CHECKING:
    from harness._flows import Flow
    from harness._sockets_stream import Chunk
    from harness._sockets_tcp import TCPSocket

#: An alert of TLS 1.2 and 1.3 before there are keys, but for its number.
_FATAL_ALERT = b"\x15\x03\x03\x00\x02\x02"


class TamperedFlow:
    """What goes from one end of a connection to the other, or does not.

    Args:
        inner: What would carry it if nothing went wrong; None: it just arrives.
        owner: The end that it comes from.
        peer: The other end.

    Attributes:
        peer: The same.
        limit: How many bytes arrive at once, at most.
    """

    __slots__ = (
        "_delay",
        "_fault",
        "_inner",
        "_interval",
        "_is_silent",
        "_jitter",
        "_last_arrival",
        "_left",
        "_network",
        "_owner",
        "_random",
        "_under_way",
        "limit",
        "peer",
    )

    def __init__(
        self, inner: "Flow | None", owner: "TCPSocket", peer: "TCPSocket"
    ) -> None:
        self.peer = peer
        self.limit: float = inf
        self._inner = inner
        self._owner = owner
        self._network = owner.host.network
        self._interval = self._delay = self._jitter = self._last_arrival = 0.0
        self._under_way = 0
        self._is_silent = False
        # What is about to happen, and how many bytes before.
        self._fault: Fault | None = None
        self._left = 0
        ends = f"{owner.local} -> {owner.remote}"
        self._random = Random(f"{self._network.seed} jitter {ends}").random

    def __repr__(self) -> str:
        return f"<TamperedFlow {self._owner.local} -> {self._owner.remote}>"

    # What a flow tells the sockets

    @property
    def segment(self) -> float:
        """How many bytes arrive at once, at most."""
        inner = inf if self._inner is None else self._inner.segment
        return min(inner, self.limit)

    @property
    def segment_back(self) -> float:
        """How many bytes of what comes back arrive at once, at most."""
        inner = inf if self._inner is None else self._inner.segment_back
        back = self.peer._flow
        return min(inner, back.limit if isinstance(back, TamperedFlow) else inf)

    @property
    def in_flight_allowance(self) -> int:
        """How many bytes keep the link busy until the first answer comes back."""
        return 0 if self._inner is None else self._inner.in_flight_allowance

    # What the sockets send

    def send_data(self, data: "Chunk", size: int) -> None:
        """Send bytes, unless something happens to them."""
        if self._is_mute():
            return
        if self._fault is None:
            fault = self._network.meet(self._operation())
            if fault is not None:
                _BEGIN[fault.name](self, fault)
        if self._fault is None:
            self._pass_on(data)
        else:
            self._approach(self._fault, data)

    def send(self, size: int, arrive: Callable[..., object], *args: Any) -> None:
        """Let something that is no data arrive after all that was sent before."""
        if not (self._is_mute() and arrive == self.peer.arrive_fin):
            self._carry(0.0, self._deliver, size, arrive, args)

    def reset(self) -> None:
        """Let the other end learn that there is no connection any more."""
        if not self._is_mute():
            self._carry(0.0, self._deliver_reset)

    def abandon(self) -> None:
        """Send nothing again."""
        if self._inner is not None:
            self._inner.abandon()

    # How it gets there

    def _pass_on(self, data: "Chunk") -> None:
        if self.segment == inf:
            self._carry(0.0, self._deliver_data, data)
            return
        view = memoryview(data)
        step = int(self.segment)
        for start in range(0, len(view), step):
            piece = view[start : start + step]
            self._carry(self._interval, self._deliver_data, piece)

    def _carry(
        self, interval: float, deliver: Callable[..., object], *args: Any
    ) -> None:
        """Let something be delivered, an interval after what was sent before."""
        if not (interval or self._delay or self._jitter or self._under_way):
            deliver(*args)
            return
        scheduler = self._owner.host.scheduler
        delay = self._delay + (self._jitter and self._jitter * self._random())
        earliest = max(self._last_arrival, scheduler.timers.now) + interval
        self._last_arrival = max(earliest, scheduler.timers.now + delay)
        self._under_way += 1
        scheduler.call_at(self._last_arrival, self._arrive, deliver, args)

    def _arrive(self, deliver: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._under_way -= 1
        deliver(*args)

    def _deliver_data(self, data: "Chunk") -> None:
        if self._inner is None:
            self.peer.arrive(data, len(data))
        else:
            self._inner.send_data(data, len(data))

    def _deliver(
        self, size: int, arrive: Callable[..., object], args: tuple[Any, ...]
    ) -> None:
        if self._inner is None:
            arrive(*args)
        else:
            self._inner.send(size, arrive, *args)

    def _deliver_reset(self) -> None:
        if self._inner is None:
            self.peer.arrive_reset()
        else:
            self._inner.reset()

    # What goes wrong

    def _operation(self) -> Operation:
        owner = self._owner
        assert owner.local is not None
        assert owner.remote is not None
        service = owner.local if owner.answer is None else owner.remote
        return Operation("send", owner.host.name, owner.remote.host, service.port)

    def _approach(self, fault: Fault, data: "Chunk") -> None:
        """Let pass what still may, and the fault happen when it is time."""
        if len(data) < self._left or (
            fault.name == "garble" and not data[self._left :]
        ):
            self._left -= len(data)
            self._pass_on(data)
            return
        view = memoryview(data)
        if self._left:
            self._pass_on(view[: self._left])
        self._fault = None
        _HAPPEN[fault.name](self, fault, view[self._left :])

    def _wait_for(self, fault: Fault) -> None:
        self._fault = fault
        self._left = fault.after

    def _reset(self, fault: Fault, rest: memoryview) -> None:
        self._carry(0.0, self._deliver_reset)
        self._fall_silent()
        self._reset_owner()

    def _cut(self, fault: Fault, rest: memoryview) -> None:
        self._half_close(fault, rest)
        self._reset_owner()

    def _half_close(self, fault: Fault, rest: memoryview) -> None:
        self._carry(0.0, self._deliver, 0, self.peer.arrive_fin, ())
        self._fall_silent()

    def _stall(self, fault: Fault, rest: memoryview) -> None:
        self._fall_silent()

    def _garble(self, fault: Fault, rest: memoryview) -> None:
        self._pass_on(bytes([rest[0] ^ 0xFF, *rest[1:]]))

    def _alert(self, fault: Fault, rest: memoryview) -> None:
        self._pass_on(_FATAL_ALERT + bytes([fault.number]))
        self._cut(fault, rest)

    def _crash(self, fault: Fault, rest: memoryview) -> None:
        self._network.crash_soon(self._owner.host, fault)

    def _is_mute(self) -> bool:
        return self._is_silent or self._owner.host in self._network.dying

    def _fall_silent(self) -> None:
        self._is_silent = True

    def _reset_owner(self) -> None:
        # The owner is at work: it is to find out when it next asks.
        self._owner.host.scheduler.callLater(0, self._owner.arrive_reset)

    def _let_drip(self, fault: Fault) -> None:
        self.limit = 1
        self._interval = fault.seconds

    def _cut_up(self, fault: Fault) -> None:
        self.limit = fault.number
        self._interval = 0.0

    def _shake(self, fault: Fault) -> None:
        self._jitter = fault.seconds

    def _put_off(self, fault: Fault) -> None:
        self._delay = fault.seconds

    def _part(self, fault: Fault) -> None:
        one, other = self._owner.host, self.peer.host
        if one is not other:
            self._network.part_for(one, other, fault.seconds)


#: What is done at once when a fault is met.
_BEGIN: dict[str, Callable[[TamperedFlow, Fault], None]] = {
    "drip": TamperedFlow._let_drip,
    "segment": TamperedFlow._cut_up,
    "delay": TamperedFlow._put_off,
    "jitter": TamperedFlow._shake,
    "partition": TamperedFlow._part,
    **dict.fromkeys(
        ("reset", "cut", "half_close", "stall", "garble", "tls_alert", "crash"),
        TamperedFlow._wait_for,
    ),
}

#: What is done when the bytes have got through that still may.
_HAPPEN: dict[str, Callable[[TamperedFlow, Fault, memoryview], None]] = {
    "reset": TamperedFlow._reset,
    "cut": TamperedFlow._cut,
    "half_close": TamperedFlow._half_close,
    "stall": TamperedFlow._stall,
    "garble": TamperedFlow._garble,
    "tls_alert": TamperedFlow._alert,
    "crash": TamperedFlow._crash,
}
