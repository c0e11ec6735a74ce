"""Tests of how two runs of a suite are compared."""

from collections.abc import Mapping
from configparser import Error
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness.suites.comparing import Comparison, Difference, read_known
from harness.suites.outcomes import Outcome
from harness.suites.running import Run


def run_with(complaint: str = "", **kinds: str) -> Run:
    """Make a run with tests of the suite ``pack`` that had outcomes of these kinds."""
    outcomes = {f"pack.{test}": Outcome(kind) for test, kind in kinds.items()}
    return Run("some", outcomes, 0.0, 0.0, complaint)


def compare(
    expected: Run, actual: Run, known: Mapping[str, str] | None = None
) -> Comparison:
    """Compare runs of the suite ``pack``."""
    return Comparison("pack", expected, actual, known or {})


class ComparisonTests(SynchronousTestCase):
    """What is a difference, and what becomes of it."""

    def test_alike(self) -> None:
        """The same kind of outcome is no difference, be it good or bad."""
        run = run_with(a="passed", b="failed")
        comparison = compare(run, run)

        self.assertEqual(comparison.differences, [])
        self.assertTrue(comparison.is_as_expected)

    def test_different(self) -> None:
        """Another kind is one, and not expected."""
        comparison = compare(
            run_with(a="passed", b="failed"), run_with(a="passed", b="error")
        )

        self.assertEqual(
            comparison.unlisted,
            [Difference("pack.b", Outcome("failed"), Outcome("error"))],
        )
        self.assertFalse(comparison.is_as_expected)

    def test_reasons_do_not_matter(self) -> None:
        """They may hold what differs in every run."""
        one, other = (
            Run("some", {"pack.a": Outcome("failed", reason)}, 0.0, 0.0)
            for reason in ("at 0x1", "at 0x2")
        )

        self.assertEqual(compare(one, other).differences, [])

    def test_missing_on_either_side(self) -> None:
        """A test that only one of them ran is a difference."""
        comparison = compare(run_with(a="passed"), run_with(b="passed"))

        self.assertEqual(
            comparison.differences,
            [
                Difference("pack.a", Outcome("passed"), Outcome("not run")),
                Difference("pack.b", Outcome("not run"), Outcome("passed")),
            ],
        )

    def test_known(self) -> None:
        """A difference that is listed is expected."""
        comparison = compare(
            run_with(a="passed"), run_with(a="failed"), {"pack.a": "processes"}
        )

        self.assertEqual((len(comparison.differences), comparison.unlisted), (1, []))
        self.assertTrue(comparison.is_as_expected)

    def test_outdated(self) -> None:
        """A list is to tell the truth: what it names does not pass on both."""
        run = run_with(a="passed", b="passed")
        comparison = compare(run, run, {"pack.a": "processes"})

        self.assertEqual(comparison.outdated, ["pack.a"])
        self.assertFalse(comparison.is_as_expected)

    def test_not_outdated(self) -> None:
        """Without a library a test may be skipped, or not be there at all."""
        run = run_with(skipped="skipped")
        comparison = compare(run, run, {"pack.skipped": "", "pack.absent": ""})

        self.assertEqual(comparison.outdated, [])

    def test_complaints(self) -> None:
        """A run that did not come to its end is never as expected."""
        for expected, actual in (
            (run_with("killed"), run_with()),
            (run_with(), run_with("killed")),
        ):
            comparison = compare(expected, actual)

            self.assertEqual(comparison.complaints, ["some: killed"])
            self.assertFalse(comparison.is_as_expected)


class KnownTests(SynchronousTestCase):
    """How differences with a reason are listed."""

    def listed(self, text: str) -> Path:
        """Write a list."""
        path = Path(self.mktemp())
        path.write_text(text)
        return path

    def test_reasons_by_test(self) -> None:
        """Several lists are read as one; letters keep their case."""
        known = read_known(
            [
                self.listed(
                    "# Why\n[processes, 100 %: all]\npack.Test.test_A\n\npack.b\n"
                ),
                self.listed("[files]\npack.c\n"),
            ]
        )

        self.assertEqual(
            known,
            {
                "pack.Test.test_A": "processes, 100 %: all",
                "pack.b": "processes, 100 %: all",
                "pack.c": "files",
            },
        )

    def test_a_name_without_a_reason(self) -> None:
        """It is refused: the reason is what the list is for."""
        self.assertRaises(Error, read_known, [self.listed("pack.a\n")])

    def test_a_name_twice(self) -> None:
        """One reason has it once."""
        self.assertRaises(Error, read_known, [self.listed("[x]\npack.a\npack.a\n")])
