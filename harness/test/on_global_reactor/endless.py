"""A test that goes on for ever, until somebody presses Ctrl-C."""

import os
import signal
from typing import Any

from twisted.internet import reactor  # noqa: TID251 - bound at import, as many do
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import TestCase

clock: Any = reactor

# A command in the background of a shell ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)


class EndlessTests(TestCase):
    """There is always something to do."""

    timeout = 1e9

    def test_endless(self) -> "Deferred[LoopingCall]":
        """A beat each second; after a thousand, Ctrl-C."""
        clock.callLater(1000, os.kill, os.getpid(), signal.SIGINT)
        return LoopingCall(lambda: None).start(1)
