"""Tests for the runs that networks are part of."""

from typing import Any, ClassVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, HarnessTestCase, InvariantBroken, Network, explore
from harness._current_test import at_end_of
from harness._recipes import Recipe
from harness._sessions import Session, running_session, session_for_network
from harness.test.apart import run_apart
from harness.test.settings import settings


class SessionTests(SynchronousTestCase):
    """What a `Session` promises."""

    def test_takes_networks(self) -> None:
        """Those that are made while it runs, with its seed added to their own."""
        session = Session(Recipe(7))
        with session.running():
            inside = Network(seed=1)
        outside = Network(seed=1)

        self.assertEqual((inside.seed, outside.seed), (8, 1))
        self.assertIsNotNone(inside.choices)
        self.assertIsNone(outside.choices)
        self.assertEqual(session.networks, 1)

    def test_running(self) -> None:
        """It can be asked for, the innermost if there are several."""
        outer, inner = Session(Recipe()), Session(Recipe())
        with outer.running():
            with inner.running():
                self.assertIs(running_session(), inner)
            self.assertIs(running_session(), outer)
        self.assertIsNone(running_session())

    def test_faults(self) -> None:
        """They are those that it is given, or those that the recipe names."""
        recipe = Recipe.parse("0:fault.start.1=1+skew")
        with Session(recipe).running():
            named = Network().host("one").clock_skew
        with Session(recipe, [Fault.skew(5)]).running():
            given = Network().host("one").clock_skew

        self.assertEqual((named, given), (-3600.0, 5))

    def test_threads(self) -> None:
        """None is left when it is over, so that there may be any number of runs."""
        session = Session(Recipe.parse("0:schedule.threads.2=1"))
        with session.running():
            network = Network()
            reactor: Any = network.host("one").reactor
            work = deferToThreadPool(reactor, reactor.getThreadPool(), int)
            network.run_until(work)

        self.assertEqual(network.scheduler.threads.living, [])
        self.assertEqual(session.deviations, [])

    def test_judge(self) -> None:
        """What was demanded on its networks is judged."""
        session = Session(Recipe())
        with session.running():
            Network().eventually("never", lambda: False, within=1)
            Network()
            self.assertRaises(InvariantBroken, Network().always, "always", bool)

        for name in "never", "always":
            error = self.assertRaises(InvariantBroken, session.judge)
            self.assertIn(name, str(error))
        session.judge()

    def test_awaits(self) -> None:
        """Coroutines are disturbed as long as it runs."""
        session = Session(Recipe.parse("0:fault.await.1=1+cancel"))

        async def wait() -> None:
            await Deferred()

        with session.running():
            network = Network()
            with self.assertRaises(Exception) as caught:
                network.run_until(wait())

        self.assertEqual(type(caught.exception).__name__, "CancelledError")


class Sample(SynchronousTestCase):
    """Tests that choose; trial does not find them here."""

    chosen: ClassVar[list[str]] = []
    are_part: ClassVar[list[bool]] = []
    plans: ClassVar[list[object]] = []

    def setUp(self) -> None:
        at_end_of(self, lambda: self.plans.append(list(self.network.fault_plans)))
        self.network = Network()
        self.are_part.append(self.network.choices is not None)

    def chooses(self) -> None:
        """Choose twice."""
        self.chosen.extend([self.network.choose("ab"), Network().choose("abc")])

    @explore
    def explored(self) -> None:
        """Choose once."""
        self.chosen.append(self.network.choose("abc"))


class Late(HarnessTestCase):
    """A test that goes on after its ``tearDown``; trial does not find it here."""

    def test(self) -> None:
        """Do nothing."""

    def tearDown(self) -> None:
        self.reactor.callLater(0, self.network.choose, "ab")


class EnvironmentTests(SynchronousTestCase):
    """What ``HARNESS_SEED`` means for a network that nobody explores."""

    def network(self, text: str) -> Network:
        """Make a network in a process that has been told so."""
        with settings(HARNESS_SEED=text):
            return Network(seed=1)

    def test_recipe(self) -> None:
        """It is part of one run, which lasts as long as the test."""
        networks = [self.network("uniform-1000"), self.network("uniform-1000")]

        self.assertEqual([network.seed for network in networks], [1001, 1001])
        self.assertIsNotNone(networks[0].choices)

    def problems_of(self, name: str, text: str) -> list[str]:
        """Run a sample in a process that has been told so; return how it failed."""
        Sample.chosen.clear()
        Sample.are_part.clear()
        Sample.plans.clear()
        result = TestResult()
        with settings(HARNESS_SEED=text):
            Sample(name).run(result)
        problems: list[Any] = [*result.failures, *result.errors]
        return [each.getErrorMessage() for _, each in problems]

    def test_each_test_has_its_own(self) -> None:
        """Networks are counted from one in each test, whatever was made before."""
        run_apart(lambda: self.network("0:user.1=1,2/user.1=2"))
        for _ in range(2):
            self.assertEqual(self.problems_of("chooses", "0:user.1=1,2/user.1=2"), [])
            self.assertEqual(Sample.chosen, ["b", "c"])

    def test_what_never_comes_up(self) -> None:
        """A test that does not meet all of its recipe is not that run."""
        problems = self.problems_of("chooses", "0:user.1=1,nope.stream.1=1,user.2=1")

        self.assertEqual(
            problems,
            [
                "this run does not exist any more: "
                "nope.stream.1=1, user.2=1 never came up"
            ],
        )

    def test_run_again(self) -> None:
        """A test that is run again is the same run again."""
        case, result = Sample("chooses"), TestResult()
        with settings(HARNESS_SEED="0:user.1=1,2/user.1=2"):
            for _ in range(2):
                Sample.chosen.clear()
                case.run(result)
                self.assertEqual(Sample.chosen, ["b", "c"])

        self.assertTrue(result.wasSuccessful())

    def test_nothing_is_left(self) -> None:
        """When the test is over nothing goes wrong on its networks any more."""
        self.problems_of("chooses", "0:user.1=1+reset")

        self.assertEqual(Sample.plans, [[]])

    def test_isolated(self) -> None:
        """What comes up while a test is checked for what it has left counts, too."""
        result = TestResult()
        with settings(HARNESS_SEED="0:user.1=1"):
            Late("test").run(result)

        self.assertTrue(result.wasSuccessful(), result)

    def test_option_that_is_not_there(self) -> None:
        """Nor is one in which there are fewer options."""
        (problem,) = self.problems_of("chooses", "0:user.1=7")

        self.assertIn("user.1=7 never came up", problem)

    def test_faults_of_the_test(self) -> None:
        """What only `every_failure` knows is an error if that is not called."""
        self.assertEqual(
            self.problems_of("chooses", "0:user.1=1+reset-2"),
            ["this run does not exist any more: reset-2 never came up"],
        )
        self.assertEqual(Sample.chosen, ["a", "a"])

    def test_explored(self) -> None:
        """A test that replays itself does so without the networks made before."""
        self.assertEqual(self.problems_of("explored", "0:user.1=2"), [])
        self.assertEqual(Sample.chosen, ["c"])
        self.assertEqual(Sample.are_part, [False, True])

    def test_no_test(self) -> None:
        """Outside of tests the run is that of the process."""
        sessions: list[Session | None] = []
        for text in "pct-3", "pct-3", "0:+reset-1", "7", "":
            with settings(HARNESS_SEED=text):
                run_apart(lambda: sessions.append(session_for_network()))

        self.assertIsNotNone(sessions[0])
        self.assertIs(sessions[0], sessions[1])
        self.assertEqual(sessions[2:], [None, None, None])

    def test_number(self) -> None:
        """A number alone says nothing about it."""
        self.assertIsNone(self.network("1000").choices)
