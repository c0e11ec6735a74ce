"""Tests of having seeds tried."""

from twisted.trial.unittest import SynchronousTestCase

from harness import SeedResult
from harness._executors import Here
from harness.test.samples import many_seeds


class FirstFailureTests(SynchronousTestCase):
    """What `many_seeds.first_failure` does."""

    def test_found(self) -> None:
        """It says with which seed the test fails, and how."""
        found = many_seeds.first_failure(Here())

        self.assertEqual(found, SeedResult(0, "FailTest", "1 != 0"))

    def test_nothing_found(self) -> None:
        """There need be none."""
        self.patch(many_seeds, "TEST", many_seeds.TEST.replace("chooses", "passes"))
        self.patch(many_seeds, "SEEDS", range(3))

        self.assertIsNone(many_seeds.first_failure(Here()))
