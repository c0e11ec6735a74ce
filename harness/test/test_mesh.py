"""Tests of the links of a network, taken together."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Network


class MeshTestCase(SynchronousTestCase):
    """A network with four machines."""

    def setUp(self) -> None:
        self.network = Network()
        self.a, self.b, self.c, self.d = (
            self.network.host(name, f"192.0.2.{number}")
            for number, name in enumerate("abcd", 1)
        )

    def passes(self) -> str:
        """Write down which machines reach which."""
        hosts = (self.a, self.b, self.c, self.d)
        pairs = [(one, two) for one in hosts for two in hosts if one is not two]
        ways = [one.name + two.name for one, two in pairs if self.link_works(one, two)]
        return " ".join(ways)

    def link_works(self, one: object, two: object) -> bool:
        """Say whether a packet arrives."""
        arrived: list[str] = []
        self.network.link(one, two).carry(0, arrived.append, "it")  # type: ignore
        return bool(arrived)


class LinkTests(MeshTestCase):
    """Which link is whose."""

    def test_each_direction(self) -> None:
        """There is one for each direction, always the same."""
        there = self.network.link(self.a, self.b)
        back = self.network.link(self.b, self.a)

        self.assertIs(self.network.link(self.a, self.b), there)
        self.assertIsNot(there, back)

    def test_to_itself(self) -> None:
        """A machine talks to itself without a link."""
        error = self.assertRaises(ValueError, self.network.link, self.a, self.a)

        self.assertEqual(str(error), "there is no link from a to itself")


class ShapeTests(MeshTestCase):
    """What links are told."""

    def latencies(self) -> list[float]:
        """Return those from a to b, from b to a, and from a to c."""
        pairs = [(self.a, self.b), (self.b, self.a), (self.a, self.c)]
        return [self.network.link(*pair).conditions.latency for pair in pairs]

    def test_all(self) -> None:
        """All links are alike, those there are and those to come."""
        self.network.link(self.a, self.b)
        self.network.shape(latency=1)

        self.assertEqual(self.latencies(), [1, 1, 1])

    def test_between_two(self) -> None:
        """Both directions between two machines."""
        self.network.shape(self.a, self.b, latency=1)

        self.assertEqual(self.latencies(), [1, 1, 0])

    def test_one_direction(self) -> None:
        """A link that has been told for itself keeps to it."""
        self.network.link(self.a, self.b).shape(latency=1)
        self.network.shape(latency=2, jitter=3)

        self.assertEqual(self.latencies(), [1, 2, 2])
        self.assertEqual(self.network.link(self.a, self.b).conditions.jitter, 3)

    def test_refused(self) -> None:
        """What cannot be is refused, and changes nothing."""
        link = self.network.link(self.a, self.b)
        for shape in (link.shape, self.network.shape):
            self.assertRaises(ValueError, shape, latency=-1)
            self.assertRaises(TypeError, shape, latancy=1)
        self.network.shape(jitter=1)

        self.assertEqual(self.latencies(), [0, 0, 0])


class PartitionTests(MeshTestCase):
    """Machines that do not reach each other."""

    def test_two(self) -> None:
        """Two do not, all others do."""
        self.network.partition(self.a, self.b)

        self.assertEqual(self.passes(), "ac ad bc bd ca cb cd da db dc")

    def test_groups(self) -> None:
        """No one of a group reaches one of the other."""
        self.network.partition([self.a, self.b], [self.c, self.d])

        self.assertEqual(self.passes(), "ab ba cd dc")

    def test_heal(self) -> None:
        """All do again."""
        self.network.partition(self.a, [self.b, self.c])
        self.network.heal()

        self.assertEqual(len(self.passes().split()), 12)

    def test_heal_some(self) -> None:
        """Those do again that are named."""
        self.network.partition(self.a, [self.b, self.c])
        self.network.heal(self.a, self.c)

        self.assertEqual(self.passes(), "ac ad bc bd ca cb cd da db dc")
