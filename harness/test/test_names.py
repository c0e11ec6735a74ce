"""Tests of the table of names."""

from math import inf, nan

from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
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

    def test_leading_to(self) -> None:
        """The names of an address are those of which any answer has it."""
        names = Names()
        names["one"] = ["192.0.2.1", "192.0.2.2"]
        names.answer_in_turn("two", ["192.0.2.3"], ["192.0.2.2"])

        self.assertEqual(names.leading_to("192.0.2.2"), ("one", "two"))
        self.assertEqual(names.leading_to("127.0.0.1"), ("localhost",))
        self.assertEqual(names.leading_to("192.0.2.4"), ())

    def test_other_scripts(self) -> None:
        """A name in another script is one with its form in ASCII."""
        names = Names()
        names["bücher.example"] = ["192.0.2.1"]

        self.assertEqual(names["XN--BCHER-KVA.example"], ("192.0.2.1",))

    def test_bytes(self) -> None:
        """A name may be asked for in bytes, as in old programs."""
        names = Names()
        names["example.com"] = ["192.0.2.1"]

        self.assertEqual(names.look_up(b"example.com"), (("192.0.2.1",), 0))

    def test_no_name(self) -> None:
        """What can be no name is neither entered nor looked up, as in Python."""
        names = Names()

        for wrong in ("a..example", "a" * 64):
            with self.assertRaises(UnicodeError):
                names.look_up(wrong)
            with self.assertRaises(ValueError):
                names[wrong] = ["192.0.2.1"]

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


class AnswerTests(SynchronousTestCase):
    """How a name is answered can be told for each."""

    def setUp(self) -> None:
        self.names = Names()
        self.names["example.com"] = ["192.0.2.1"]

    def test_at_once(self) -> None:
        """Nothing takes time unless it is told to."""
        self.assertEqual(self.names.look_up("example.com"), (("192.0.2.1",), 0))
        self.assertEqual(self.names.look_up("example.org"), ((), 0))

    def test_delay(self) -> None:
        """A slow name is slow whatever its answer is."""
        self.names.delay("Example.com.", 3)

        self.assertEqual(self.names.look_up("example.com"), (("192.0.2.1",), 3))
        self.names["example.com"] = ["192.0.2.2"]
        self.assertEqual(self.names.look_up("example.com"), (("192.0.2.2",), 3))
        del self.names["example.com"]
        self.assertEqual(self.names.look_up("example.com"), ((), 3))

    def test_no_delay(self) -> None:
        """A slow name can be made fast again."""
        self.names.delay("example.com", 3)
        self.names.delay("example.com", 0)

        self.assertEqual(self.names.look_up("example.com"), (("192.0.2.1",), 0))

    def test_literal(self) -> None:
        """An address needs no server, and cannot be slow."""
        self.names.delay("192.0.2.9", 3)

        self.assertEqual(self.names.look_up("192.0.2.9"), (("192.0.2.9",), 0))

    def test_fail(self) -> None:
        """A name whose servers are broken has no address."""
        self.names.fail("example.com")

        self.assertEqual(self.names.look_up("example.com"), ((), 0))
        self.assertEqual(self.names["example.com"], ())

    def test_fail_after(self) -> None:
        """A resolver takes its time to give up, and not that of the name."""
        self.names.delay("example.com", 3)
        self.names.fail("example.com", after=10)

        self.assertEqual(self.names.look_up("example.com"), ((), 10))

    def test_stall(self) -> None:
        """A look-up may take for ever."""
        self.names.stall("example.com")

        self.assertEqual(self.names.look_up("example.com"), ((), inf))

    def test_mend(self) -> None:
        """Addresses mend a name that failed or stalled."""
        for breaks in (self.names.fail, self.names.stall):
            breaks("example.com")
            self.names["example.com"] = ["192.0.2.1"]

            self.assertEqual(self.names.look_up("example.com"), (("192.0.2.1",), 0))

    def test_wrong_delay(self) -> None:
        """A delay that is none is found where it is given."""
        for wrong in (-1, inf, nan):
            with self.assertRaises(ValueError):
                self.names.delay("example.com", wrong)
            with self.assertRaises(ValueError):
                self.names.fail("example.com", after=wrong)
        for tell, name in (
            (self.names.delay, "delay: seconds"),
            (self.names.fail, "fail: after"),
        ):
            error = self.assertRaises(TypeError, tell, "example.com", "1")
            self.assertEqual(
                str(error), f"{name} must be a number of seconds, 0 or more, not '1'"
            )

        self.assertEqual(self.names.look_up("example.com"), (("192.0.2.1",), 0))

    def test_answer_in_turn(self) -> None:
        """Each look-up gets the next answer; the last one stays."""
        self.names.answer_in_turn("example.com", ["192.0.2.1"], [], ["192.0.2.3"])

        answers = [self.names.addresses("example.com") for _ in range(4)]

        self.assertEqual(answers, [("192.0.2.1",), (), ("192.0.2.3",), ("192.0.2.3",)])

    def test_next_answer(self) -> None:
        """To read the table is no look-up: it tells the next answer."""
        self.names.answer_in_turn("example.com", ["192.0.2.1"], ["192.0.2.2"])

        self.assertEqual(self.names["example.com"], ("192.0.2.1",))
        self.assertEqual(self.names["example.com"], ("192.0.2.1",))
        self.names.look_up("example.com")
        self.assertEqual(self.names["example.com"], ("192.0.2.2",))

    def test_wrong_answers(self) -> None:
        """No answer at all is a mistake, and so is one that is not a list."""
        with self.assertRaises(ValueError):
            self.names.answer_in_turn("example.com")
        with self.assertRaises(ValueError):
            self.names.answer_in_turn("example.com", "192.0.2.1", "192.0.2.2")

    def test_blocking(self) -> None:
        """Who blocks until there is an answer can only be told at once."""
        self.names.delay("example.com", 3)

        error = self.assertRaises(NotSimulated, self.names.addresses, "example.com")
        self.assertEqual(str(error), "a look-up of example.com that blocks for 3 s")
