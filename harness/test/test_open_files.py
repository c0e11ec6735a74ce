"""Tests of remembering which files are open."""

import builtins
import io
import os
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._open_files import OpenFiles


class OpenFilesTests(SynchronousTestCase):
    """Files that a program opens."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())
        self.path.write_bytes(b"data")
        self.files = OpenFiles(lambda: True)

    def names(self) -> list[str]:
        """Return the names of the files that are still open."""
        return [name for name, _ in self.files.still_open()]

    def test_open(self) -> None:
        """One that has not been closed is named, with the line that has opened it."""
        with self.files.watched(), open(self.path, "rb") as file:
            ((name, line),) = self.files.still_open()
            self.assertEqual(file.read(), b"data")

        self.assertEqual(name, repr(str(self.path)))
        self.assertRegex(line, r"test_open_files\.py:\d+$")

    def test_closed(self) -> None:
        """One that has been closed is forgotten."""
        with self.files.watched(), open(self.path, "rb"):
            pass

        self.assertEqual(self.names(), [])

    def test_however_it_is_opened(self) -> None:
        """The standard library's other ways use ``open``, and so does a number."""
        with self.files.watched():
            opened: list[Any] = [
                self.path.open("rb"),
                NamedTemporaryFile(),  # noqa: SIM115
                os.fdopen(os.open(self.path, os.O_RDONLY)),
            ]
            lines = [line for _, line in self.files.still_open()]
            for file in opened:
                file.close()

        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertIn("test_open_files.py:", line)

    def test_temporary_files(self) -> None:
        """They have names of their own, or none; the folder does not tell enough."""
        folder = str(self.path.parent)
        with self.files.watched():
            with NamedTemporaryFile(dir=folder) as file:
                self.assertEqual(self.names(), [repr(file.name)])
            with TemporaryFile(dir=folder):
                (name,) = self.names()

        self.assertRegex(name, r"^(a file without a name in '.*'|descriptor \d+)$")

    def test_descriptors(self) -> None:
        """A file that is opened by its number has no other name."""
        descriptor = os.open(self.path, os.O_RDONLY)
        with self.files.watched(), os.fdopen(descriptor):
            self.assertEqual(self.names(), [f"descriptor {descriptor}"])

    def test_dropped(self) -> None:
        """One that nobody holds has been closed by Python."""
        with self.files.watched():
            open(self.path, "rb").read()  # noqa: SIM115
            self.flushWarnings()

        self.assertEqual(self.names(), [])

    def test_detached(self) -> None:
        """One that has given away what it stands on is no file any more."""
        with self.files.watched():
            file = self.path.open()
            file.detach().close()

        self.assertEqual(self.names(), [])

    def test_of_others(self) -> None:
        """Those of threads that do not count are passed over."""
        others = OpenFiles(lambda: False)
        with others.watched(), open(self.path, "rb"):
            self.assertEqual(others.still_open(), [])

    def test_open_is_put_back(self) -> None:
        """After the block it is what it was."""
        before = builtins.open, io.open
        with self.files.watched():
            self.assertIsNot(builtins.open, before[0])

        self.assertEqual((builtins.open, io.open), before)
