# -*- test-case-name: harness.test.test_loading -*-
"""Find one test by the name by which trial knows it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from twisted.trial.runner import TestLoader
from twisted.trial.unittest import SynchronousTestCase, TestSuite

from harness._faults import Fault
from harness._repeating import RepeatedTest
from harness._sessions import EXPLORATION


class NotATest(ValueError):
    """A name is not that of one test, or there is no such module to import."""


@lru_cache
def load(name: str) -> tuple[RepeatedTest, Sequence[Fault] | None]:
    """Find a test by the name by which trial knows it.

    Returns:
        The test, and what may go wrong if `harness.explore` has been told.

    Raises:
        NotATest: That is not the name of one test, or its module does not exist or
            cannot be imported.
        TypeError: It is an asynchronous one.
    """
    loaded: list[object] = []
    if all(part.isidentifier() for part in name.split(".")):
        _import_modules(name)
        loaded = list(_tests_in(TestLoader().loadByName(name)))
    if len(loaded) != 1 or not isinstance(loaded[0], SynchronousTestCase):
        raise NotATest(f"{name} is not the name of one test")
    case = loaded[0]
    method = getattr(case, case._testMethodName)
    exploration = getattr(method, EXPLORATION, None)
    faults = None if exploration is None else exploration.faults
    return RepeatedTest(type(case), case._testMethodName), faults or None


def _import_modules(name: str) -> None:
    """Import the modules of a name: trial does not say why one cannot be."""
    path = ""
    module: ModuleType | None = None
    for part in name.split("."):
        path = f"{path}.{part}".lstrip(".")
        try:
            module = import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:
                raise _cannot_import(path, error) from error
            if not _may_have(module, part):
                raise NotATest(f"there is no module {path}") from error
            return  # what is left are names in the last module
        except (Exception, SystemExit) as error:
            raise _cannot_import(path, error) from error


def _may_have(module: ModuleType | None, name: str) -> bool:
    """Say whether a name may be one in a module: in a package others are modules."""
    return module is not None and (
        hasattr(module, name) or not hasattr(module, "__path__")
    )


def _cannot_import(path: str, error: BaseException) -> NotATest:
    reason = str(error).partition("\n")[0]
    return NotATest(f"{path} cannot be imported: {type(error).__name__}: {reason}")


def _tests_in(suite: object) -> Iterator[object]:
    if isinstance(suite, TestSuite):
        for each in suite:
            yield from _tests_in(each)
    else:
        yield suite
