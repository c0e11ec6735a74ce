# -*- test-case-name: harness.test.test_results -*-
"""What became of seeds, and a file of that, by which a search that was stopped goes on.

The first line says what is tried; each line after that is of one seed. A process may
be killed as it writes a line: such a half line is no result, and gets no other half.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class SeedResult(NamedTuple):
    """What became of one seed.

    Attributes:
        seed: The seed.
        kind: The name of the exception, or "" if the test did not fail.
        message: The first line of what it says.
        skipped: Why the test was skipped, or "".
    """

    seed: int
    kind: str = ""
    message: str = ""
    skipped: str = ""


class Results:
    """All results of a search.

    Attributes:
        done: What is known, by seed.
    """

    def __init__(self) -> None:
        self.done: dict[int, SeedResult] = {}

    def add(self, result: SeedResult) -> None:
        """Note a result."""
        self.done[result.seed] = result

    def failed(self) -> list[int]:
        """Return the seeds with which the test failed, ascending."""
        return sorted(seed for seed, result in self.done.items() if result.kind)

    def begin_anew(self) -> None:
        """Forget all of them."""
        self.done.clear()

    def close(self) -> None:
        """Write nothing any more."""


class ResultsFile(Results):
    """Results that are kept in a file.

    Args:
        path: The file. What is there is read.
        header: Says what is tried.

    Raises:
        ValueError: It is no such file, or is about something else.
        OSError: It cannot be read or written.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        super().__init__()
        self._path = path
        self._header = f"{json.dumps(header)}\n"
        is_begun = self._read()
        # Without a buffer, in which a line could be left that cannot be written.
        self._file = path.open("ab", buffering=0)
        if not is_begun:
            self._write(self._header)

    def add(self, result: SeedResult) -> None:
        super().add(result)
        self._write(f"{json.dumps(result._asdict())}\n")

    def begin_anew(self) -> None:
        super().begin_anew()
        self._file.truncate(0)
        self._write(self._header)

    def close(self) -> None:
        self._file.close()

    def _write(self, line: str) -> None:
        rest = line.encode()
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            # It does not know what it was about.
            raise OSError(error.errno, error.strerror, str(self._path)) from None

    def _read(self) -> bool:
        """Read what is there, and remove half a line; say whether anything is left."""
        if not self._path.exists():
            return False
        if not self._path.is_file():
            raise ValueError(f"{self._path} is not a file")
        *lines, cut = self._path.read_bytes().split(b"\n")
        header = self._header.encode()
        is_right = lines[0] + b"\n" == header if lines else header.startswith(cut)
        if not is_right:
            first = (lines or [cut])[0].decode("utf-8", "backslashreplace")
            raise ValueError(f"{self._path} has the results of {first[:200]}")
        for number, line in enumerate(lines[1:], 2):
            result = _parse(line)
            if result is None:
                raise ValueError(f"{self._path}, line {number}: not a result")
            super().add(result)
        if cut:
            os.truncate(self._path, sum(len(line) + 1 for line in lines))
        return bool(lines)


def _parse(line: bytes) -> SeedResult | None:
    """Read one line, or return None if that is not what was written."""
    try:
        read = json.loads(line)
        result = SeedResult(**read)
    except (ValueError, TypeError):
        return None
    is_one = type(result.seed) is int and all(isinstance(s, str) for s in result[1:])
    return result if is_one else None
