"""Tests for keeping what became of seeds."""

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness import SeedResult
from harness._results import Results, ResultsFile

HEADER = {"test": "a.B.test_c"}
FIRST = '{"test": "a.B.test_c"}\n'
SECOND = '{"seed": 1, "kind": "FailTest", "message": "no", "skipped": ""}\n'
THIRD = '{"seed": 2, "kind": "", "message": "", "skipped": "why"}\n'
FAILED = SeedResult(1, "FailTest", "no")
SKIPPED = SeedResult(2, skipped="why")


class ResultsTests(SynchronousTestCase):
    """What `Results` promises."""

    def test_failed(self) -> None:
        """Seeds that have failed are known, in order."""
        results = Results()
        for result in (SeedResult(3, "KeyError"), SKIPPED, FAILED):
            results.add(result)

        self.assertEqual(results.failed(), [1, 3])

    def test_begin_anew(self) -> None:
        """All can be forgotten."""
        results = Results()
        results.add(FAILED)
        results.begin_anew()
        results.close()

        self.assertEqual(results.done, {})


class ResultsFileTests(SynchronousTestCase):
    """What a `ResultsFile` promises."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())

    def open(self) -> ResultsFile:
        """Open the file, as long as the test lasts."""
        results = ResultsFile(self.path, HEADER)
        self.addCleanup(results.close)
        return results

    def error(self) -> str:
        """Return why the file is refused."""
        before = self.path.read_bytes()
        error = self.assertRaises(ValueError, ResultsFile, self.path, HEADER)
        self.assertEqual(self.path.read_bytes(), before)
        return str(error)

    def test_text(self) -> None:
        """A line says what it is about, and one each what became of a seed."""
        results = self.open()
        results.add(FAILED)
        results.add(SKIPPED)

        self.assertEqual(self.path.read_text(), FIRST + SECOND + THIRD)

    def test_goes_on(self) -> None:
        """What was written down need not be tried again."""
        self.path.write_text(FIRST + SECOND)
        results = self.open()
        results.add(SKIPPED)

        self.assertEqual(results.done, {1: FAILED, 2: SKIPPED})
        self.assertEqual(self.path.read_text(), FIRST + SECOND + THIRD)

    def test_killed_at_any_byte(self) -> None:
        """Wherever it was cut, whole lines count and what is written next is whole."""
        whole = FIRST + SECOND
        for size in range(len(whole)):
            self.path.write_text(whole[:size])
            results = ResultsFile(self.path, HEADER)
            results.add(SKIPPED)
            results.close()

            self.assertEqual(list(results.done), [2])
            self.assertEqual(self.path.read_text(), FIRST + THIRD)

    def test_begin_anew(self) -> None:
        """Old results are removed."""
        self.path.write_text(FIRST + SECOND)
        results = self.open()
        results.begin_anew()
        results.add(SKIPPED)

        self.assertEqual(results.done, {2: SKIPPED})
        self.assertEqual(self.path.read_text(), FIRST + THIRD)

    def test_of_something_else(self) -> None:
        """They are not mistaken for these, and stay as they are."""
        for text in ("something else", "something else\n", "something else\n\n"):
            self.path.write_text(text)

            self.assertEqual(
                self.error(), f"{self.path} has the results of something else"
            )

    def test_bytes(self) -> None:
        """A file that is no text is refused."""
        self.path.write_bytes(b"\xff\n")

        self.assertEqual(self.error(), rf"{self.path} has the results of \xff")

    def test_bad_lines(self) -> None:
        """The file and the line are named."""
        for line in (
            "nonsense",
            "",
            "[]",
            "7",
            '{"seed": 1, "kind": ""',
            '{"kind": ""}',
            '{"seed": "1"}',
            '{"seed": true}',
            '{"seed": 1, "kind": null}',
            '{"seed": 1, "colour": "red"}',
        ):
            self.path.write_text(f"{FIRST}{SECOND}{line}\n{THIRD}")

            self.assertEqual(self.error(), f"{self.path}, line 3: not a result")

    def test_no_file(self) -> None:
        """A folder, or a device that has no end, is not a file."""
        for path in ("/", "/dev/full"):
            error = self.assertRaises(ValueError, ResultsFile, Path(path), HEADER)

            self.assertEqual(str(error), f"{path} is not a file")

    def test_full_disk(self) -> None:
        """The file that cannot be written is named."""
        self.patch(Path, "exists", lambda path: False)

        error = self.assertRaises(OSError, ResultsFile, Path("/dev/full"), HEADER)
        self.assertEqual(error.filename, "/dev/full")
        self.assertEqual(error.strerror, "No space left on device")
