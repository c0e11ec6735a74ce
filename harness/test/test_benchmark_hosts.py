"""Tests of the benchmark with many machines."""

from harness.benchmark.hosts import Crowd, crowd_memory, host_entries
from harness.test.garbage import FrozenTestCase


class CrowdTests(FrozenTestCase):
    """Machines that talk."""

    def test_connections(self) -> None:
        """Each has twenty connections, one machine after the other."""
        crowd = Crowd(3)
        hosts = crowd.network.hosts.values()

        self.assertEqual([len(host.reactor.getReaders()) for host in hosts], [21] * 3)

    def test_talk(self) -> None:
        """On each, a message a second is answered."""
        self.assertEqual(Crowd(3).talk(4), 3 * 10 * 4)

    def test_broken_answer(self) -> None:
        """An answer in two pieces is one answer."""
        crowd = Crowd(2)
        crowd.network.segments = lambda: 40

        self.assertEqual(crowd.talk(1), 20)


class EntriesTests(FrozenTestCase):
    """What the benchmark says of them."""

    def test_race(self) -> None:
        """Each size does its work, and the growth is held against a logarithm."""
        race, _ = host_entries((2, 4), 1)
        result = race.run(1)

        self.assertEqual(list(result.costs), ["2 hosts", "4 hosts"])
        self.assertEqual(
            [figure.label for figure in result.figures], ["4 hosts / 2 hosts"]
        )
        goals = [figure.goal.bound for figure in result.figures if figure.goal]
        self.assertEqual(goals, [2.0])

    def test_memory(self) -> None:
        """All connections are there when they are weighed."""
        connections, each = crowd_memory(2)

        self.assertEqual(connections.value.median, 20)
        self.assertGreater(each.value.median, 20 * 1000)
