# -*- test-case-name: harness.test.test_call_sites -*-
"""Which line of a program something is due to.

That is the innermost line which is neither Twisted's nor the harness's, nor of the
modules in which threads wait.
"""

import os
import re
from collections.abc import Sequence
from functools import cache
from types import FrameType

import twisted

_FOLDERS = tuple(
    os.path.dirname(path) + os.sep for path in (str(twisted.__file__), __file__)
)
_TESTS = f"{os.sep}test{os.sep}"
_ENTRY = re.compile(r'  File "(.+)", line (\d+)')


def call_site(frame: FrameType) -> str:
    """Find the innermost line of the program: ``/path/file.py:12``."""
    while _is_inner(frame.f_globals.get("__name__", "")) and frame.f_back is not None:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def call_site_in(stack: Sequence[str]) -> str:
    """Find it among the lines of ``traceback.format_stack``."""
    sites = [match.groups() for match in map(_ENTRY.match, stack) if match is not None]
    outer = [site for site in sites if not _is_inner_file(site[0])]
    return ":".join((outer or sites)[-1])


@cache  # each frame of a deep stack asks, for each socket
def _is_inner(module: str) -> bool:
    return is_waiting(module) or (
        module.startswith(("twisted.", "zope.")) and ".test." not in module
    )


def is_waiting(module: str) -> bool:
    """Say whether a module is one in which threads wait, or one of the harness's."""
    return module in ("queue", "threading") or (
        module.startswith("harness.") and ".test." not in module
    )


def _is_inner_file(path: str) -> bool:
    return path.startswith(_FOLDERS) and _TESTS not in path
