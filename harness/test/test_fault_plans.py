"""Tests for plans: when which fault happens."""

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, FaultPlan
from harness._choices import Choices, Deviation, Place
from harness._faults import Operation
from harness._policies import Replay

CONNECT = Operation("connect", "client", "192.0.2.1", 80)
LOOKUP = Operation("lookup", "client", "example.com")


class FaultPlanTests(SynchronousTestCase):
    """What `FaultPlan` promises."""

    def test_everywhere(self) -> None:
        """A fault happens wherever it can."""
        plan = FaultPlan(Fault.refuse())
        met = [plan.meet(each, 0.0) for each in (CONNECT, LOOKUP, CONNECT)]

        self.assertEqual(met, [Fault.refuse(), None, Fault.refuse()])

    def test_nth(self) -> None:
        """Or only the first, second ... time that it could."""
        plan = FaultPlan(Fault.refuse(nth=2))
        met = [plan.meet(each, 0.0) for each in (CONNECT, LOOKUP, CONNECT, CONNECT)]

        self.assertEqual(met, [None, None, Fault.refuse(nth=2), None])

    def test_the_first_of_several(self) -> None:
        """An operation goes wrong in one way."""
        plan = FaultPlan(Fault.refuse(nth=1), Fault.unreachable())

        self.assertEqual(plan.meet(CONNECT, 0.0), Fault.refuse(nth=1))
        self.assertEqual(plan.meet(CONNECT, 0.0), Fault.unreachable())

    def test_met(self) -> None:
        """It is written down what happened, and when."""
        plan = FaultPlan(Fault.refuse())
        plan.meet(CONNECT, 1.5)
        plan.meet(LOOKUP, 2.0)

        self.assertEqual(
            [str(met) for met in plan.met],
            ["1.500000000 client: connect 192.0.2.1 port 80: refuse"],
        )

    def test_from_seed(self) -> None:
        """The same seed plans the same, another something else."""

        def met(seed: int) -> list[Fault | None]:
            plan = FaultPlan.from_seed(seed, Fault.refuse(), Fault.reset(), rate=0.5)
            return [plan.meet(CONNECT, 0.0) for _ in range(40)]

        self.assertEqual(met(1), met(1))
        self.assertNotEqual(met(1), met(2))
        self.assertEqual(set(met(1)), {None, Fault.refuse()})

    def test_rate(self) -> None:
        """How likely something is lies between never and always."""
        for rate in (-0.1, 1.1, 5):
            error = self.assertRaises(
                ValueError, FaultPlan.from_seed, 1, Fault.refuse(), rate=rate
            )
            self.assertEqual(
                str(error), f"rate must be a probability, 0 to 1, not {rate}"
            )
        for rate in (0, 1):
            FaultPlan.from_seed(1, Fault.refuse(), rate=rate)

    def test_faults_only(self) -> None:
        """What is no fault is refused at once."""
        given: Any = "reset"
        error = self.assertRaises(TypeError, FaultPlan, Fault.refuse(), given)

        self.assertEqual(str(error), "a fault must be a Fault, not 'reset'")

    def test_by_choice(self) -> None:
        """Each operation that something could befall is a question."""
        deviations: list[Deviation] = []
        policy = Replay({Place("fault.connect", 2): 2})
        choices = Choices(policy, 1, deviations)
        plan = FaultPlan.by_choice(choices, Fault.refuse(), Fault.unreachable())
        met = [plan.meet(each, 0.0) for each in (CONNECT, LOOKUP, CONNECT)]

        self.assertEqual(met, [None, None, Fault.unreachable()])
        words = "client: connect 192.0.2.1 port 80: unreachable"
        self.assertEqual(deviations, [Deviation(Place("fault.connect", 2), 2, words)])
