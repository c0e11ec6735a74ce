"""Tests of the table of names."""

from twisted.trial.unittest import SynchronousTestCase

from harness._names import Names


class NamesTests(SynchronousTestCase):
    """Names are looked up as DNS does."""

    def test_addresses(self) -> None:
        """A name has the addresses that it was given, in canonical form."""
        names = Names()
        names["example.com"] = ["192.0.2.1", "2001:DB8:0::1"]

        self.assertEqual(names.addresses("example.com"), ("192.0.2.1", "2001:db8::1"))

    def test_case_and_final_dot(self) -> None:
        """Neither case nor a final dot matters."""
        names = Names()
        names["Example.COM."] = ["192.0.2.1"]

        self.assertEqual(names["example.com"], ("192.0.2.1",))
        self.assertEqual(names.addresses("EXAMPLE.com."), ("192.0.2.1",))

    def test_unknown(self) -> None:
        """A name that is not in the table has no address."""
        self.assertEqual(Names().addresses("example.com"), ())

    def test_literal(self) -> None:
        """An address stands for itself, whatever the table says."""
        self.assertEqual(Names().addresses("192.0.2.1"), ("192.0.2.1",))
        self.assertEqual(Names().addresses("::FFFF:192.0.2.1"), ("192.0.2.1",))

    def test_localhost(self) -> None:
        """Every network knows its own machine's name."""
        self.assertEqual(Names().addresses("localhost"), ("127.0.0.1",))

    def test_mapping(self) -> None:
        """It is a mapping like another."""
        names = Names()
        names["a"] = []
        del names["localhost"]

        self.assertEqual((list(names), len(names), "A" in names), (["a"], 1, True))

    def test_not_an_address(self) -> None:
        """A mistake in the table is found where it is made."""
        names = Names()

        for wrong in (["example.org"], "192.0.2.1"):
            with self.assertRaises(ValueError):
                names["example.com"] = wrong
