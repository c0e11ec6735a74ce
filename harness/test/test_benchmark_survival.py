"""Tests of the survey of what is left of a long run."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.idle import open_idle_connections
from harness.benchmark.reactors import run
from harness.benchmark.survival import survivors, visits_job
from harness.test.garbage import FrozenTestCase


class VisitsJobTests(SynchronousTestCase):
    """Connections one after the other."""

    def test_each_exchanges_a_line_and_is_closed(self) -> None:
        """Three visits, three connections."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        done = run(reactor, visits_job(3))
        kinds = [event.kind for event in trace.events]

        self.assertEqual((done, kinds.count("connect"), kinds.count("fin")), (3, 3, 6))


class SurvivorsTests(FrozenTestCase):
    """What is left."""

    def test_states_what_is_left(self) -> None:
        """Of connections that were closed, no object is; another's do not count."""
        other = VirtualReactor()
        open_idle_connections(other, 1)
        found = {figure.label: figure.value.median for figure in survivors(20)}
        del found["memory for each"]

        self.assertEqual(
            found,
            {
                "connections made": 20,
                "transports": 0,
                "selectables": 0,
                "delayed calls": 0,
                "threads": 0,
            },
        )
        self.assertEqual(len(other.removeAll()), 3)
