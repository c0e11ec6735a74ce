"""Tests of the command ``python -m harness.benchmark``."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.__main__ import main
from harness.benchmark.catalogue import FULL, Sizes
from harness.benchmark.entries import Result
from harness.benchmark.figures import observed


class RecordingEntry:
    """Measures nothing, and states how many rounds were asked for, at which size."""

    def __init__(self, name: str, size: str) -> None:
        self.name = name
        self._size = size

    def run(self, rounds: int) -> Result:
        """Answer at once."""
        return Result(self.name, self._size, [observed("rounds", rounds, "rounds")])


def two_entries(sizes: Sizes) -> Mapping[str, RecordingEntry]:
    """List the entries that the command is given here."""
    size = "full" if sizes is FULL else "quick"
    return {name: RecordingEntry(name, size) for name in ("one", "two")}


class MainTests(SynchronousTestCase):
    """The command as its user sees it."""

    def run_main(self, *argv: str) -> str:
        """Run the command and return what it prints."""
        output = io.StringIO()
        with redirect_stdout(output):
            main(argv, two_entries)
        return output.getvalue()

    def assert_wrong_usage(self, *argv: str, says: str) -> None:
        """Run the command and check that it refuses."""
        errors = io.StringIO()
        with redirect_stderr(errors):
            ended = self.assertRaises(SystemExit, main, argv, two_entries)

        self.assertEqual(ended.code, 2)
        self.assertIn(says, errors.getvalue())

    def test_runs_everything_five_times(self) -> None:
        """Without arguments there is the full size of everything."""
        self.assertEqual(
            self.run_main().splitlines(),
            [
                "one: full",
                "    rounds                                       5 rounds",
                "",
                "two: full",
                "    rounds                                       5 rounds",
                "",
            ],
        )

    def test_runs_what_is_asked_for(self) -> None:
        """Names may be given several times, and run in the order given."""
        printed = self.run_main("--only", "two", "--only", "one", "--quick")

        self.assertEqual(
            [line for line in printed.splitlines() if ":" in line],
            ["two: quick", "one: quick"],
        )

    def test_json_is_one_document(self) -> None:
        """Nothing else is printed, so that a program can read it."""
        document = json.loads(self.run_main("--json", "--rounds", "2"))

        self.assertEqual(document["rounds"], 2)
        self.assertEqual([r["name"] for r in document["results"]], ["one", "two"])

    def test_an_unknown_name_is_wrong_usage(self) -> None:
        """It says which names there are."""
        self.assert_wrong_usage("--only", "three", says="'one', 'two'")

    def test_no_rounds_is_wrong_usage(self) -> None:
        """A median needs something to be taken of."""
        for text in ("0", "-1", "many"):
            self.assert_wrong_usage(
                f"--rounds={text}", says=f"must be 1 or more, not '{text}'"
            )
