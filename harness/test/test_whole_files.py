"""Tests of files that are written whole, or not at all."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness._whole_files import write_whole


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file become longer than two bytes, as long as a ``with`` block lasts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class WriteWholeTests(SynchronousTestCase):
    """What is there afterwards."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.path = self.folder / "page.html"

    def names(self) -> list[str]:
        """Return the names of all files in the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def test_a_new_file(self) -> None:
        """It has the content, and others may read it as they may read any new file."""
        write_whole(self.path, b"new")
        ordinary = self.folder / "ordinary"
        ordinary.touch()

        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(self.path.stat().st_mode, ordinary.stat().st_mode)
        self.assertEqual(self.names(), ["ordinary", "page.html"])

    def test_in_place_of_another(self) -> None:
        """It may be read by those who could read that one."""
        self.path.write_bytes(b"old")
        self.path.chmod(0o640)
        write_whole(str(self.path), b"new")

        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o640)

    def test_no_room(self) -> None:
        """The old content stays, nothing is left beside it, and the file is named."""
        self.path.write_bytes(b"ol")
        with no_room():
            error = self.assertRaises(OSError, write_whole, self.path, b"newer")

        self.assertEqual(
            (error.filename, error.strerror), (str(self.path), "File too large")
        )
        self.assertEqual(self.path.read_bytes(), b"ol")
        self.assertEqual(self.names(), ["page.html"])

    def test_no_folder(self) -> None:
        """The error names the file that was asked for."""
        path = self.folder / "nowhere" / "page.html"
        error = self.assertRaises(FileNotFoundError, write_whole, path, b"new")

        self.assertEqual(error.filename, str(path))

    def test_a_long_name(self) -> None:
        """As long as names can be."""
        path = self.folder / ("x" * 255)
        write_whole(path, b"new")

        self.assertEqual(path.read_bytes(), b"new")

    def test_a_link(self) -> None:
        """It stays a link, and what it leads to is written."""
        link = self.folder / "link"
        link.symlink_to("page.html")
        write_whole(link, b"new")

        self.assertEqual(os.readlink(link), "page.html")
        self.assertEqual(self.path.read_bytes(), b"new")

    def test_no_file(self) -> None:
        """A pipe stays a pipe, and whoever reads it reads the content."""
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb"):
            write_whole(f"/dev/fd/{writing}", b"new")
            content = pipe.read1()
        full = self.assertRaises(OSError, write_whole, "/dev/full", b"new")

        self.assertEqual(content, b"new")
        self.assertEqual(
            (full.filename, full.strerror), ("/dev/full", "No space left on device")
        )

    def test_what_a_dead_process_has_left(self) -> None:
        """It is in nobody's way."""
        self.folder.joinpath(f".harness-{os.getpid()}.part").touch()
        write_whole(self.path, b"new")

        self.assertEqual(self.names(), ["page.html"])
