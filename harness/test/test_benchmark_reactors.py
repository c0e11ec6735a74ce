"""Tests of how a job is run on a reactor."""

from twisted.internet.task import deferLater
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.measuring import measure
from harness.benchmark.reactors import Reactor, contender, run, virtual
from harness.test.garbage import FrozenTestCase


async def an_hour(reactor: Reactor) -> int:
    """Wait, on the reactor, for an hour."""
    await deferLater(reactor, 3600)
    return 7


async def nothing(reactor: Reactor) -> int:
    """Be done before anything can have happened."""
    return 0


async def failing(reactor: Reactor) -> int:
    """Fail later on."""
    await deferLater(reactor, 1)
    raise ValueError("no such luck")


class RunTests(SynchronousTestCase):
    """A job on a reactor."""

    def test_runs_until_the_job_is_done(self) -> None:
        """The reactor is started and stopped, and the job's count comes back."""
        reactor = VirtualReactor()
        done = run(reactor, an_hour)

        self.assertEqual(done, 7)
        self.assertFalse(reactor.running)

    def test_a_job_that_is_done_at_once_stops_the_reactor(self) -> None:
        """It need not wait for anything."""
        self.assertEqual(run(VirtualReactor(), nothing), 0)

    def test_raises_what_the_job_raises(self) -> None:
        """A job that fails is not measured; the reactor is stopped all the same."""
        reactor = VirtualReactor()
        error = self.assertRaises(ValueError, run, reactor, failing)

        self.assertEqual(str(error), "no such luck")
        self.assertFalse(reactor.running)


class ContenderTests(FrozenTestCase):
    """A job that is entered in a race."""

    def test_each_run_has_a_fresh_reactor(self) -> None:
        """A reactor cannot be started twice, so no run can meet another's traces."""
        reactors: list[Reactor] = []

        async def job(reactor: Reactor) -> int:
            reactors.append(reactor)
            return 1

        entered = contender(virtual, job, 1)
        measure("virtual", entered)
        measure("virtual", entered)

        self.assertEqual(len(set(reactors)), 2)
