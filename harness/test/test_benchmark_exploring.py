"""Tests of the benchmark of tests that are explored."""

from harness._recipes import Recipe
from harness._repeating import RepeatedTest
from harness.benchmark import exploring
from harness.benchmark.measuring import measure
from harness.test.garbage import FrozenTestCase


class ExploringTests(FrozenTestCase):
    """What is measured."""

    def test_seeds(self) -> None:
        """They settle what is open, and each passes."""
        for method in ("test_echo", "test_http"):
            test = RepeatedTest(exploring.ExploredTests, method)
            outcomes = [test.run(Recipe.of_seed(seed)) for seed in range(3)]

            self.assertEqual([outcome.kind for outcome in outcomes], [""] * 3)
            self.assertGreater(max(len(each.deviations) for each in outcomes), 0)

    def test_work(self) -> None:
        """All seeds are counted."""
        contender = exploring.exploring(exploring.TracedTests, "test_echo", 2)

        self.assertGreater(measure("traced", contender).cpu, 0)
        self.assertEqual(contender.operations, 2)

    def test_traced(self) -> None:
        """One records, the other does not."""
        traced, other = (
            exploring.TracedTests("test_echo"),
            exploring.ExploredTests("test_echo"),
        )
        for case in (traced, other):
            case.setUp()

        self.assertIsNotNone(traced.network.trace)
        self.assertIsNone(other.network.trace)

    def test_entry(self) -> None:
        """There are rates, and what a trace and having the choice of one cost."""
        entry, _ = exploring.exploring_entries(1, 2)
        result = entry.run(1)

        self.assertEqual([len(each) for each in result.costs.values()], [2, 2, 2])
        self.assertEqual(
            [(each.label, each.goal and each.goal.bound) for each in result.figures],
            [
                ("off", None),
                ("traced", None),
                ("traced / off, quartiles", None),
                ("off / bare, quartiles", 1.02),
            ],
        )
