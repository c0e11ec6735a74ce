# -*- test-case-name: twisted_examples.test.test_catalogue -*-
"""Which programs there are, read from their sources.

Nothing is imported: to look at a program must not run it, nor need what it needs.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

PACKAGE = "twisted_examples"
_CHAPTER = re.compile(r"ch\d\d_\w+")
_LIVE_TESTS = re.compile(r"(test_live_\w+)\.py")


class UnknownProgramError(LookupError):
    """There is no program of that name. The message tells which are named alike."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        nearest = get_close_matches(name.lower(), names)
        hint = "try 'twisted-examples list'"
        if nearest:
            hint = f"did you mean {' or '.join(nearest)}?"
        super().__init__(f"there is no program {name!r}: {hint}")


@dataclass(frozen=True)
class Program:
    """A module that is run as ``python -m``.

    Attributes:
        name: The last part of the module's name, by which the program goes.
        module: The module's whole name.
        summary: The first line of the docstring.
        source: The text of the module.
        tests: The names of the modules that test it.
    """

    name: str
    module: str
    summary: str
    source: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """A package of programs; its title is the first line of the docstring."""

    name: str
    title: str
    programs: tuple[Program, ...]


@dataclass(frozen=True)
class Catalogue:
    """All chapters, in order, each with its programs by name."""

    chapters: tuple[Chapter, ...]

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs of all chapters."""
        return tuple(
            program for chapter in self.chapters for program in chapter.programs
        )

    def find(self, name: str) -> Program:
        """Find a program by its name.

        Raises:
            UnknownProgramError: There is none.
        """
        programs = {program.name: program for program in self.programs}
        if name not in programs:
            raise UnknownProgramError(name, list(programs))
        return programs[name]


def read_catalogue(root: "Traversable | None" = None) -> Catalogue:
    """Read the sources of the chapters.

    Args:
        root: The folder of the package, if not the one that is installed here.
    """
    folders = sorted((root or files(PACKAGE)).iterdir(), key=lambda file: file.name)
    return Catalogue(
        tuple(_read_chapter(each) for each in folders if _CHAPTER.fullmatch(each.name))
    )


def _read_chapter(folder: "Traversable") -> Chapter:
    page = ast.parse((folder / "__init__.py").read_text("utf-8"))
    modules = sorted(
        file.name.removesuffix(".py")
        for file in folder.iterdir()
        if file.name.endswith(".py") and not file.name.startswith("_")
    )
    programs = (program for name in modules for program in _read_programs(folder, name))
    return Chapter(folder.name, _first_line(page), tuple(programs))


def _read_programs(folder: "Traversable", name: str) -> Iterator[Program]:
    """Yield the program that a module is, if it is one."""
    source = (folder / f"{name}.py").read_text("utf-8")
    summary = _summary(source)
    if summary is not None:
        yield Program(
            name,
            f"{PACKAGE}.{folder.name}.{name}",
            summary,
            source,
            tuple(
                f"{PACKAGE}.{folder.name}.test.{test}"
                for test in _test_modules(folder / "test", name)
            ),
        )


def _test_modules(folder: "Traversable", name: str) -> Iterator[str]:
    """Yield the module named after a program, and the live ones that speak of it.

    A live test often needs several programs, or starts several at once.
    """
    if (folder / f"test_{name}.py").is_file():
        yield f"test_{name}"
    files = folder.iterdir() if folder.is_dir() else iter(())
    for file in sorted(files, key=lambda file: file.name):
        live = _LIVE_TESTS.fullmatch(file.name)
        if live and re.search(rf"\b{name}\b", file.read_text("utf-8")):
            yield live[1]


@cache  # sources are parsed slowly, and change seldom
def _summary(source: str) -> str | None:
    """Return the first line of the docstring of a program, None for other modules."""
    tree = ast.parse(source)
    return _first_line(tree) if _is_program(tree) else None


def _is_program(tree: ast.Module) -> bool:
    """Tell a program from a module that is only a part of others."""
    has_main = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "main"
        for node in tree.body
    )
    return has_main and any(
        isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        for node in tree.body
    )


def _first_line(tree: ast.Module) -> str:
    """Return the sentence that a docstring opens with."""
    return (ast.get_docstring(tree) or "").partition("\n")[0]
