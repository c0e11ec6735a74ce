"""Tests for what is written in ``HARNESS_SEED``."""

from twisted.trial.unittest import SynchronousTestCase

from harness._choices import Deviation, Place
from harness._policies import Priorities, Replay, Uniform
from harness._recipes import Recipe, no_such_run

DEVIATIONS = {
    Place("link.delay ada > server,2+1", 12, 1): 4,
    Place("schedule.sockets", 3, 2): 1,
}


class TextTests(SynchronousTestCase):
    """What a `Recipe` is written as."""

    def test_seed(self) -> None:
        """Its text says what is drawn, and how."""
        self.assertEqual(str(Recipe(17, "pct")), "pct-17")

    def test_deviations(self) -> None:
        """What was chosen, and where: of the first network unless it says which."""
        recipe = Recipe(3, deviations={Place("user", 2): 1, Place("user", 1, 2): 5})

        self.assertEqual(str(recipe), "3:user.2=1,2/user.1=5")

    def test_faults(self) -> None:
        """What may go wrong comes last."""
        self.assertEqual(
            str(Recipe(1, "uniform", None, ("reset", "cut-2"))), "uniform-1+reset+cut-2"
        )

    def test_all_texts_can_be_read(self) -> None:
        """What is written is read again, whatever a machine is called."""
        for recipe in (
            Recipe(17, "pct"),
            Recipe(0, "uniform", {}),
            Recipe(4, "uniform", DEVIATIONS, ("refuse", "half_close")),
            Recipe(6, "uniform", {}, ("half_close-1", "refuse-12")),
        ):
            self.assertEqual(Recipe.parse(str(recipe)), recipe)

    def test_number(self) -> None:
        """A number alone is a seed, for either policy or that which is given."""
        self.assertEqual(Recipe.parse("16"), Recipe(16, "uniform"))
        self.assertEqual(Recipe.parse("17"), Recipe(17, "pct"))
        self.assertEqual(Recipe.parse("17", "uniform"), Recipe(17, "uniform"))

    def test_nonsense(self) -> None:
        """What is no recipe is refused, and shown."""
        for text in (
            "",
            "x",
            "-1",
            "fast-3",
            "3:user",
            "3:user.1",
            "3+",
            "3:,",
            "3:user.1=0",
        ):
            with self.assertRaises(ValueError) as caught:
                Recipe.parse(text)
            self.assertIn("not a ", str(caught.exception))

    def test_unknown_faults(self) -> None:
        """What can go wrong is known, with a number or without."""
        for text in ("3:+boredom", "3:+boredom-2", "3:+reset-0", "3:+reset-x"):
            with self.assertRaises(ValueError) as caught:
                Recipe.parse(text)
            self.assertIn("no fault '", str(caught.exception))

    def test_given_faults(self) -> None:
        """Those with a number are known to the test only."""
        self.assertFalse(Recipe.parse("3").names_given_faults)
        self.assertFalse(Recipe.parse("3:+reset+cut").names_given_faults)
        self.assertTrue(Recipe.parse("3:+reset+cut-1").names_given_faults)


class MissedTests(SynchronousTestCase):
    """What `Recipe.missed` promises."""

    def test_missed(self) -> None:
        """Those that never came up, and those for which there was another option."""
        recipe = Recipe.parse("0:user.1=1,user.2=2,2/user.1=1")
        chosen = [
            Deviation(Place("user", 1), 1, ""),
            Deviation(Place("user", 2), 1, ""),
        ]

        self.assertEqual(recipe.missed(chosen), ("user.2=2", "2/user.1=1"))

    def test_drawn(self) -> None:
        """Where all is drawn nothing can be missed."""
        self.assertEqual(Recipe.parse("pct-1").missed([]), ())

    def test_words(self) -> None:
        """They are told as they were written."""
        self.assertEqual(
            no_such_run(("user.2=2", "user.3=1")),
            "this run does not exist any more: user.2=2, user.3=1 never came up",
        )


class PolicyTests(SynchronousTestCase):
    """What settles the questions of a run."""

    def test_by_seed(self) -> None:
        """Each of the two ways has half of the seeds, unless one is wanted."""
        self.assertIsInstance(Recipe.of_seed(2).make_policy(), Uniform)
        self.assertIsInstance(Recipe.of_seed(3).make_policy(), Priorities)
        self.assertIsInstance(Recipe.of_seed(2, "pct").make_policy(), Priorities)
        self.assertIsInstance(Recipe.of_seed(3, "uniform").make_policy(), Uniform)

    def test_by_deviations(self) -> None:
        """Where they are told nothing is drawn."""
        self.assertIsInstance(Recipe(3, "pct", {}).make_policy(), Replay)
