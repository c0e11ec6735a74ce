"""Tests of a program that has all that could make two runs of it differ."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.test.scenario import everything, trace_of

#: Known from runs in other processes, with other hash seeds, Pythons and Twisteds.
DIGEST = "3d09c8d0207f2e91c7ddacdbcdc92e8de3df83511e7d7b56bcb0056c76c09e7a"


class ScenarioTests(SynchronousTestCase):
    """Whether a run can be told by its digest."""

    def test_every_run_is_the_same_run(self) -> None:
        """Pages, secrets, datagrams, threads: the same in this process as in all."""
        self.assertEqual(trace_of(everything).digest(), DIGEST)

    def test_a_run_that_fails_says_so(self) -> None:
        """There is no trace of it."""

        async def fail(reactor: VirtualReactor) -> None:
            raise ZeroDivisionError

        self.assertRaises(ZeroDivisionError, trace_of, fail)
