# -*- test-case-name: harness.test.test_leftovers -*-
"""What is left of a test on a network, and the line that has made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import SOCK_DGRAM
from typing import TYPE_CHECKING, NamedTuple

from harness._sockets import VirtualSocket
from harness._timers import describe_call

if TYPE_CHECKING:
    from harness._network import Network

#: What can be left behind, in the words in which it is reported and allowed.
KINDS = (
    "connection",
    "port",
    "look-up",
    "delayed call",
    "thread",
    "file",
    "invariant",
    "unhandled error",
    "logged error",
    "refused call",
)


class Leftover(NamedTuple):
    """Something that is still there.

    Attributes:
        kind: One of `KINDS`.
        what: What it is, with the machine that it is on.
        made_at: The line that has made it, or "" if that is not known.
    """

    kind: str
    what: str
    made_at: str

    def __str__(self) -> str:
        where = f", made at {self.made_at}" if self.made_at else ""
        return f"[{self.kind}] {self.what}{where}"


def left_on(network: "Network") -> Iterator[Leftover]:
    """Find what is left on the machines of a network."""
    for host in network.hosts.values():
        for socket in host.sockets:
            what = f"{host.name}: {socket.describe()}"
            yield Leftover(_kind_of(socket), what, socket.made_at)
    for look_up in network.names.under_way:
        if look_up.is_awaited and look_up.client is None:  # which has its own socket
            yield Leftover("look-up", str(look_up), look_up.made_at)
    for call in network.scheduler.timers.active_calls():
        name = getattr(call.owner, "name", None)
        if name is not None:  # or else it is the kernel's own
            what = describe_call(call.func, call.args, call.kw)
            what = f"{name}: call at {call.time} s: {what}"
            yield Leftover("delayed call", what, call.made_at)
    for thread in network.scheduler.threads.living:
        yield Leftover("thread", thread.name, thread.made_at)


@contextmanager
def lines_noted(network: "Network") -> Iterator[None]:
    """Let delayed calls know the lines that have asked for them."""
    timers = network.scheduler.timers
    before, timers.notes_lines = timers.notes_lines, True
    try:
        yield
    finally:
        timers.notes_lines = before


def stop_idle_pools(network: "Network") -> None:
    """Stop the thread pools of the reactors, where all work is done."""
    for host in network.hosts.values():
        pool = host.reactor.threadpool
        if pool is not None and pool.started and not pool.working:
            pool.stop()


def release_threads(network: "Network") -> None:
    """Let go of threads, so that no other test waits for those that are left."""
    stop_idle_pools(network)
    network.scheduler.threads.ignore_waits()


def _kind_of(socket: VirtualSocket) -> str:
    is_port = socket.is_listening or socket.type == SOCK_DGRAM
    return "port" if is_port else "connection"
