"""Keep what is tested away from the terminal of whoever runs the tests."""

import os
import sys
from io import StringIO
from types import ModuleType

from twisted.trial.unittest import SynchronousTestCase


def leave_own_terminal_alone(test: SynchronousTestCase, module: ModuleType) -> None:
    """Let a module find, in the place of its terminal, nothing.

    Args:
        test: Ends with it.
        module: What names its descriptors ``STDIN`` and ``STDERR``.
    """
    null = os.open(os.devnull, os.O_RDWR)
    test.addCleanup(os.close, null)
    test.patch(sys, "stdin", StringIO())
    test.patch(module, "STDIN", null)
    test.patch(module, "STDERR", null)
