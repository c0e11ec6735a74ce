"""Tests of files that are whole or not there."""

import os
import stat
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.saving import PartFile, SavingError
from twisted_examples.ch03_web_clients.test.disks import fill_disk


class PartFileTests(SynchronousTestCase):
    """A file in a folder that is empty otherwise."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.path = self.folder / "page.html"

    def names(self) -> list[str]:
        """List the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def save(self, data: bytes) -> None:
        """Write a whole file."""
        with PartFile(self.path) as file:
            file.write(data)
            file.commit()

    def assert_refused(self, path: Path, reason: str) -> None:
        """Assert that there can be no file, and why."""
        with self.assertRaises(SavingError) as caught:
            PartFile(path)

        self.assertEqual(str(caught.exception), f"cannot write {path}: {reason}")

    def test_appears_when_it_is_whole(self) -> None:
        """Before, it has another name in the same folder."""
        with PartFile(self.path) as file:
            file.write(b"one ")
            before = self.names()
            file.write(b"two")
            file.commit()

        self.assertEqual(len(before), 1)
        self.assertRegex(before[0], r"\A\.page\.html\.\w+\.part\Z")
        self.assertEqual(self.names(), ["page.html"])
        self.assertEqual(self.path.read_bytes(), b"one two")

    def test_leaves_nothing_behind(self) -> None:
        """Neither after an exception nor when it was simply not committed."""
        with self.assertRaises(ZeroDivisionError), PartFile(self.path) as file:
            file.write(b"half")
            raise ZeroDivisionError
        with PartFile(self.path) as file:
            file.write(b"half")

        self.assertEqual(self.names(), [])

    def test_leaves_alone_what_was_there(self) -> None:
        """What is not whole replaces nothing."""
        self.path.write_bytes(b"old")
        with PartFile(self.path) as file:
            file.write(b"half")

        self.assertEqual(self.path.read_bytes(), b"old")

    def test_replaces_what_was_there(self) -> None:
        """Its permissions stay."""
        self.path.write_bytes(b"older and longer")
        self.path.chmod(0o600)
        self.save(b"new")

        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    def test_has_the_permissions_of_any_new_file(self) -> None:
        """It is not kept from others only because it was temporary."""
        other = self.folder / "other"
        other.write_bytes(b"")
        self.save(b"new")

        self.assertEqual(self.path.stat().st_mode, other.stat().st_mode)

    def test_follows_a_symbolic_link(self) -> None:
        """The file is replaced, and not the link to it."""
        target = self.folder / "target"
        self.path.symlink_to("target")
        self.save(b"new")

        self.assertTrue(self.path.is_symlink())
        self.assertEqual(target.read_bytes(), b"new")

    def test_can_be_empty(self) -> None:
        """Nothing is something, if all of it is there."""
        self.save(b"")

        self.assertEqual(self.path.read_bytes(), b"")

    def test_takes_a_long_name(self) -> None:
        """The other name is no longer than a name can be."""
        self.path = self.folder / ("n" * 255)
        self.save(b"x")

        self.assertEqual(self.names(), ["n" * 255])

    def test_replaces_files_only(self) -> None:
        """Neither a folder, nor a device: renaming would replace it for everyone."""
        self.assert_refused(self.folder, "it is not a file")
        self.assert_refused(Path(os.devnull), "it is not a file")

    def test_says_why_it_cannot_be_written(self) -> None:
        """The folder is not there."""
        self.assert_refused(
            self.folder / "nowhere" / "page.html", "No such file or directory"
        )

    def test_says_that_the_disk_is_full(self) -> None:
        """It says so where it happens, and leaves nothing behind."""
        with PartFile(self.path) as file:
            fill_disk(self, self.folder / self.names()[0])
            with self.assertRaises(SavingError) as caught:
                file.write(b"data")

        self.assertEqual(
            str(caught.exception), f"cannot write {self.path}: No space left on device"
        )
        self.assertEqual(self.names(), [])

    def test_says_that_it_cannot_be_renamed(self) -> None:
        """Something else has taken its place meanwhile."""
        with PartFile(self.path) as file:
            (self.path / "folder").mkdir(parents=True)
            with self.assertRaises(SavingError) as caught:
                file.commit()

        self.assertEqual(
            str(caught.exception), f"cannot write {self.path}: Is a directory"
        )
        self.assertEqual(self.names(), ["page.html"])

    def test_can_lose_its_folder(self) -> None:
        """What cannot be removed because it is gone is gone."""
        with PartFile(self.path) as file:
            file.write(b"half")
            (self.folder / self.names()[0]).unlink()
            self.folder.rmdir()

        self.assertFalse(self.folder.exists())
