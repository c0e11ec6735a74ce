"""Tests for the record of what was left open."""

from collections.abc import Hashable, Sequence

from twisted.trial.unittest import SynchronousTestCase

from harness._choices import Choices, Deviation, Place
from harness._policies import Policy, Replay


class Obedient(Policy):
    """Answers what it is given, and remembers what it was asked."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Place, int, Sequence[Hashable] | None]] = []

    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        self.asked.append((place, count, actors))
        return self.answers.pop(0)


class ChoicesTests(SynchronousTestCase):
    """What `Choices` asks, and notes."""

    def test_asks_the_policy(self) -> None:
        """It is told where the question comes up, and how many options there are."""
        policy = Obedient(1, 0)
        choices = Choices(policy, 2, [])
        chosen = [
            choices.choose("user", "abc", str),
            choices.choose("user", "de", str, ["one", "other"]),
        ]

        self.assertEqual(chosen, ["b", "d"])
        self.assertEqual(
            policy.asked,
            [
                (Place("user", 1, 2), 3, None),
                (Place("user", 2, 2), 2, ["one", "other"]),
            ],
        )

    def test_notes_deviations(self) -> None:
        """The first option is nothing worth noting."""
        deviations: list[Deviation] = []
        choices = Choices(Obedient(0, 2), 1, deviations)
        choices.choose("user", "abc", str.upper)
        choices.choose("link", "abc", str.upper)

        self.assertEqual(deviations, [Deviation(Place("link", 1), 2, "C")])

    def test_streams_count_for_themselves(self) -> None:
        """A question more in one stream does not change the number of another."""
        choices = Choices(Replay({}), 1, [])
        for stream in ("link", "user", "link"):
            choices.choose(stream, "ab", str)

        self.assertEqual(choices.counts, {"link": 2, "user": 1})
