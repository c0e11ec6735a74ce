"""Tests for the ways of answering what a run leaves open."""

from collections import Counter
from itertools import pairwise

from twisted.trial.unittest import SynchronousTestCase

from harness._choices import Place
from harness._policies import Policy, Priorities, Replay, Uniform


def answers(policy: Policy, stream: str, number: int, count: int = 4) -> list[int]:
    """Ask a policy questions of one stream."""
    places = [Place(stream, n) for n in range(1, number + 1)]
    return [policy.choose(place, count, None) for place in places]


class UniformTests(SynchronousTestCase):
    """What `Uniform` promises."""

    def test_all_options_have_the_same_chance(self) -> None:
        """Where every question is answered at random."""
        policy = Uniform(1, {"user": (1.0,)})
        counts = Counter(answers(policy, "user", 4000))

        self.assertEqual(sorted(counts), [0, 1, 2, 3])
        self.assertTrue(all(900 < count < 1100 for count in counts.values()), counts)

    def test_rate(self) -> None:
        """How often a question is answered at random at all."""
        policy = Uniform(1, {"user": (0.1,)})
        deviations = [answer for answer in answers(policy, "user", 4000) if answer]

        self.assertTrue(250 < len(deviations) < 350, len(deviations))

    def test_some_streams_are_left_out(self) -> None:
        """Each stream of a run has a rate of its own, and that may be zero."""
        policy = Uniform(1)
        streams = [f"link.delay {n}" for n in range(20)]
        quiet = [name for name in streams if not any(answers(policy, name, 50))]

        self.assertTrue(0 < len(quiet) < 20, quiet)

    def test_streams_are_independent(self) -> None:
        """What one stream is asked does not change the answers of another."""
        alone = answers(Uniform(3), "user", 10)
        policy = Uniform(3)
        answers(policy, "schedule.calls", 7)

        self.assertEqual(answers(policy, "user", 10), alone)

    def test_networks_are_independent(self) -> None:
        """Two networks of one run do not answer alike."""
        first = [Uniform(1).choose(Place("user", 1, 1), 1000, None)]
        second = [Uniform(1).choose(Place("user", 1, 2), 1000, None)]

        self.assertNotEqual(first, second)

    def test_seeds_differ(self) -> None:
        """The same seed draws the same, another something else."""
        self.assertEqual(answers(Uniform(1), "user", 9), answers(Uniform(1), "user", 9))
        self.assertNotEqual(
            answers(Uniform(1), "user", 9), answers(Uniform(2), "user", 9)
        )


class PrioritiesTests(SynchronousTestCase):
    """What `Priorities` promises."""

    def order(self, seed: int, turns: int = 3) -> list[str]:
        """Let three take turns; return who goes first each time."""
        policy = Priorities(seed)
        place = Place("schedule.sockets", 1)
        return ["abc"[policy.choose(place, 3, "abc")] for _ in range(turns)]

    def test_who_is_first_stays_first(self) -> None:
        """Priorities change seldom: at three steps of a run at most."""
        for seed in range(50):
            order = self.order(seed, 2000)
            changes = sum(a != b for a, b in pairwise(order))
            self.assertTrue(changes <= 3, (seed, changes))

    def test_whoever_may_be_first(self) -> None:
        """Who is first depends on the seed."""
        self.assertEqual({self.order(seed)[0] for seed in range(20)}, set("abc"))

    def test_who_was_first_becomes_the_last(self) -> None:
        """Where a priority changes, and again the others go on."""
        orders = ["".join(dict.fromkeys(self.order(seed, 2000))) for seed in range(50)]

        self.assertIn(3, map(len, orders))

    def test_other_questions(self) -> None:
        """What is not about turns is answered at random."""
        self.assertEqual(
            answers(Priorities(5), "user", 9), answers(Uniform(5), "user", 9)
        )


class ReplayTests(SynchronousTestCase):
    """What `Replay` promises."""

    def test_as_told(self) -> None:
        """The first option, but where it is told otherwise."""
        policy = Replay({Place("user", 2): 3})

        self.assertEqual(answers(policy, "user", 3), [0, 3, 0])

    def test_what_is_no_option_any_more(self) -> None:
        """In a run that has taken another course there may be fewer options."""
        policy = Replay({Place("user", 1): 3})

        self.assertEqual(answers(policy, "user", 1, count=3), [0])
