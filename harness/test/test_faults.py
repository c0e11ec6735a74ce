"""Tests for what can go wrong."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault
from harness._faults import FAILURES, NAMES, Operation, fault_named

CONNECT = Operation("connect", "client", "192.0.2.1", 80)


class ConcernsTests(SynchronousTestCase):
    """Which operations a fault can befall."""

    def test_only_its_own_kind(self) -> None:
        """A name that is not found is no matter of connections."""
        self.assertTrue(Fault.refuse().concerns(CONNECT))
        self.assertFalse(Fault.no_name().concerns(CONNECT))

    def test_only_where_it_is_told_to(self) -> None:
        """The machine, the other end and the port can be given."""
        self.assertTrue(
            Fault.refuse(host="client", target="192.0.2.1", port=80).concerns(CONNECT)
        )
        for elsewhere in (
            Fault.refuse(host="server"),
            Fault.refuse(target="192.0.2.2"),
            Fault.refuse(port=81),
        ):
            self.assertFalse(elsewhere.concerns(CONNECT), elsewhere)

    def test_target_by_another_name(self) -> None:
        """Whom an operation concerns can be told by any name, however it is written."""
        named = CONNECT._replace(names=("server", "www.example.com"))
        for target in ("server", "WWW.Example.com.", "192.0.2.1", "::ffff:192.0.2.1"):
            self.assertTrue(Fault.refuse(target=target).concerns(named), target)
        self.assertFalse(Fault.refuse(target="example.com").concerns(named))

    def test_only(self) -> None:
        """A fault can be confined afterwards."""
        self.assertEqual(Fault.cut(3).only(port=80), Fault.cut(after=3, port=80))


class NamesTests(SynchronousTestCase):
    """What faults are called."""

    def test_all_can_be_made_by_name(self) -> None:
        """Each is called as the method that makes it."""
        for name in NAMES:
            self.assertEqual(fault_named(name).name, name)
        self.assertEqual(len(NAMES), 25)

    def test_unknown(self) -> None:
        """What does not exist is refused, and all that exist are told."""
        error = self.assertRaises(ValueError, fault_named, "boredom")

        self.assertIn("no fault 'boredom'; there are in_use, no_name", str(error))

    def test_failures_have_different_names(self) -> None:
        """So that each can be told by its name."""
        self.assertEqual(len({fault.name for fault in FAILURES}), len(FAILURES))

    def test_text(self) -> None:
        """It is that by which it is made."""
        self.assertEqual(str(Fault.refuse()), "refuse")
        self.assertEqual(str(Fault.cut(3, port=80)), "cut(after=3, port=80)")

    def test_operation_text(self) -> None:
        """Who asks for what, as far as it is known."""
        self.assertEqual(str(CONNECT), "client: connect 192.0.2.1 port 80")
        self.assertEqual(str(Operation("await")), "await")
        self.assertEqual(str(Operation("start", "client")), "client: start")
