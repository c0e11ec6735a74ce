# -*- test-case-name: harness.test.test_old_twisted -*-
"""What differs between the Twisted versions that we support.

Older ones mark the descriptor of each connection that they accept as "close on exec".
A simulated one is no descriptor of the process, and needs no mark.

Since 23.10 Twisted's TLS collects small writes until the next turn, of the global
reactor unless it is given a clock; before, it has no use for one.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

from twisted.protocols.tls import TLSMemoryBIOFactory

from harness._plaintext import tls_layers
from harness._process_reactor import installed_reactor
from harness._sockets import FIRST_DESCRIPTOR

#: Whether TLS takes a clock.
TLS_HAS_CLOCK = "clock" in signature(TLSMemoryBIOFactory).parameters


def tls_factory(
    context_factory: Any, is_client: bool, factory: Any, clock: Any
) -> TLSMemoryBIOFactory:
    """Wrap a factory in TLS whose time is that of ``clock``."""
    options = {"clock": clock} if TLS_HAS_CLOCK else {}
    return TLSMemoryBIOFactory(context_factory, is_client, factory, **options)


def set_tls_clock(protocol: Any, clock: Any) -> None:
    """Let TLS that was made without a clock, here or in what is wrapped, use one."""
    for tls in tls_layers(protocol):
        aggregator = vars(tls).get("_aggregator")
        # Without one it has taken the reactor of the process, for which its bytes wait.
        if aggregator is not None and aggregator._clock is installed_reactor():
            aggregator._clock = clock


class MarksRealDescriptors:
    """Stands before `twisted.internet.fdesc` and passes on what is real."""

    def __init__(self, fdesc: Any) -> None:
        self._mark: Callable[[int], None] = fdesc._setCloseOnExec

    def _setCloseOnExec(self, descriptor: int) -> None:
        if descriptor < FIRST_DESCRIPTOR:
            self._mark(descriptor)


def adapt(module: Any) -> None:
    """Let a module of Twisted accept simulated descriptors, if it marks any."""
    if hasattr(module, "fdesc"):
        module.fdesc = MarksRealDescriptors(module.fdesc)
