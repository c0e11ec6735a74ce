# -*- test-case-name: harness.test.test_old_twisted -*-
"""What the oldest Twisted that we support needs beside.

Until 23.8 it marks the descriptor of each connection that it accepts as "close on
exec". A simulated one is no descriptor of the process, and needs no mark.
"""

from collections.abc import Callable
from typing import Any

from harness._sockets import FIRST_DESCRIPTOR


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
