"""Tests that Ctrl-C is not lost."""

import signal
import sys
import weakref
from threading import Thread

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from harness._interrupts import interrupts_kept
from harness._recipes import Recipe
from harness._repeating import RepeatedCall, RepeatedTest


class Thing:
    """Something that can be freed."""


class Sample(SynchronousTestCase):
    """Tests during which somebody presses Ctrl-C; trial does not find them here."""

    def in_callback(self) -> None:
        """While a Deferred calls back."""
        deferred: Deferred[None] = Deferred()
        deferred.addCallback(lambda _: signal.raise_signal(signal.SIGINT))
        deferred.callback(None)

    def in_freeing(self) -> None:
        """While an object is freed, where Python drops all exceptions."""
        interrupt_while_freeing()


def interrupt_while_freeing() -> None:
    """Press Ctrl-C where nothing can be raised."""
    thing = Thing()
    kept = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    del thing
    assert kept() is None


class InterruptsKeptTests(SynchronousTestCase):
    """What `interrupts_kept` promises."""

    def setUp(self) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        # Python tells of what it drops.
        self.patch(sys, "unraisablehook", lambda _: None)

    def test_swallowed(self) -> None:
        """What something has swallowed is raised at the end, once."""
        with self.assertRaises(KeyboardInterrupt), interrupts_kept():
            interrupt_while_freeing()
        with interrupts_kept():
            pass

        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_at_once(self) -> None:
        """It is raised where the program is, too, as ever."""
        with self.assertRaises(KeyboardInterrupt), interrupts_kept():
            self.assertRaises(KeyboardInterrupt, signal.raise_signal, signal.SIGINT)

        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_own_handler(self) -> None:
        """Who has one is told, and nobody else."""
        told: list[int] = []
        signal.signal(signal.SIGINT, lambda number, _: told.append(number))
        with interrupts_kept():
            signal.raise_signal(signal.SIGINT)

        self.assertEqual(told, [signal.SIGINT])

    def test_thread(self) -> None:
        """A thread cannot have handlers, and needs none."""
        done: list[bool] = []

        def work() -> None:
            with interrupts_kept():
                done.append(True)

        thread = Thread(target=work)
        thread.start()
        thread.join()

        self.assertEqual(done, [True])

    def test_runs(self) -> None:
        """A run during which there was one is no failure of the test."""
        for method in "in_callback", "in_freeing":
            test = RepeatedTest(Sample, method)

            self.assertRaises(KeyboardInterrupt, test.run, Recipe())

    def test_calls(self) -> None:
        """Nor is it one of a function."""
        call = RepeatedCall(interrupt_while_freeing)

        self.assertRaises(KeyboardInterrupt, call.run, Recipe())
