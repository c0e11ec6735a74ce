"""Whole programs: what they print, what they are told, and how they end."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, Network, run_program
from harness.test.samples.door import keep, ring, shout


class DoorTests(SynchronousTestCase):
    """Programs on two hosts."""

    def setUp(self) -> None:
        self.network = Network()
        self.house = self.network.host("house", "192.0.2.1")
        self.street = self.network.host("street", "192.0.2.2")

    def test_two_programs_talk(self) -> None:
        """Each has its own output."""
        with (
            run_program(keep, host=self.house) as keeper,
            run_program(ring, "house", "Ada", host=self.street) as visitor,
        ):
            self.assertEqual(visitor.wait(), 0)

        self.assertEqual(keeper.stdout, "The door is open.\n")
        self.assertEqual(visitor.stdout, "Hello, Ada\n")

    def test_nobody_there(self) -> None:
        """What fails is said on standard error, and the shell is told."""
        with run_program(ring, "house", "Ada", host=self.street) as visitor:
            status = visitor.wait()

        self.assertEqual(status, 1)
        self.assertEqual(visitor.stdout, "")
        self.assertEqual(
            visitor.stderr,
            "Nobody is there: "
            "Connection was refused by other side: 111: Connection refused.\n",
        )

    def test_many_visitors(self) -> None:
        """A host runs as many programs as there are, each as a process of its own."""
        names = ["Ada", "Grace", "Barbara"]
        with run_program(keep, host=self.house):
            for name in names:
                with run_program(ring, "house", name, host=self.street) as visitor:
                    visitor.wait()

                self.assertEqual(visitor.stdout, f"Hello, {name}\n")

    def test_closes_at_ten(self) -> None:
        """Ctrl-C at its time."""
        with run_program(keep, host=self.house) as keeper:
            keeper.interrupt(after=10)
            self.network.advance(9.75)
            self.assertIsNone(keeper.exit_status)
            self.assertEqual(keeper.wait(), 0)

        self.assertEqual(self.network.seconds(), 10)
        self.assertEqual(keeper.stdout, "The door is open.\nThe door is closed.\n")

    def test_never_ends(self) -> None:
        """A server that nobody stops is waited for in vain, and that is an error."""
        with run_program(keep, host=self.house) as keeper:
            self.assertRaises(Deadlock, keeper.wait)

    def test_shouts(self) -> None:
        """Lines come from the keyboard when they are typed, until Ctrl-D."""
        with run_program(shout, host=self.street) as shouter:
            shouter.console.type(b"hello\n")
            shouter.console.type(b"anybody?\n", after=2)
            shouter.console.end_input(after=3)
            self.network.advance(1)
            self.assertEqual(shouter.stdout, "HELLO\n")
            self.assertEqual(shouter.wait(), 0)

        self.assertEqual(shouter.stdout, "HELLO\nANYBODY?\n")
