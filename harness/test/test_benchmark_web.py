"""Tests of the workloads of HTTP."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.reactors import Job, run
from harness.benchmark.web import get_job, plain_agent, usual_agent


class GetJobTests(SynchronousTestCase):
    """GETs on a reactor."""

    def get(self, job: Job) -> tuple[int, int]:
        """Run the job, which leaves nothing: return how many GETs and connections."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        done = run(reactor, job)
        self.assertEqual(reactor.getDelayedCalls(), [])
        return done, [event.kind for event in trace.events].count("connect")

    def test_each_may_have_a_connection_of_its_own(self) -> None:
        """Three GETs, three connections, by either kind of endpoint."""
        for make_agent in (usual_agent, plain_agent):
            done = self.get(get_job(3, False, make_agent))

            self.assertEqual(done, (3, 3))

    def test_all_may_share_one_connection(self) -> None:
        """Three GETs, one connection."""
        self.assertEqual(self.get(get_job(3, True)), (3, 1))
