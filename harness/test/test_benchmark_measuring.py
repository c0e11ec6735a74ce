"""Tests of how the cost of a workload is taken."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.benchmark.measuring import (
    Contender,
    Cost,
    Spread,
    WrongCountError,
    interleave,
    measure,
)
from harness.test.garbage import FrozenTestCase


class Diary:
    """Makes contenders that write down when they are prepared, run and cleared away."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def contender(self, name: str, *, done: int, operations: int) -> Contender:
        """Make one that does ``done`` of its ``operations``."""

        @contextmanager
        def prepare() -> Iterator[Callable[[], int]]:
            self.entries.append(f"prepare {name}")
            yield work
            self.entries.append(f"clear {name}")

        def work() -> int:
            self.entries.append(f"run {name}")
            return done

        return Contender(prepare, operations)


class MeasureTests(FrozenTestCase):
    """One run of one contender."""

    def test_runs_what_was_prepared(self) -> None:
        """It is made ready, run once and cleared away."""
        diary = Diary()
        measure("it", diary.contender("it", done=3, operations=3))

        self.assertEqual(diary.entries, ["prepare it", "run it", "clear it"])

    def test_states_seconds_for_each_operation(self) -> None:
        """A run's time is divided by the operations, so it is not negative."""
        cost = measure("it", Diary().contender("it", done=3, operations=3))

        self.assertIsInstance(cost, Cost)
        self.assertGreaterEqual(cost.cpu, 0)
        self.assertGreater(cost.wall, 0)

    def test_a_workload_that_does_too_little_is_an_error(self) -> None:
        """Nothing is cheaper than work not done: it is never measured as such."""
        contender = Diary().contender("lazy", done=2, operations=3)
        error = self.assertRaises(WrongCountError, measure, "lazy", contender)

        self.assertEqual(str(error), "lazy did 2 operations of 3")

    def test_a_workload_that_does_too_much_is_an_error(self) -> None:
        """What is counted wrongly is not measured either."""
        contender = Diary().contender("keen", done=4, operations=3)

        self.assertRaises(WrongCountError, measure, "keen", contender)

    def test_no_garbage_is_collected_meanwhile(self) -> None:
        """The collector stands still during a run and is as it was afterwards."""
        during: list[bool] = []

        @contextmanager
        def prepare() -> Iterator[Callable[[], int]]:
            yield work

        def work() -> int:
            during.append(gc.isenabled())
            return 1

        for enabled in (False, True):
            _set_collector(enabled)
            self.addCleanup(gc.enable)
            measure("it", Contender(prepare, 1))
            self.assertEqual(gc.isenabled(), enabled)

        self.assertEqual(during, [False, False])


def _set_collector(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()


class InterleaveTests(FrozenTestCase):
    """Several contenders, several rounds."""

    def test_contenders_take_turns(self) -> None:
        """A B A B: what slows the machine for a while slows both."""
        diary = Diary()
        names = {
            name: diary.contender(name, done=1, operations=1) for name in ("A", "B")
        }
        interleave(names, rounds=2)

        runs = [entry for entry in diary.entries if entry.startswith("run")]
        self.assertEqual(runs, ["run A", "run B", "run A", "run B"])

    def test_there_is_a_cost_for_each_round(self) -> None:
        """No round is thrown away."""
        contender = Diary().contender("A", done=1, operations=1)
        costs = interleave({"A": contender}, rounds=3)

        self.assertEqual([len(costs[name]) for name in costs], [3])


class SpreadTests(FrozenTestCase):
    """What several measurements come to."""

    def test_has_the_middle_and_the_ends(self) -> None:
        """An outlier moves an end, not the middle."""
        self.assertEqual(Spread.of([3.0, 100.0, 2.0]), Spread(3.0, 2.0, 100.0))
