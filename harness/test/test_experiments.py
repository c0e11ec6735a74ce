"""Tests for what a test can do to a network."""

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, FaultPlan, Network
from harness._recipes import Recipe
from harness._sessions import Session


class FaultsTests(SynchronousTestCase):
    """What `Network.faults` promises."""

    def test_for_a_while(self) -> None:
        """Things go wrong as long as the block lasts."""
        network = Network()
        with network.faults(Fault.skew(5), Fault.refuse()) as plan:
            during = network.host("one").reactor.seconds()
        after = network.host("two").reactor.seconds()

        self.assertEqual((during, after), (5.0, 0.0))
        self.assertEqual([str(met) for met in plan.met], [SKEWED])

    def test_plan(self) -> None:
        """A plan can be given too."""
        network = Network()
        plan = FaultPlan(Fault.skew(5))
        with network.faults(plan) as given:
            network.host("one")

        self.assertIs(given, plan)
        self.assertEqual(len(plan.met), 1)

    def test_no_faults(self) -> None:
        """Neither names of faults nor lists are taken, nor a plan with something."""
        network: Any = Network()
        plan = FaultPlan(Fault.skew(5))
        for given in (("reset",), ([Fault.reset()],), (plan, Fault.reset())):
            self.assertRaises(TypeError, network.faults(*given).__enter__)
        self.assertEqual(network.fault_plans, [])

    def test_one_plan_in_another(self) -> None:
        """The outer one comes first, then the inner."""
        network = Network()
        with network.faults(Fault.skew(5, host="one")), network.faults(Fault.skew(7)):
            clocks = [network.host(name).reactor.seconds() for name in ("one", "two")]

        self.assertEqual(clocks, [5.0, 7.0])


SKEWED = "0.000000000 one: start: skew(seconds=5)"


class ChooseTests(SynchronousTestCase):
    """What `Network.choose` promises."""

    def test_plainest(self) -> None:
        """Without exploration it is the first."""
        self.assertEqual(Network().choose([3, 4]), 3)

    def test_nothing(self) -> None:
        """There is something to choose from."""
        error = self.assertRaises(ValueError, Network().choose, [])

        self.assertEqual(str(error), "options must hold at least one value, not []")

    def test_explored(self) -> None:
        """With it, any; and what is not the first is a deviation."""
        session = Session(Recipe.parse("0:user.1=1"))
        with session.running():
            chosen = Network().choose(["a", "b"])

        self.assertEqual(chosen, "b")
        self.assertEqual([each.words for each in session.deviations], ["'b'"])
