# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_saving -*-
"""Write a file that is there when it is whole, and not at all before."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from twisted_examples.ch03_web_clients.errors import WebError


class SavingError(WebError):
    """The file cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"cannot write {path}: {reason}")


class PartFile:
    """A file that is written under another name, in the same folder.

    Used as a context manager, it leaves nothing behind unless it was committed.
    Renaming is one step within a folder only: that is why it is the same one. It
    replaces what was there, and keeps its permissions. A symbolic link is followed.

    Args:
        path: Where the file is to be in the end.

    Raises:
        SavingError: There is something there that is not a file, or nothing can be
            written there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = Path(os.path.realpath(path))
        if self._target.exists() and not self._target.is_file():
            raise SavingError(path, "it is not a file")
        name = f".{self._target.name[:100]}.{secrets.token_hex(8)}.part"
        self._part = self._target.with_name(name)
        with self._errors_explained():
            # Not buffered, so that a full disk shows where it belongs.
            self._file = open(self._part, "xb", buffering=0)  # noqa: SIM115

    def __enter__(self) -> "PartFile":
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the file unless it was committed."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink()

    def write(self, data: bytes) -> None:
        """Append ``data``.

        Raises:
            SavingError: That is not possible.
        """
        rest = memoryview(data)
        with self._errors_explained():
            while rest:
                rest = rest[self._file.write(rest) :]

    def commit(self) -> None:
        """Let the file appear, whole, under its name.

        Raises:
            SavingError: That is not possible.
        """
        with self._errors_explained():
            os.fsync(self._file.fileno())
            self._file.close()
            if self._target.exists():
                shutil.copymode(self._target, self._part)
            os.replace(self._part, self._target)

    @contextmanager
    def _errors_explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SavingError(self.path, error.strerror or str(error)) from error
