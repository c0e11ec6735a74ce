"""Tests of where events are said to have happened."""

from twisted.trial.unittest import SynchronousTestCase

from harness._addresses import WireAddress
from harness._places import Atlas, Lane, Place, lanes_of, parse_address

ATLAS = Atlas({"one": ("192.0.2.1",), "two": ("192.0.2.2", "2001:db8::2")})


class ParseTests(SynchronousTestCase):
    """Addresses in text."""

    def test_both_versions(self) -> None:
        """As events have them."""
        self.assertEqual(parse_address("192.0.2.1:80"), WireAddress("192.0.2.1", 80))
        self.assertEqual(parse_address("[::1]:80"), WireAddress("::1", 80))

    def test_none(self) -> None:
        """A name, a path."""
        self.assertIsNone(parse_address("www"))
        self.assertIsNone(parse_address("/tmp/80"))

    def test_what_only_looks_like_one(self) -> None:
        """Four numbers that are no address, a port that is none."""
        self.assertIsNone(parse_address("192.0.2.256:80"))
        self.assertIsNone(parse_address("[:::1]:80"))
        self.assertIsNone(parse_address("192.0.2.1:65536"))
        self.assertIsNone(parse_address("192.0.2.1:000080"))
        self.assertEqual(
            parse_address("192.0.2.1:65535"), WireAddress("192.0.2.1", 65535)
        )


class AtlasTests(SynchronousTestCase):
    """The machine of an end."""

    def name(self, end: str) -> str:
        """Name an end of an event on machine ``one``."""
        return str(ATLAS.place(end, "one"))

    def test_addresses_of_machines(self) -> None:
        """They are named as their machines."""
        self.assertEqual(self.name("192.0.2.2:80"), "two:80")
        self.assertEqual(self.name("[2001:db8::2]:80"), "two:80")

    def test_loopback(self) -> None:
        """That is the machine itself; another address than usual is told apart."""
        self.assertEqual(self.name("127.0.0.1:80"), "one:80")
        self.assertEqual(self.name("[::1]:80"), "one:80")
        self.assertEqual(self.name("0.0.0.0:80"), "one:80")
        self.assertEqual(self.name("127.0.0.3:80"), "one 127.0.0.3:80")

    def test_paths(self) -> None:
        """A socket without a name is just on its machine."""
        self.assertEqual(self.name("/run/socket"), "one /run/socket")
        self.assertEqual(self.name("unnamed"), "one")

    def test_nobody(self) -> None:
        """An address that no machine has stands for itself."""
        place = ATLAS.place("192.0.2.9:80", "one")

        self.assertEqual(str(place), "192.0.2.9:80")
        self.assertTrue(ATLAS.is_nobody(place))

    def test_somebody(self) -> None:
        """Machines are, and groups."""
        for end in ("192.0.2.2:80", "255.255.255.255:80", "224.0.0.1:80", "/path"):
            self.assertFalse(ATLAS.is_nobody(ATLAS.place(end, "one")), end)


class LaneTests(SynchronousTestCase):
    """What a picture draws lines for."""

    def lanes(self, *places: Place, listening: tuple[Place, ...] = ()) -> list[Lane]:
        """Return the lanes of places, from left to right."""
        lanes = lanes_of(["one", "two"], places, listening)
        return list(dict.fromkeys(lanes.values()))

    def test_services(self) -> None:
        """A port that others come to has one; all others share one, before it."""
        places = [Place("one", door) for door in (":80", ":32768", ":40000", ":53")]

        self.assertEqual(
            self.lanes(*places),
            [Lane("one", ""), Lane("one", ":80"), Lane("one", ":53")],
        )

    def test_a_port_by_chance(self) -> None:
        """One that somebody listens on is a service, whatever its number."""
        port = Place("one", ":32768")

        self.assertEqual(self.lanes(port, listening=(port,)), [Lane("one", ":32768")])

    def test_machines_in_their_order(self) -> None:
        """Whoever is seen first; strangers come last."""
        places = [Place("192.0.2.9:80"), Place("two", ":80"), Place("one", ":32768")]

        self.assertEqual(
            self.lanes(*places),
            [Lane("one", ""), Lane("two", ":80"), Lane("192.0.2.9:80", "")],
        )

    def test_what_a_machine_does_by_itself(self) -> None:
        """That is with what it asks of others, or else with its first service."""
        itself, service, client = (
            Place("one"),
            Place("one", ":80"),
            Place("one", ":32768"),
        )

        self.assertEqual(
            lanes_of([], [itself, service, client], ())[itself], Lane("one", "")
        )
        self.assertEqual(
            lanes_of([], [itself, service], ())[itself], Lane("one", ":80")
        )
        self.assertEqual(lanes_of([], [itself], ())[itself], Lane("one", ""))

    def test_paths(self) -> None:
        """The path of a socket is a service."""
        self.assertEqual(self.lanes(Place("one", " /run/s")), [Lane("one", "/run/s")])

    def test_very_many(self) -> None:
        """The seventh and all after it share one."""
        places = [Place("one", f":{port}") for port in range(80, 90)]
        lanes = self.lanes(*places)

        self.assertEqual(len(lanes), 8)
        self.assertEqual(lanes[-1], Lane("one", "others"))
