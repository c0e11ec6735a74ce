# -*- test-case-name: harness.test.test_timer_log -*-
"""The delayed calls that are made, for the trace of a network."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.task import LoopingCall

from harness._trace import TraceEvent

if TYPE_CHECKING:
    from harness._network import Network
    from harness._timers import VirtualCall


def record_timer(network: "Network", call: "VirtualCall") -> None:
    """Record that a delayed call is about to be made, unless it is the kernel's own."""
    owner = getattr(call.owner, "name", None)  # a scheduler has none
    if network.trace is not None and owner is not None:
        event = TraceEvent(call.time, owner, "timer", name_of(call.func))
        network.trace.events.append(event)


def name_of(call: Callable[..., Any]) -> str:
    """Return the name of something callable: that of what it calls, if it wraps it.

    Nothing of the program is asked, not even for its text: a trace costs little, and
    changes nothing.
    """
    if isinstance(call, partial):
        return name_of(call.func)
    if isinstance(call, LoopingCall):
        return f"LoopingCall({name_of(call.f)})"
    name = getattr(call, "__qualname__", None) or type(call).__qualname__
    return str(name).replace(".<locals>", "")
