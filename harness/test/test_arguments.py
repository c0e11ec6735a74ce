"""Tests of the checks of arguments."""

from collections.abc import Callable
from functools import partial

from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness._arguments import (
    require_clock,
    require_count,
    require_provider,
    require_type,
    require_whole_number,
)


class ArgumentsTests(SynchronousTestCase):
    """What is let through, and how the rest is refused."""

    def assert_refused(
        self, error: type[Exception], message: str, call: Callable[[], object]
    ) -> None:
        """Check that a call fails with one sentence."""
        self.assertEqual(str(self.assertRaises(error, call)), message)

    def test_type(self) -> None:
        """One of those asked for, and no other."""
        require_type("data", b"x", bytes, "bytes")
        require_type("path", "x", (str, bytes), "a path")

        self.assert_refused(
            TypeError,
            "data must be bytes, not 'x'",
            lambda: require_type("data", "x", bytes, "bytes"),
        )

    def test_provider(self) -> None:
        """What provides the interface, and not the class of what does."""
        require_provider("client", Protocol(), (IProtocol,), "a protocol")

        self.assert_refused(
            TypeError,
            f"client must be a protocol, not {Protocol!r}",
            lambda: require_provider("client", Protocol, (IProtocol,), "a protocol"),
        )

    def test_clock(self) -> None:
        """A clock alone, or a reactor."""
        require_clock("clock", Clock())
        require_clock("clock", VirtualReactor())

        self.assert_refused(
            TypeError,
            "clock must be a clock or a reactor, not 5",
            lambda: require_clock("clock", 5),
        )

    def test_whole_number(self) -> None:
        """Any, or from the least on; true and false are answers, and no numbers."""
        require_whole_number("seed", -1)
        require_whole_number("seed", 0, least=0)

        for wrong, shown in (
            ("1", "'1'"),
            (2.5, "2.5"),
            (True, "True"),
            (None, "None"),
        ):
            self.assert_refused(
                TypeError,
                f"seed must be a whole number, not {shown}",
                partial(require_whole_number, "seed", wrong),
            )
        self.assert_refused(
            ValueError,
            "seed must be a whole number, 0 or more, not -1",
            lambda: require_whole_number("seed", -1, least=0),
        )

    def test_count(self) -> None:
        """Whole numbers, from the least on."""
        require_count("times", 0, "attempts")
        require_count("size", 1, "bytes", least=1)

        self.assert_refused(
            TypeError,
            "times must be a whole number of attempts, not 1.5",
            lambda: require_count("times", 1.5, "attempts"),
        )
        self.assert_refused(
            ValueError,
            "size must be a whole number of bytes, 1 or more, not 0",
            lambda: require_count("size", 0, "bytes", least=1),
        )
