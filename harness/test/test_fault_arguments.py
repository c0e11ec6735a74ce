"""Tests for what faults can be told."""

from math import inf, nan
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault

#: Fault's methods, without the types that keep people from telling them nonsense.
make: Any = Fault


class ArgumentsTests(SynchronousTestCase):
    """A fault says where it is made what is wrong with it."""

    def assert_refused(
        self, kind: type[Exception], message: str, name: str, *args: Any, **kw: Any
    ) -> None:
        """Assert that a fault cannot be made like that."""
        error = self.assertRaises(kind, getattr(make, name), *args, **kw)

        self.assertEqual(str(error), message)

    def test_bytes(self) -> None:
        """What still gets through are so many whole bytes."""
        wanted = "reset: after must be a number of bytes, 0 or more, not"
        self.assert_refused(ValueError, f"{wanted} -1", "reset", after=-1)
        self.assert_refused(TypeError, f"{wanted} 'x'", "reset", after="x")
        self.assert_refused(TypeError, f"{wanted} 1.5", "reset", 1.5)
        self.assert_refused(TypeError, f"{wanted} True", "reset", True)
        self.assertEqual(str(Fault.reset(after=0)), "reset")

    def test_size(self) -> None:
        """A piece has at least one byte."""
        wanted = "segment: size must be a number of bytes, 1 or more, not"
        self.assert_refused(ValueError, f"{wanted} 0", "segment", 0)
        self.assert_refused(ValueError, f"{wanted} -5", "segment", -5)
        self.assertEqual(Fault.segment(1).number, 1)

    def test_alert(self) -> None:
        """The number of an alert is one byte."""
        wanted = "tls_alert: number must be the number of an alert, 0 to 255, not"
        self.assert_refused(ValueError, f"{wanted} 256", "tls_alert", 256)
        self.assert_refused(ValueError, f"{wanted} -1", "tls_alert", -1)
        self.assertEqual(
            (make.tls_alert(0).number, make.tls_alert(255).number), (0, 255)
        )

    def test_seconds(self) -> None:
        """Time does not run backwards, and comes to an end."""
        wanted = "must be a number of seconds, 0 or more, not"
        for name in (
            "slow_name",
            "drip",
            "delay",
            "jitter",
            "partition",
            "crash",
            "reorder",
        ):
            for value in (-1, nan, inf):
                message = f"{name}: seconds {wanted} {value}"
                self.assert_refused(ValueError, message, name, value)
            self.assert_refused(TypeError, f"{name}: seconds {wanted} None", name, None)
            self.assertEqual(getattr(make, name)(0).seconds, 0)

    def test_skew(self) -> None:
        """A clock can be slow as well as fast."""
        wanted = "skew: seconds must be a number of seconds, not"
        self.assert_refused(ValueError, f"{wanted} inf", "skew", inf)
        self.assert_refused(ValueError, f"{wanted} nan", "skew", nan)
        self.assertEqual(Fault.skew(-0.5).seconds, -0.5)

    def test_boot(self) -> None:
        """What starts the programs of a machine can be called."""
        message = "crash: boot must be a function, or None, not 'now'"
        self.assert_refused(TypeError, message, "crash", boot="now")

    def test_nth(self) -> None:
        """One counts from one."""
        wanted = "refuse: nth must be 1 for the first time, or more, not"
        self.assert_refused(ValueError, f"{wanted} 0", "refuse", nth=0)
        self.assert_refused(ValueError, f"{wanted} -1", "refuse", nth=-1)
        self.assert_refused(TypeError, f"{wanted} '1'", "refuse", nth="1")
        self.assertEqual(Fault.refuse(nth=1).nth, 1)

    def test_host(self) -> None:
        """A machine is told by its name."""
        wanted = "refuse: host must be the name of a machine, not"
        self.assert_refused(ValueError, f"{wanted} ''", "refuse", host="")
        self.assert_refused(TypeError, f"{wanted} 7", "refuse", host=7)

    def test_target(self) -> None:
        """Whom it concerns is a name or an address."""
        wanted = "refuse: target must be a name or an address, not"
        self.assert_refused(ValueError, f"{wanted} ''", "refuse", target="")
        self.assert_refused(ValueError, f"{wanted} 'a..b'", "refuse", target="a..b")
        self.assert_refused(TypeError, f"{wanted} b'a'", "refuse", target=b"a")

    def test_target_of_a_look_up(self) -> None:
        """An address stands for itself, and is never looked up."""
        wanted = "no_name: target must be a name, which is what is looked up, not"
        self.assert_refused(
            ValueError, f"{wanted} '192.0.2.1'", "no_name", target="192.0.2.1"
        )
        self.assert_refused(ValueError, f"{wanted} ''", "no_name", target="")
        self.assertEqual(Fault.no_name(target="server").target, "server")

    def test_port(self) -> None:
        """A port is a number of sixteen bits, and not 0."""
        wanted = "refuse: port must be a port, 1 to 65535, not"
        self.assert_refused(ValueError, f"{wanted} 0", "refuse", port=0)
        self.assert_refused(ValueError, f"{wanted} 65536", "refuse", port=65536)
        self.assert_refused(TypeError, f"{wanted} '80'", "refuse", port="80")
        self.assertEqual(
            (Fault.in_use(port=1).port, Fault.in_use(port=65535).port), (1, 65535)
        )

    def test_what_the_operation_does_not_have(self) -> None:
        """A fault cannot be confined to what would never be met."""
        for name, argument, value in (
            ("no_name", "port", 80),
            ("cancel", "host", "client"),
            ("disconnect", "target", "server"),
            ("cancel", "port", 80),
            ("skew", "target", "server"),
            ("skew", "port", 80),
        ):
            self.assert_refused(
                TypeError, f"{name} takes no {argument}", name, **{argument: value}
            )

    def test_what_the_fault_does_not_take(self) -> None:
        """What belongs to other faults is refused, and so is what belongs to none."""
        self.assert_refused(TypeError, "refuse takes no after", "refuse", after=3)
        self.assert_refused(TypeError, "reset takes no seconds", "reset", seconds=3)
        self.assertRaises(TypeError, make.reset, rate=5)

    def test_confined_afterwards(self) -> None:
        """That is checked in the same way."""
        self.assertRaises(ValueError, Fault.reset().only, nth=0)
        self.assertRaises(TypeError, Fault.cancel().only, host="client")

    def test_name(self) -> None:
        """There is no fault but those that there are."""
        error = self.assertRaises(ValueError, make, "boredom")

        self.assertIn("no fault 'boredom'; there are in_use, no_name", str(error))
