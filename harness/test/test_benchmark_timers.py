"""Tests of the workloads of timers."""

from twisted.internet.error import AlreadyCalled
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.figures import at_most, observed
from harness.benchmark.measuring import Cost
from harness.benchmark.timers import (
    IDLE_TIMEOUTS,
    ONE_DAY,
    day_delays,
    day_on_clock,
    day_on_heap,
    growth,
    patience,
    resets_on_clock,
    resets_on_heap,
    timer_race,
)
from harness.test.garbage import FrozenTestCase


class DayTests(SynchronousTestCase):
    """Timers over a day."""

    def test_come_due_within_the_day(self) -> None:
        """The delays are drawn from a seed: the same each time."""
        delays = day_delays(100)

        self.assertTrue(all(0 <= delay <= 86_400 for delay in delays))
        self.assertGreater(max(delays) - min(delays), 80_000)
        self.assertEqual(delays, day_delays(100))

    def test_all_come_due_on_a_clock(self) -> None:
        """Afterwards none is left."""
        clock = Clock()
        done = day_on_clock(clock, [5.0, 1.0, 86_400.0])

        self.assertEqual((done, clock.getDelayedCalls()), (3, []))

    def test_what_does_not_come_due_is_not_counted(self) -> None:
        """A clock that stopped short would be found out."""
        self.assertEqual(day_on_clock(Clock(), [5.0, 86_401.0]), 1)

    def test_all_come_due_on_a_heap(self) -> None:
        """The yardstick does as much."""
        self.assertEqual(day_on_heap([5.0, 1.0, 86_400.0]), 3)


class StoppedClock(Clock):
    """Never comes to the time of anything."""

    def advance(self, amount: float) -> None:
        """Stand still."""


class ResetTests(SynchronousTestCase):
    """Idle timeouts that are put off and brought forward."""

    def test_every_fifth_is_short(self) -> None:
        """The others are long, and no two are quite the same."""
        short = [delay < 30 for delay in patience(10)]

        self.assertEqual(short, [True, False, False, False, False] * 2)
        self.assertEqual(len(set(patience(10))), 10)

    def test_each_is_set_once_and_reset_ten_times_on_a_clock(self) -> None:
        """Each comes due once all the same."""
        clock = Clock()
        done = resets_on_clock(clock, patience(10))

        self.assertEqual((done, clock.getDelayedCalls()), (110, []))

    def test_one_that_comes_due_too_early_is_found_out(self) -> None:
        """A timeout shorter than the second between resets cannot be reset."""
        self.assertRaises(AlreadyCalled, resets_on_clock, Clock(), [0.5])

    def test_what_does_not_come_due_is_not_counted(self) -> None:
        """A clock that stands still has done nothing, whatever it was asked."""
        self.assertEqual(resets_on_clock(StoppedClock(), patience(10)), 0)

    def test_each_comes_due_once_on_a_heap(self) -> None:
        """The yardstick throws the old places away."""
        self.assertEqual(resets_on_heap(patience(10)), 110)


class ExerciseTests(SynchronousTestCase):
    """How either is entered in a race."""

    def test_does_it_as_often_as_asked(self) -> None:
        """Each time counts, on a clock and on a heap."""
        for exercise, operations in ((ONE_DAY, 30), (IDLE_TIMEOUTS, 330)):
            entered = [exercise.with_clock(Clock, 10, 3), exercise.with_heap(10, 3)]
            for contender in entered:
                with contender.prepare() as work:
                    self.assertEqual(work(), operations)
                self.assertEqual(contender.operations, operations)

    def test_the_clock_is_fresh_for_each_run(self) -> None:
        """Making it is not measured."""
        clocks: list[Clock] = []

        def make_clock() -> Clock:
            clocks.append(Clock())
            return clocks[-1]

        contender = ONE_DAY.with_clock(make_clock, 10, 3)
        with contender.prepare(), contender.prepare():
            self.assertEqual(len(clocks), 2)


class RaceTests(FrozenTestCase):
    """An exercise at several sizes."""

    def test_has_every_size_and_the_smallest_on_clock(self) -> None:
        """A small size is repeated until it can be measured."""
        race = timer_race("timers", "some timers", ONE_DAY, (10, 1_000))
        operations = {name: c.operations for name, c in race.contenders.items()}

        self.assertEqual(
            operations,
            {
                "virtual 10": 100,
                "heapq 10": 100,
                "virtual 1,000": 1_000,
                "heapq 1,000": 1_000,
                "Clock 10": 10,
            },
        )

    def test_is_held_against_the_heap(self) -> None:
        """At each size, and in how much dearer a timer is among many."""
        race = timer_race("timers", "some timers", ONE_DAY, (10, 1_000))
        figures = [
            (figure.label.split(" /")[0], figure.goal) for figure in race.run(1).figures
        ]

        self.assertEqual(
            figures[:3],
            [
                ("virtual 10", at_most(2.5)),
                ("virtual 1,000", at_most(2.5)),
                ("Clock 10", None),
            ],
        )

    def test_growth_is_that_of_the_heap_at_most(self) -> None:
        """Three times as dear among many where a heap is four times as dear."""
        cpu = {
            "virtual 1,000": 6.0,
            "virtual 10": 2.0,
            "heapq 1,000": 4.0,
            "heapq 10": 1.0,
        }
        figure = growth(10, 1_000)({name: [Cost(t, t)] for name, t in cpu.items()})

        self.assertEqual(
            figure, observed("growth 3.00 / 4.00", 0.75, "times", at_most(1))
        )
