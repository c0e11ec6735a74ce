"""Tests of what a link can be like."""

from dataclasses import replace
from math import inf, nan
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._conditions import Conditions


class ConditionsTests(SynchronousTestCase):
    """What can be asked for, and what cannot."""

    def test_ideal(self) -> None:
        """A link that nobody has said anything of takes no time and loses nothing."""
        self.assertTrue(Conditions().are_ideal)
        self.assertFalse(Conditions(latency=0.001).are_ideal)

    def test_impossible(self) -> None:
        """What cannot be is refused, in the unit that it is meant in."""
        refused = {
            "latency": (-1, "no latency of -1 seconds"),
            "jitter": (inf, "no jitter of inf seconds"),
            "bandwidth": (0, "no bandwidth of 0 bits per second"),
            "segment": (0, "no segment of 0 bytes"),
            "loss": (1.5, "no loss of 1.5 as a probability"),
            "duplication": (-0.1, "no duplication of -0.1 as a probability"),
            "reordering": (nan, "no reordering of nan as a probability"),
        }
        for name, (value, message) in refused.items():
            error = self.assertRaises(
                ValueError, replace, Conditions(), **{name: value}
            )
            self.assertEqual(str(error), message)

    def test_part_of_a_byte(self) -> None:
        """Nothing is cut inside a byte."""
        for wrong in (1.5, nan, -inf):
            error = self.assertRaises(ValueError, Conditions, segment=wrong)
            self.assertEqual(str(error), f"no segment of {wrong} bytes")

    def test_no_number(self) -> None:
        """What is no number is told so by its name."""
        for name in vars(Conditions()):
            error = self.assertRaises(TypeError, Conditions, **{name: "1"})
            self.assertEqual(str(error), f"{name} must be a number, not '1'")

    def test_changed(self) -> None:
        """Some can be changed; the others stay."""
        before = Conditions(latency=1, loss=0.5)

        self.assertEqual(
            before.changed(loss=0.25, jitter=2),
            Conditions(latency=1, loss=0.25, jitter=2),
        )

    def test_unknown(self) -> None:
        """Who mistypes a condition is told which there are."""
        changes: Any = {"latancy": 1}
        error = self.assertRaises(TypeError, Conditions().changed, **changes)

        self.assertEqual(
            str(error),
            "no condition 'latancy': there are latency, jitter, bandwidth, segment, "
            "loss, duplication, reordering",
        )
