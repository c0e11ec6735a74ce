"""Tests of a program that has all that could make two runs of it differ."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.test.scenario import everything, trace_of

#: Known from runs in other processes, with other hash seeds, Pythons and Twisteds.
DIGEST = "973120969f95186a4219a5dda42a63f3438a7d51ccdafbe3a7588c992d6be12c"


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
