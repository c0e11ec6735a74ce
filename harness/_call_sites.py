# -*- test-case-name: harness.test.test_call_sites -*-
"""Which line of a program something is due to.

That is the innermost line which is neither Twisted's nor the harness's, nor the
standard library's. Where Twisted does by itself what was asked for earlier, as a loop
that schedules its next call, there is no such line on the stack but the one that lets
time pass: see `due_to`.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from types import FrameType

import twisted
from twisted.python.failure import Failure

_FOLDERS = tuple(
    os.path.dirname(path) + os.sep for path in (str(twisted.__file__), __file__)
)
_TESTS = f"{os.sep}test{os.sep}"
_ENTRY = re.compile(r'  File "(.+)", line (\d+)')

#: The ids of code that calls what somebody has asked for earlier, and how to find in a
#: frame of it the line that has asked; an empty text if that is not known. Such code
#: has to last as long as the process. (The hash of code is dear: it is that of all its
#: names and constants.)
due_to: dict[int, Callable[[FrameType], str]] = {}


def call_site(frame: FrameType, *, or_outermost: bool = True) -> str:
    """Find the innermost line of the program: ``/path/file.py:12``.

    Args:
        frame: The innermost to look at.
        or_outermost: Whether the outermost line of all must do if there is none of a
            program. Else that is "".
    """
    while _is_inner(name := frame.f_globals.get("__name__", "")) or (
        name == "__main__" and _is_inner_file(frame.f_code.co_filename)
    ):
        asked_at = due_to.get(id(frame.f_code))
        if asked_at is not None and (site := asked_at(frame)):
            return site
        if frame.f_back is None:
            if or_outermost:
                break
            return ""
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def call_site_in(stack: Sequence[str]) -> str:
    """Find it among the lines of ``traceback.format_stack``."""
    sites = [match.groups() for match in map(_ENTRY.match, stack) if match is not None]
    outer = [site for site in sites if not _is_inner_file(site[0])]
    return ":".join((outer or sites)[-1])


def call_site_of(failure: Failure) -> str:
    """Find it among the lines that an exception has passed: empty if it has not any."""
    sites = [(str(file), str(line)) for _, file, line, *_ in failure.frames]
    outer = [site for site in sites if not _is_inner_file(site[0])]
    return ":".join(outer[-1]) if outer else ""


@cache  # each frame of a deep stack asks, for each socket
def _is_inner(module: str) -> bool:
    if module.partition(".")[0] in sys.stdlib_module_names:
        return True
    return is_waiting(module) or not is_of_program(module)


def is_of_program(module: str) -> bool:
    """Say whether a module is neither Twisted's nor the harness's, or one of tests."""
    return ".test." in module or not module.startswith(
        ("twisted.", "zope.", "harness.")
    )


def is_waiting(module: str) -> bool:
    """Say whether a module is one in which threads wait, or one of the harness's."""
    return module in ("queue", "threading") or (
        module.startswith("harness.") and ".test." not in module
    )


def _is_inner_file(path: str) -> bool:
    return path.startswith(_FOLDERS) and _TESTS not in path
