"""Promises that every program keeps, whichever there are."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.catalogue import PACKAGE, read_catalogue

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

PROGRAMS = read_catalogue().programs


class UntouchableReactor(MemoryReactorClock):
    """Fails whatever is asked of it."""

    def __init__(self) -> None:
        """Set nothing up: there is nothing to be had."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"reactor.{name} was asked for")


class UntouchableReactorTests(SynchronousTestCase):
    """The reactor that programs are given where they need none."""

    def test_cannot_be_used(self) -> None:
        """A program that uses it ends with an error."""

        async def main(reactor: MemoryReactorClock) -> None:
            reactor.callLater(1, print)

        with run_program(main, reactor=UntouchableReactor()) as running:
            pass

        self.assertEqual(running.exit_status, 1)
        self.assertEqual(len(self.flushLoggedErrors(AssertionError)), 1)


def sources(folder: "Traversable | None" = None) -> Iterator[tuple[str, str]]:
    """Yield name and source of each module of the package that is not a test."""
    for file in (folder or files(PACKAGE)).iterdir():
        if file.is_dir() and file.name != "test":
            yield from sources(file)
        elif file.name.endswith(".py"):
            yield str(file), file.read_text("utf-8")


def imported_names(source: str) -> set[str]:
    """Collect what a module imports, anywhere in it, by its whole name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def is_forbidden(name: str) -> bool:
    """Tell whether a program may not import this."""
    return (
        name.partition(".")[0] in {"harness", "fixtures"}
        or re.match(r"twisted\.internet\.reactor\b", name) is not None
    )


class IsForbiddenTests(SynchronousTestCase):
    """What no program may import."""

    def test_finds_every_way_to_import(self) -> None:
        """However it is written, an import is seen, and in a function too."""
        for source in (
            "import harness",
            "import sys, harness.test as h",
            "from harness import Network",
            "from harness.test import test_data",
            "import fixtures",
            "from twisted.internet import defer, reactor",
            "from twisted.internet import reactor as r",
            "import twisted.internet.reactor",
            "from twisted.internet.reactor import callLater",
            "def f():\n    from twisted.internet import reactor",
        ):
            self.assertTrue(any(map(is_forbidden, imported_names(source))), source)

    def test_leaves_other_imports_alone(self) -> None:
        """Names that only look like one of these are free."""
        for source in (
            "import harnessed",
            "from twisted_examples import harness",
            "from twisted.internet import reactors",
            "import twisted.internet.defer",
            "reactor = 1",
        ):
            self.assertFalse(any(map(is_forbidden, imported_names(source))), source)


class EveryModuleTests(SynchronousTestCase):
    """What holds for programs and for their parts."""

    def test_imports_neither_harness_nor_reactor(self) -> None:
        """The programs are ordinary Twisted code that is given its reactor."""
        names = []
        for name, source in sources():
            names.append(name.rpartition("/")[2])
            forbidden = [*filter(is_forbidden, imported_names(source))]

            self.assertEqual(forbidden, [], name)
        self.assertIn("runreactor.py", names)


class EveryProgramTests(SynchronousTestCase):
    """What holds for all that can be run."""

    def test_goes_by_a_name_of_its_own(self) -> None:
        """No two programs have the same name."""
        names = [program.name for program in PROGRAMS]

        self.assertEqual(len(names), len(set(names)))
        self.assertIn("check_install", names)
        self.assertIn("runreactor", names)

    def test_explains_itself(self) -> None:
        """The docstring says what it does, how it is run and what is to be seen."""
        for program in PROGRAMS:
            docstring = ast.get_docstring(ast.parse(program.source)) or ""

            self.assertRegex(
                docstring,
                r"(?s)^[A-Z][^\n]*\.\n\n.*"
                rf"Run it[^\n]*::\n\n    .*\$ python -m {re.escape(program.module)}\b.*"
                r"\n\nWhat to notice:\n\n- ",
                program.module,
            )

    def test_names_its_tests(self) -> None:
        """The first line names the tests in memory, and there are live ones too."""
        for program in PROGRAMS:
            chapter = program.module.rpartition(".")[0]
            in_memory, *live = program.tests

            self.assertEqual(in_memory, f"{chapter}.test.test_{program.name}")
            self.assertEqual(
                program.source.partition("\n")[0],
                f"# -*- test-case-name: {in_memory} -*-",
            )
            self.assertNotEqual(live, [], program.name)

    def test_has_a_coroutine_for_main(self) -> None:
        """It is handed to ``react``, whose reactor it takes first."""
        for program in PROGRAMS:
            main = import_module(program.module).main
            parameters = [*inspect.signature(main).parameters]

            self.assertTrue(inspect.iscoroutinefunction(main), program.module)
            self.assertEqual(parameters[:1], ["reactor"], program.module)

    def test_helps(self) -> None:
        """Help goes to standard output, is no error and takes no reactor."""
        for program in PROGRAMS:
            main = import_module(program.module).main
            with run_program(main, "--help", reactor=UntouchableReactor()) as running:
                pass

            self.assertTrue(
                running.stdout.startswith(f"usage: {program.name} "), program.module
            )
            self.assertEqual(running.stderr, "")
            self.assertEqual(running.exit_status, 0)

    def test_refuses_what_it_does_not_know(self) -> None:
        """Wrong usage has status 2 and is explained on standard error alone."""
        for program in PROGRAMS:
            main = import_module(program.module).main
            with run_program(
                main, "--no-such-option", reactor=UntouchableReactor()
            ) as running:
                pass

            self.assertTrue(
                running.stderr.startswith(f"usage: {program.name} "), program.module
            )
            self.assertEqual(running.stdout, "")
            self.assertEqual(running.exit_status, 2)
