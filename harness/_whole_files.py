# -*- test-case-name: harness.test.test_whole_files -*-
"""Files that are written whole, or not at all."""

import os
from pathlib import Path


def write_whole(path: str | Path, content: bytes) -> None:
    """Write a file. If that cannot be done, what was there before stays.

    The content is written to a new file in the same folder, which then takes the place
    of the old one. What is no file, such as a terminal or a pipe, is written to as it
    is.

    Args:
        path: Where the file is to be. A symbolic link stays one.
        content: What is to be in it.

    Raises:
        OSError: It cannot be written. The error names ``path``.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            Path(path).write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path: Path, content: bytes) -> None:
    # Its name is short, since that of the file may be as long as names can be.
    part = path.with_name(f".harness-{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            file.write(content)
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
