"""Tests for finding the fewest deviations."""

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from harness._choices import Place
from harness._shrinking import Choice, shrink


def choices(*numbers: int, choice: int = 3) -> dict[Place, int]:
    """Make deviations of one stream."""
    return {Place("user", number): choice for number in numbers}


class ShrinkTests(SynchronousTestCase):
    """What `shrink` promises."""

    def setUp(self) -> None:
        self.attempts = 0

    def needs(
        self, test: Callable[[Choice], bool]
    ) -> Callable[[Choice], Choice | None]:
        """Make an attempt that fails if something is so."""

        def attempt(deviations: Choice) -> Choice | None:
            self.attempts += 1
            return deviations if test(deviations) else None

        return attempt

    def shrink(self, number: int, *needed: int, budget: int = 1000) -> Choice:
        """Shrink so many deviations, of which some are needed."""
        attempt = self.needs(lambda tried: choices(*needed).keys() <= tried.keys())
        return shrink(choices(*range(1, number + 1)), attempt, budget)

    def test_none(self) -> None:
        """It may fail without any."""
        self.assertEqual(self.shrink(50), {})
        self.assertEqual(self.attempts, 1)

    def test_one(self) -> None:
        """One of many is found fast."""
        self.assertEqual(self.shrink(64, 17), choices(17, choice=1))
        self.assertTrue(self.attempts < 30, self.attempts)

    def test_several(self) -> None:
        """All that are needed are kept, wherever they are."""
        self.assertEqual(self.shrink(64, 3, 40, 41), choices(3, 40, 41, choice=1))

    def test_all(self) -> None:
        """So are they if all are needed."""
        self.assertEqual(
            self.shrink(5, 1, 2, 3, 4, 5), choices(1, 2, 3, 4, 5, choice=1)
        )

    def test_plainer(self) -> None:
        """A choice becomes the plainest with which it fails."""
        attempt = self.needs(lambda tried: tried.get(Place("user", 1), 0) >= 2)

        self.assertEqual(shrink(choices(1), attempt, 100), choices(1, choice=2))

    def test_needed_no_longer(self) -> None:
        """Where one is plainer, another may be needed no longer."""
        one, two = Place("user", 1), Place("user", 2)
        attempt = self.needs(
            lambda tried: tried.get(one) == 1 or (one in tried and two in tried)
        )

        self.assertEqual(shrink({one: 3, two: 3}, attempt, 100), {one: 1})

    def test_plainer_and_fewer_at_once(self) -> None:
        """What does not come up with a plainer one is not tried again."""
        one, two = Place("user", 1), Place("user", 2)
        tries: list[Choice] = []

        def attempt(deviations: Choice) -> Choice | None:
            tries.append(deviations)
            if deviations.get(one) == 1:
                return {one: 1}
            return deviations if len(deviations) == 2 else None

        self.assertEqual(shrink({one: 3, two: 3}, attempt, 100), {one: 1})
        self.assertNotIn({one: 1, two: 1}, tries)

    def test_what_does_not_come_up(self) -> None:
        """In a shorter run some deviations have no place: they are not kept."""

        def attempt(deviations: Choice) -> Choice | None:
            return choices(1) if Place("user", 1) in deviations else None

        self.assertEqual(shrink(choices(1, 2, 3, 4), attempt, 100), choices(1))

    def test_budget(self) -> None:
        """It stops when it has tried often enough, with what it has."""
        kept = self.shrink(64, 17, budget=3)

        self.assertEqual(self.attempts, 3)
        self.assertIn(Place("user", 17), kept)
        self.assertEqual(len(kept), 32)
