# -*- test-case-name: harness.test.test_script_files -*-
"""Conversations as text: who said what, and when, byte for byte.

A line has a time in seconds, the name of an end, and what it did: a literal of the
bytes that it sent, or ``half_close``, ``close`` or ``abort``. A line that begins with
``#`` is a remark::

    # A visitor is asked for her name.
    0.0  server  b'Who is there?\\r\\n'
    1.5  client  b'Ada\\r\\n'
    1.5  server  close
"""

from ast import literal_eval
from collections.abc import Iterator
from math import inf
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from harness._arguments import require_type

#: How an end ends.
ENDS = ("half_close", "close", "abort")


class Said(NamedTuple):
    """What one end did.

    Attributes:
        time: When, in seconds.
        who: The name of the end.
        what: The bytes that it sent, or the name of how it ended.
    """

    time: float
    who: str
    what: bytes | str


def read_conversation(path: str | PathLike[str]) -> list[Said]:
    """Read a conversation from a file.

    Raises:
        OSError: The file cannot be read.
        TypeError: It is not given by its path.
        ValueError: It is no conversation.
    """
    require_type("conversation", path, str | PathLike, "the path of a file")
    try:
        return parse_conversation(Path(path).read_text("utf-8"))
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not written in UTF-8") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def parse_conversation(text: str) -> list[Said]:
    """Read a conversation.

    Raises:
        ValueError: A line is not written like that, or is earlier than the one before.
    """
    conversation = list(_parse_lines(text))
    times = [said.time for said in conversation]
    if times != sorted(times):
        raise ValueError("the times of a conversation run backwards")
    return conversation


def _parse_lines(text: str) -> Iterator[Said]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield _parse_line(line)
            except (ValueError, SyntaxError, TypeError):
                raise ValueError(
                    f"line {number} is no part of a conversation: {line!r}"
                ) from None


def _parse_line(line: str) -> Said:
    time, who, what = line.split(None, 2)
    seconds = float(time)
    if not 0 <= seconds < inf:
        raise ValueError(time)
    return Said(seconds, who, _parse_what(what.strip()))


def _parse_what(what: str) -> bytes | str:
    if what in ENDS:
        return what
    data = literal_eval(what)
    if not isinstance(data, bytes):
        raise ValueError(what)
    return data
