"""Tests of the way to the data files."""

from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_bytes, fixture_path


class FixturePathTests(SynchronousTestCase):
    """Data files are found wherever the harness is installed."""

    def test_finds_a_file(self) -> None:
        """A name leads to an existing file."""
        self.assertTrue(fixture_path("README.rst").is_file())

    def test_unknown_name(self) -> None:
        """A name that is not there fails where it is asked for, and is named."""
        with self.assertRaisesRegex(FileNotFoundError, "no fixture no/such in "):
            fixture_path("no", "such")

    def test_stays_inside(self) -> None:
        """A name that leads out of the folder is refused, whether it exists or not."""
        with self.assertRaisesRegex(ValueError, r"^\.\./harness is outside fixtures/$"):
            fixture_path("..", "harness")


class FixtureBytesTests(SynchronousTestCase):
    """A file's content, as it is."""

    def test_reads_the_file(self) -> None:
        """The content comes as bytes."""
        self.assertEqual(
            fixture_bytes("README.rst"), fixture_path("README.rst").read_bytes()
        )
        self.assertIn(b"fixtures", fixture_bytes("README.rst").lower())
