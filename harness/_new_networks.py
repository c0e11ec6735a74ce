# -*- test-case-name: harness.test.test_isolation -*-
"""Who is told of each network that is made.

A test may make networks beside its own: with ``Network()``, with ``VirtualReactor()``,
or unseen, as ``connect_pair`` does. What is left on them is left by the test.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness._network import Network

Listener = Callable[["Network"], object]

#: The innermost is the last, and the only one that is told.
_listeners: list[Listener] = []


class _Tally:
    """How many networks this process has made."""

    made = 0


def network_made(network: "Network") -> None:
    """Count a network, and tell whose test has made it."""
    _Tally.made += 1
    for listener in _listeners[-1:]:
        listener(network)


def networks_made() -> int:
    """Return how many networks this process has made so far."""
    return _Tally.made


@contextmanager
def told_of_networks(listener: Listener) -> Iterator[None]:
    """Let ``listener`` be called with each network that is made meanwhile."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
