"""Tests for the runs that networks are part of."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network
from harness._recipes import Recipe
from harness._sessions import Session, running_session
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


class EnvironmentTests(SynchronousTestCase):
    """What ``HARNESS_SEED`` means for a network that nobody explores."""

    def network(self, text: str) -> Network:
        """Make a network in a process that has been told so."""
        with settings(HARNESS_SEED=text):
            return Network(seed=1)

    def test_recipe(self) -> None:
        """It is part of one run, which lasts as long as the process."""
        networks = [self.network("uniform-1000"), self.network("uniform-1000")]

        self.assertEqual([network.seed for network in networks], [1001, 1001])
        self.assertIsNotNone(networks[0].choices)

    def test_number(self) -> None:
        """A number alone says nothing about it."""
        self.assertIsNone(self.network("1000").choices)
