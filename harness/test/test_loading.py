"""Tests for finding one test by its name."""

import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault
from harness._loading import load

SAMPLE = "harness.test.samples_to_explore.Sample"


class LoadTests(SynchronousTestCase):
    """What `load` promises."""

    def module(self, name: str, text: str) -> None:
        """Write a module that can be imported as long as the test lasts."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / f"{name}.py").write_text(text)
        self.patch(sys, "path", [str(folder), *sys.path])

    def error(self, name: str) -> str:
        """Return what is said of a name."""
        return str(self.assertRaises(ValueError, load, name))

    def test_by_name(self) -> None:
        """A test is found by the name by which trial knows it."""
        test, faults = load(f"{SAMPLE}.test_chooses")

        self.assertEqual(test.name, f"{SAMPLE}.test_chooses")
        self.assertIsNone(faults)

    def test_explored(self) -> None:
        """What may go wrong with it is known."""
        _, faults = load(f"{SAMPLE}.test_skewed")

        self.assertEqual(faults, (Fault.skew(5),))

    def test_not_one(self) -> None:
        """A module has several tests, and what it does not have is none."""
        for name in (
            SAMPLE,
            "harness.test.samples_to_explore",
            f"{SAMPLE}s.test_chooses",
            "harness.Network.test_nothing",
            f"{SAMPLE}.test_nothing",
            f"{SAMPLE}.test_passes.im_func",
        ):
            self.assertEqual(self.error(name), f"{name} is not the name of one test")

    def test_no_module(self) -> None:
        """The first part of a name that leads nowhere is told."""
        for name, missing in (
            ("harness.test.no_such_module", "harness.test.no_such_module"),
            ("harness.test.no_such_module.Case.test", "harness.test.no_such_module"),
            ("no_such_package.Case.test", "no_such_package"),
        ):
            self.assertEqual(self.error(name), f"there is no module {missing}")

    def test_strange_names(self) -> None:
        """What is no name at all is not the name of a test."""
        for name in ("", "harness..test", "harness/test/samples_to_explore.py"):
            self.assertEqual(self.error(name), f"{name} is not the name of one test")

    def test_error_at_import(self) -> None:
        """The module is named, and the first line of the error."""
        self.module("harness_sample_raises", "raise KeyError('a\\nb')")
        self.module("harness_sample_needs", "import no_such_package_at_all")
        self.module("harness_sample_exits", "raise SystemExit(3)")

        self.assertEqual(
            [
                self.error(f"harness_sample_{name}.Case.test")
                for name in ("raises", "needs", "exits")
            ],
            [
                "harness_sample_raises cannot be imported: KeyError: 'a\\nb'",
                "harness_sample_needs cannot be imported: ModuleNotFoundError: "
                "No module named 'no_such_package_at_all'",
                "harness_sample_exits cannot be imported: SystemExit: 3",
            ],
        )

    def test_syntax_error(self) -> None:
        """So is one that cannot be read, with the line."""
        self.module("harness_sample_unreadable", "def (:\n")

        self.assertRegex(
            self.error("harness_sample_unreadable.Case.test"),
            r"^harness_sample_unreadable cannot be imported: SyntaxError: .* line 1\)$",
        )

    def test_asynchronous(self) -> None:
        """One that needs a reactor for itself is refused."""
        name = "harness.test.samples_to_explore.Asynchronous.test_nothing"

        self.assertRaises(TypeError, load, name)
