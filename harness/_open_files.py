# -*- test-case-name: harness.test.test_open_files -*-
"""Remember which files are opened, and where."""

import builtins
import io
import pathlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, NamedTuple
from weakref import ref

from harness._call_sites import call_site

#: Whose ``open`` is replaced. In Python 3.10 a class of ``pathlib`` keeps one.
_OWNERS: list[Any] = [builtins, io]
_OWNERS += [owner for owner in [vars(pathlib).get("_NormalAccessor")] if owner]


class _OpenFile(NamedTuple):
    """A file that was opened."""

    file: "ref[Any]"
    name: object
    made_at: str


class OpenFiles:
    """The files that are opened while they are watched.

    What ``open`` returns is watched, which ``io``, ``pathlib``, ``tempfile`` and most
    of the standard library use too. A file that nobody holds any more is closed by
    Python itself.

    Args:
        is_ours: Says whether the thread that calls is one whose files count.
    """

    def __init__(self, is_ours: Callable[[], bool]) -> None:
        self._is_ours = is_ours
        self._opened: list[_OpenFile] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch them."""
        real_open = io.open

        @wraps(real_open)
        def watched_open(file: Any, *args: Any, **kwargs: Any) -> Any:
            opened = real_open(file, *args, **kwargs)
            if self._is_ours():
                made_at = call_site(sys._getframe(1))
                self._opened.append(_OpenFile(ref(opened), file, made_at))
            return opened

        before = [(owner, vars(owner)["open"]) for owner in _OWNERS]
        # A class would make a method of a function, but not of this.
        _set_open([(owner, staticmethod(watched_open)) for owner in _OWNERS])
        try:
            yield
        finally:
            _set_open(before)

    def still_open(self) -> list[tuple[str, str]]:
        """Return the names of those that were not closed, and the lines."""
        return [
            (_in_words(opened), opened.made_at)
            for opened in self._opened
            if _is_open(opened.file())
        ]


def _in_words(opened: _OpenFile) -> str:
    """Write its name down, which may be another than the one that was asked for."""
    name = getattr(opened.file(), "name", opened.name)
    if not isinstance(name, int):
        return repr(name)  # of a temporary file, that is chosen after the folder
    if isinstance(opened.name, int):
        return f"descriptor {name}"
    return f"a file without a name in {opened.name!r}"


def _is_open(file: Any) -> bool:
    """Say whether a file can still be used; if it is None, nobody holds it."""
    with suppress(ValueError):  # it has been detached from what it stands on
        return file is not None and not file.closed
    return False


def _set_open(attributes: list[tuple[Any, object]]) -> None:
    for owner, opener in attributes:
        owner.open = opener
