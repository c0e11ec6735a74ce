"""Tests of numbers of seconds that callers give."""

from fractions import Fraction
from math import inf, nan
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._seconds import require_seconds, require_timeout


class SecondsTests(SynchronousTestCase):
    """How much time somebody asks for."""

    def test_sound(self) -> None:
        """Any number will do that is not negative."""
        numbers: list[Any] = [0, 1, 0.5, Fraction(1, 3)]

        for number in numbers:
            self.assertEqual(require_seconds("delay", number), number)

    def test_impossible(self) -> None:
        """Time neither runs backwards nor ends."""
        for wrong, shown in ((-1, "-1"), (-0.5, "-0.5"), (inf, "inf"), (nan, "nan")):
            error = self.assertRaises(ValueError, require_seconds, "delay", wrong)
            self.assertEqual(
                str(error), f"delay must be a number of seconds, 0 or more, not {shown}"
            )

    def test_no_number(self) -> None:
        """What is no number is told so by its name."""
        for wrong, shown in (("1", "'1'"), (None, "None"), (True, "True")):
            error = self.assertRaises(TypeError, require_seconds, "delay", wrong)
            self.assertEqual(
                str(error), f"delay must be a number of seconds, 0 or more, not {shown}"
            )


class TimeoutTests(SynchronousTestCase):
    """How long somebody is to wait at most."""

    def test_without_end(self) -> None:
        """That may be for ever."""
        self.assertIsNone(require_timeout("timeout", None))
        self.assertIsNone(require_timeout("timeout", inf))

    def test_some_time(self) -> None:
        """Or any time that there can be."""
        self.assertEqual(require_timeout("timeout", 0), 0)
        self.assertRaises(ValueError, require_timeout, "timeout", nan)
        self.assertRaises(ValueError, require_timeout, "timeout", -1)
        self.assertRaises(TypeError, require_timeout, "timeout", "1")
