"""Tests of the workloads of HTTP."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.reactors import run
from harness.benchmark.web import get_job, plain_agent, usual_agent


class GetJobTests(SynchronousTestCase):
    """GETs on a reactor."""

    def test_each_may_have_a_connection_of_its_own(self) -> None:
        """Three GETs, three connections, by either kind of endpoint."""
        for make_agent in (usual_agent, plain_agent):
            reactor = VirtualReactor()
            done = run(reactor, get_job(3, False, make_agent))

            self.assertEqual((done, len(reactor.tcpClients)), (3, 3))

    def test_all_may_share_one_connection(self) -> None:
        """Three GETs, one connection."""
        reactor = VirtualReactor()
        done = run(reactor, get_job(3, True))

        self.assertEqual((done, len(reactor.tcpClients)), (3, 1))
