"""Tests of the figures that a benchmark comes to."""

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.figures import (
    Figure,
    at_least,
    at_most,
    observed,
    quartiles,
    rate,
    ratio,
)
from harness.benchmark.measuring import Cost, Spread


def costs(*cpu: float) -> list[Cost]:
    """Make costs whose wall time is ten times as long, so that neither is mistaken."""
    return [Cost(seconds, seconds * 10) for seconds in cpu]


class RatioTests(SynchronousTestCase):
    """One contender beside another."""

    def test_compares_processor_time_within_each_round(self) -> None:
        """A slow round slows both, and leaves the ratio as it is."""
        figure = ratio("slow", "fast")(
            {"slow": costs(6.0, 60.0, 4.0), "fast": costs(2.0, 20.0, 2.0)}
        )

        self.assertEqual(
            figure, Figure("slow / fast", Spread(3.0, 2.0, 3.0), "times", None)
        )

    def test_carries_its_goal(self) -> None:
        """The goal is asked of the median."""
        figure = ratio("slow", "fast", at_least(2))(
            {"slow": costs(1.0, 3.0, 3.0), "fast": costs(1.0, 1.0, 1.0)}
        )

        self.assertEqual(figure.goal, at_least(2))
        self.assertIs(figure.met, True)


class QuartilesTests(SynchronousTestCase):
    """One contender beside another, without what is far from usual."""

    def test_leaves_out_a_quarter_on_each_side(self) -> None:
        """What is left is the middle half, whatever the order."""
        dear, cheap = costs(9.0, 3.0, 4.0, 1.0, 2.0), costs(1.0, 1.0, 1.0, 1.0, 1.0)
        figure = quartiles("dear", "cheap", at_most(2))({"dear": dear, "cheap": cheap})

        self.assertEqual(figure.label, "dear / cheap, quartiles")
        self.assertEqual(figure.value, Spread(3.0, 2.0, 4.0))
        self.assertIs(figure.met, False)

    def test_few(self) -> None:
        """Of three nothing can be left out."""
        each = costs(1.0, 2.0, 3.0)
        figure = quartiles("a", "b")({"a": each, "b": costs(1.0, 1.0, 1.0)})

        self.assertEqual(figure.value, Spread(2.0, 1.0, 3.0))


class RateTests(SynchronousTestCase):
    """Operations in a second."""

    def test_is_the_inverse_of_the_cost(self) -> None:
        """A quarter of a second each makes four a second."""
        figure = rate("it")({"it": costs(0.25, 0.5, 0.125)})

        self.assertEqual(figure, Figure("it", Spread(4.0, 2.0, 8.0), "per second"))


class GoalTests(SynchronousTestCase):
    """What is asked of a figure."""

    def test_at_least_includes_the_bound(self) -> None:
        """Just enough is enough."""
        goal = at_least(2)

        self.assertEqual([goal.is_met_by(n) for n in (1, 2, 3)], [False, True, True])

    def test_at_most_includes_the_bound(self) -> None:
        """Just within is within."""
        goal = at_most(2)

        self.assertEqual([goal.is_met_by(n) for n in (1, 2, 3)], [True, True, False])

    def test_without_a_goal_nothing_is_met_or_missed(self) -> None:
        """A figure for orientation has no verdict."""
        self.assertIs(observed("bytes", 3, "bytes").met, None)

    def test_a_missed_goal_is_said_to_be(self) -> None:
        """The verdict is about this figure."""
        self.assertIs(observed("bytes", 3, "bytes", at_most(2)).met, False)
