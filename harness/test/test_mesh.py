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

    def test_machines_only(self) -> None:
        """Whatever is said of links is said of machines of this very network."""
        net = self.network
        for say in (
            lambda other: net.link(self.a, other),
            lambda other: net.link(other, self.a),
            lambda other: net.shape(self.a, other, latency=1),
            lambda other: net.partition(self.a, other),
            lambda other: net.partition([self.a, other], self.b),
            lambda other: net.heal(self.a, other),
            net.heal,
            lambda other: net.heal([other]),
        ):
            stranger = Network().host("x", "192.0.2.9")
            for other, kind, message in (
                (stranger, ValueError, "<Host x 192.0.2.9> is of another network"),
                ("b", TypeError, "a machine of this network is needed, not 'b'"),
                (5, TypeError, "a machine of this network is needed, not 5"),
            ):
                error = self.assertRaises(kind, say, other)
                self.assertEqual(str(error), message)

        self.assertEqual(len(self.passes().split()), 12)


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

    def test_how_many_machines(self) -> None:
        """Two, or none: there is no saying what one is to be like."""
        for between in ([self.a], [self.a, self.b, self.c]):
            error = self.assertRaises(TypeError, self.network.shape, *between)
            self.assertEqual(
                str(error), f"shape takes two machines, or none, not {len(between)}"
            )


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

    def test_heal_one(self) -> None:
        """One that is named reaches all; what else is cut stays so."""
        self.network.partition(self.a, [self.b, self.c])
        self.network.partition(self.c, self.d)
        self.network.heal(self.a)

        self.assertEqual(self.passes(), "ab ac ad ba bc bd ca cb da db")

    def test_heal_one_group(self) -> None:
        """So do those of a group."""
        self.network.partition(self.a, [self.b, self.c])
        self.network.partition(self.c, self.d)
        self.network.heal([self.b, self.d])

        self.assertEqual(self.passes(), "ab ad ba bc bd cb cd da db dc")

    def test_heal_too_many(self) -> None:
        """A partition has two sides."""
        error = self.assertRaises(TypeError, self.network.heal, self.a, self.b, self.c)

        self.assertEqual(str(error), "heal takes two sides at most, not 3")

    def test_on_both_sides(self) -> None:
        """A machine is on one side of it; or else nothing is cut."""
        self.assertRaises(ValueError, self.network.partition, self.a, [self.b, self.a])

        self.assertEqual(len(self.passes().split()), 12)

    def test_for_a_while(self) -> None:
        """Each partition for a while ends by itself, and only itself."""
        self.network.part_for(self.a, self.b, 10)
        self.network.advance(6)
        self.network.part_for(self.a, self.b, 10)
        self.network.advance(9)
        self.assertEqual(self.passes(), "ac ad bc bd ca cb cd da db dc")

        self.network.advance(1)
        self.assertEqual(len(self.passes().split()), 12)

    def test_one_of_the_test(self) -> None:
        """What a test has parted it also heals."""
        self.network.partition(self.a, self.b)
        self.network.part_for(self.a, self.b, 10)
        self.network.advance(10)
        self.assertEqual(self.passes(), "ac ad bc bd ca cb cd da db dc")

        self.network.heal()
        self.assertEqual(len(self.passes().split()), 12)

    def test_heal_for_good(self) -> None:
        """What a test heals is healed, whatever it was; what comes later is not."""
        self.network.part_for(self.a, self.b, 10)
        self.network.heal()
        self.assertEqual(len(self.passes().split()), 12)

        self.network.partition(self.a, self.b)
        self.network.advance(10)
        self.assertEqual(self.passes(), "ac ad bc bd ca cb cd da db dc")

        self.network.heal()
        self.network.part_for(self.a, self.b, 10)
        self.network.advance(10)
        self.assertEqual(len(self.passes().split()), 12)
