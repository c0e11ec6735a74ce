# -*- test-case-name: harness.test.test_pending -*-
"""Write down what a network is waiting for."""

from collections.abc import Callable, Coroutine
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from twisted.internet.defer import Deferred

from harness._call_sites import call_site_in
from harness._timers import VirtualCall, describe_call

if TYPE_CHECKING:
    from harness._network import Network


class DescribedDeferred(Deferred[Any]):
    """A Deferred of which it can be told what holds it up.

    Args:
        describe: Writes that down, in one line.
    """

    def __init__(self, describe: Callable[[], str]) -> None:
        super().__init__()
        self.describe = describe


class Awaited(NamedTuple):
    """What `Network.run_until` waits for.

    Attributes:
        awaited: What it was given.
        asked_at: The line on which it was.
    """

    awaited: Deferred[Any] | Coroutine[Any, Any, Any]
    asked_at: str

    def __str__(self) -> str:
        return f"waiting, since {self.asked_at}, for {describe_awaited(self.awaited)}"


def describe(network: "Network") -> str:
    """List what is pending, one in a line.

    What is waited for, machines that are down, look-ups that are not answered, calls,
    sockets and threads: all have the line at which they were made, if it is known.
    """
    lines = [str(awaited) for awaited in network.awaited]
    lines += [
        f"{host.name} is down, since {host.crashed_at} s"
        for host in network.hosts.values()
        if not host.is_up
    ]
    lines += [
        f"{look_up}, made at {look_up.made_at}"
        for look_up in network.names.under_way
        if look_up.is_awaited and look_up.is_endless  # or else it is a call, see below
    ]
    lines += map(_describe_call, network.scheduler.timers.active_calls())
    for host in network.hosts.values():
        for socket in host.sockets:
            lines.append(f"{host.name}: {socket.describe()}, made at {socket.made_at}")
    lines += network.scheduler.threads.describe()
    return "\n".join(f"  {line}" for line in lines) or "  nothing is pending"


def describe_awaited(awaited: Deferred[Any] | Coroutine[Any, Any, Any]) -> str:
    """Write down a Deferred, or a coroutine and the line at which it stands."""
    if not iscoroutine(awaited):
        assert isinstance(awaited, Deferred)
        return _describe_deferred(awaited)
    innermost: Any = awaited
    while iscoroutine(innermost.cr_await):
        innermost = innermost.cr_await
    frame = innermost.cr_frame
    return f"{awaited.__qualname__}(), at {frame.f_code.co_filename}:{frame.f_lineno}"


def unfired(deferred: Deferred[Any]) -> Deferred[Any]:
    """Return the Deferred that holds up another, or the same if none does.

    A callback may return a Deferred, whose result the rest of the chain then waits for.
    """
    while deferred._chainedTo is not None:
        deferred = deferred._chainedTo
    return deferred


def _describe_deferred(deferred: Deferred[Any]) -> str:
    """Write it down, and where it was made if ``Deferred.debug`` is on."""
    held_up = unfired(deferred)
    if isinstance(held_up, DescribedDeferred):
        return held_up.describe()
    creator = getattr(held_up._debugInfo, "creator", None)
    if creator is None:
        return "a Deferred (defer.setDebugging(True) shows where it was made)"
    return f"a Deferred made at {call_site_in(creator)}"


def _describe_call(call: VirtualCall) -> str:
    """Write it down, and where it was made if that has been noted."""
    owner = getattr(call.owner, "name", "kernel")  # which has none: it is a scheduler
    what = describe_call(call.func, call.args, call.kw)
    made_at = call.made_at
    if call.creator is not None:
        made_at = call_site_in(call.creator)
    made = f", made at {made_at}" if made_at else ""
    return f"{owner}: call at {call.time} s: {what}{made}"
