"""Tests of what a machine can be called, and which addresses it can have."""

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._machines import require_name, require_own_addresses


class NameTests(SynchronousTestCase):
    """Names of machines."""

    def test_sound(self) -> None:
        """A machine is known by its name whatever the case, as in DNS."""
        for name, known_as in (
            ("www.Example.", "www.example"),
            ("bücher", "xn--bcher-kva"),
            ("host 1", "host 1"),
            ("a" * 63, "a" * 63),
        ):
            self.assertEqual(require_name(name), known_as)

    def test_impossible(self) -> None:
        """What DNS can have no name for is none."""
        for name in ("", ".", "a..b", ".a", "a" * 64, "\u2028"):
            error = self.assertRaises(ValueError, require_name, name)
            self.assertEqual(
                str(error),
                f"no machine can be called {name!r}: a part of it is empty, too long, "
                "or has characters that no name has",
            )

    def test_address(self) -> None:
        """An address stands for itself, and would never be looked up."""
        for name in ("10.0.0.1", "::1"):
            error = self.assertRaises(ValueError, require_name, name)
            self.assertEqual(
                str(error), f"a machine's name must not be an address: {name!r}"
            )

    def test_no_string(self) -> None:
        """A name is a string."""
        for name, shown in ((None, "None"), (5, "5"), (b"www", "b'www'")):
            error = self.assertRaises(TypeError, require_name, name)
            self.assertEqual(
                str(error), f"a machine's name must be a string, not {shown}"
            )


class AddressTests(SynchronousTestCase):
    """Addresses of machines."""

    def refusal(self, *addresses: Any) -> str:
        """Return why a machine cannot have these."""
        error = self.assertRaises(ValueError, require_own_addresses, addresses)
        return str(error)

    def test_sound(self) -> None:
        """They are kept in the form in which they are compared."""
        own = require_own_addresses(["192.0.2.1", "2001:DB8::0:1", "fe80::1"])

        self.assertEqual(own, ("192.0.2.1", "2001:db8::1", "fe80::1"))

    def test_loopback(self) -> None:
        """Who has loopback addresses does not share them."""
        for address in ("127.0.0.1", "127.9.9.9", "::1"):
            self.assertEqual(
                self.refusal(address),
                f"no machine can be given {address}: "
                "each has loopback addresses of its own",
            )

    def test_many(self) -> None:
        """Nor can one machine have what means many, or all."""
        for address, reason in (
            ("0.0.0.0", "it means all addresses of a machine"),
            ("::", "it means all addresses of a machine"),
            ("255.255.255.255", "it means all machines"),
            ("224.0.0.1", "it means a group of machines"),
            ("ff02::1", "it means a group of machines"),
        ):
            self.assertEqual(
                self.refusal("192.0.2.1", address),
                f"no machine can be given {address}: {reason}",
            )

    def test_twice(self) -> None:
        """An address is given once, however it is written."""
        self.assertEqual(
            self.refusal("2001:db8::1", "2001:DB8:0::1"), "2001:db8::1 is given twice"
        )

    def test_no_address(self) -> None:
        """An address is an address, as a string."""
        self.assertEqual(self.refusal("www"), "not an IP address: 'www'")
        for wrong, shown in (
            (b"10.0.0.9", "b'10.0.0.9'"),
            (["10.0.0.9"], "['10.0.0.9']"),
        ):
            error = self.assertRaises(TypeError, require_own_addresses, [wrong])
            self.assertEqual(str(error), f"an address must be a string, not {shown}")
