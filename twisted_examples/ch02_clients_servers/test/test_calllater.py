"""Tests of a program that tells the time."""

import io
import os
import time
from contextlib import redirect_stdout

from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.ch02_clients_servers.calllater import (
    main,
    show_time,
    time_of_day,
)


def live_in(test: SynchronousTestCase, zone: str) -> None:
    """Put the process into a time zone, written as POSIX has it, during a test."""
    before = dict(os.environ)

    def restore() -> None:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()

    test.addCleanup(restore)
    os.environ["TZ"] = zone
    time.tzset()


class StoppableReactor(MemoryReactorClock):
    """Remembers when it was told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped_at: list[float] = []

    def stop(self) -> None:
        super().stop()
        self.stopped_at.append(self.seconds())


class TimeOfDayTests(SynchronousTestCase):
    """A moment, shown to a person."""

    def test_shows_hours_minutes_and_seconds(self) -> None:
        """Each has two digits; fractions of a second are not shown."""
        live_in(self, "UTC0")

        self.assertEqual(time_of_day(38_024), "10:33:44")
        self.assertEqual(time_of_day(86_400 + 3_723.9), "01:02:03")

    def test_is_local_time(self) -> None:
        """The hour is that of the user's own clock."""
        live_in(self, "EAST-5:30")

        self.assertEqual(time_of_day(38_024), "16:03:44")


class ShowTimeTests(SynchronousTestCase):
    """The time of a clock, printed."""

    def test_takes_the_time_from_the_clock(self) -> None:
        """What time it is, the clock says, whichever clock it is."""
        live_in(self, "UTC0")
        clock = Clock()
        clock.advance(60)

        with redirect_stdout(io.StringIO()) as stdout:
            show_time(clock, label="At the tone:")

        self.assertEqual(stdout.getvalue(), "At the tone: 00:01:00\n")


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        live_in(self, "UTC0")
        self.reactor = StoppableReactor()
        self.reactor.advance(38_023)

    def test_asks_for_every_call_beforehand(self) -> None:
        """The reactor is told at the start what to do at which instants."""
        with run_program(main, reactor=self.reactor):
            pending = [call.getTime() for call in self.reactor.getDelayedCalls()]

        self.assertEqual(pending, [38_024, 38_025, 38_026, 38_027, 38_028])

    def test_says_each_thing_at_its_second(self) -> None:
        """Nothing comes early, late or twice."""
        printed = []
        with run_program(main, reactor=self.reactor) as program:
            for _ in range(12):
                printed.append(program.stdout.splitlines()[-1])
                self.reactor.advance(0.5)

        self.assertEqual(
            printed,
            [
                "Running the reactor ...",
                "Running the reactor ...",
                "Current time is 10:33:44",
                "Current time is 10:33:44",
                "Current time is 10:33:45",
                "Current time is 10:33:45",
                "Current time is 10:33:46",
                "Current time is 10:33:46",
                "Current time is 10:33:47",
                "Current time is 10:33:47",
                "Stopping reactor",
                "Stopping reactor",
            ],
        )
        self.assertEqual(len(program.stdout.splitlines()), 6)

    def test_stops_the_reactor_after_five_seconds(self) -> None:
        """It stops once, and leaves nothing to be called."""
        with run_program(main, reactor=self.reactor):
            self.reactor.advance(4.5)
            stopped_early = self.reactor.stopped_at.copy()
            self.reactor.advance(0.5)

        self.assertEqual(stopped_early, [])
        self.assertEqual(self.reactor.stopped_at, [38_028])
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_says_when_the_reactor_has_stopped(self) -> None:
        """The last word comes after the shutdown, and not before."""
        with run_program(main, reactor=self.reactor) as program:
            self.reactor.advance(5)
            before = program.stdout.splitlines()[-1]
            program.interrupt()

        self.assertEqual(before, "Stopping reactor")
        self.assertEqual(program.stdout.splitlines()[-1], "Reactor stopped.")
        self.assertEqual(program.exit_status, 0)

    def test_may_be_stopped_sooner(self) -> None:
        """Ctrl-C ends it cleanly at any time."""
        with run_program(main, reactor=self.reactor) as program:
            self.reactor.advance(1)
            program.interrupt()

        self.assertEqual(
            program.stdout,
            "Running the reactor ...\nCurrent time is 10:33:44\nReactor stopped.\n",
        )
        self.assertEqual(program.exit_status, 0)
