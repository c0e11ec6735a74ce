# -*- test-case-name: harness.test.test_pending -*-
"""Write down what a network is waiting for."""

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from harness._network import Network


def describe(network: "Network") -> str:
    """List what is pending: what is waited for, calls, sockets, one in a line."""
    lines = [f"waiting for {what}" for what in network.awaited]
    timers = network.scheduler.timers
    for call in timers.active_calls():
        lines.append(f"call at {call.time} s: {call!r}")
    for host in network.hosts.values():
        for socket in host.sockets:
            lines.append(f"{host.name}: {socket.describe()}, made at {socket.made_at}")
    return "\n".join(f"  {line}" for line in lines) or "  nothing is pending"


def describe_deferred(deferred: Deferred[Any]) -> str:
    """Write down a Deferred, and where it was made if ``Deferred.debug`` is on."""
    info = deferred._debugInfo
    creator = getattr(info, "creator", None)
    if creator is None:
        return "a Deferred (setDebugging(True) shows where it was made)"
    return "a Deferred made at\n    " + "    ".join(creator[-2:]).rstrip()
