"""Tests for the contracts: each notices what it should."""

import gc
from collections.abc import Callable

from twisted.trial.reporter import TestResult

from harness.test import test_contracts_virtual
from harness.test.breakages import BREAKAGES, Breakage
from harness.test.garbage import FrozenTestCase


def outcome(name: str) -> TestResult:
    """Run one test of `harness.test.test_contracts_virtual`."""
    class_name, method = name.split(".")
    result = TestResult()
    getattr(test_contracts_virtual, class_name)(method).run(result)
    # What a broken reactor leaves behind must not be found by the next test.
    gc.collect()
    return result


class BreakageTests(FrozenTestCase):
    """Tests of the contracts, each on a reactor broken in a way that it has to notice.

    On a reactor with nothing to notice they pass: that is the module they are from.
    """


def noticing(breakage: Breakage) -> Callable[[BreakageTests], None]:
    """Make the test that a breakage is noticed."""

    def test(self: BreakageTests) -> None:
        breakage.plant(self)

        unnoticed = [
            name for name in breakage.noticed_by if outcome(name).wasSuccessful()
        ]

        self.flushLoggedErrors()
        self.assertEqual(unnoticed, [])

    test.__doc__ = f"It is noticed when this is wrong: {breakage.name}."
    return test


for _breakage in BREAKAGES:
    _name = f"test_{_breakage.plant.__name__}"
    setattr(BreakageTests, _name, noticing(_breakage))
