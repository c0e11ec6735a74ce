# -*- test-case-name: twisted_examples.test.test_main -*-
"""Find, read, run and test the programs: ``python -m twisted_examples``.

Twisted itself is not imported here, so that ``run check_install`` works without it.
"""

import argparse
import errno
import os
import pydoc
import runpy
import sys
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

from twisted_examples.catalogue import (
    PACKAGE,
    Catalogue,
    UnknownProgramError,
    read_catalogue,
)

Run = Callable[[str, Sequence[str]], None]


def as_text(catalogue: Catalogue) -> str:
    """Format the catalogue: a line for each chapter and each program."""
    width = max(len(program.name) for program in catalogue.programs)
    lines = []
    for chapter in catalogue.chapters:
        lines.append(chapter.title)
        lines.extend(f"  {p.name:<{width}}  {p.summary}" for p in chapter.programs)
    return "".join(f"{line}\n" for line in lines)


def show(text: str) -> None:
    """Let a person turn the pages of a text, and a program read it as it is."""
    if sys.stdout is not None and sys.stdout.isatty():
        pydoc.pager(text)
    else:
        write(text)


def write(text: str) -> None:
    """Write to standard output.

    Raises:
        SystemExit: It cannot be written. Nothing is said to a reader who went away.
    """
    try:
        print(text, end="", flush=True)
    except OSError as error:
        # What is left in the buffer would fail once more at exit.
        with open(os.devnull, "wb") as devnull:
            os.dup2(devnull.fileno(), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            raise SystemExit(1) from None
        raise SystemExit(
            f"Error: cannot write to standard output: {error.strerror}."
        ) from None


def run_as_main(module: str, argv: Sequence[str]) -> None:
    """Run a module as ``python -m`` does, in this process.

    So Ctrl-C and the exit status are the module's own affair.
    """
    sys.argv = [module, *argv]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def run_tests(modules: Sequence[str], run: Run) -> None:
    """Let trial run test modules, and leave nothing of it in the current folder."""
    with TemporaryDirectory() as folder:
        run(f"{PACKAGE}._trial", ["--temp-directory", f"{folder}/trial", *modules])


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line, as far as it is not a program's own."""
    parser = argparse.ArgumentParser(
        prog="twisted-examples",
        description="Find, read, run and test programs written with Twisted.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    commands.add_parser("list", help="list the programs of all chapters")
    showing = commands.add_parser("show", help="show the source of a program")
    showing.add_argument("program")
    running = commands.add_parser(
        "run",
        help="run a program",
        usage="%(prog)s [-h] program [argument ...]",
        epilog="All that follows the program's name is handed to it as it is.",
    )
    running.add_argument("program")
    testing = commands.add_parser("test", help="run the tests of a program, or all")
    testing.add_argument("program", nargs="?")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None, run: Run = run_as_main) -> None:
    """Do what the command line asks for.

    Args:
        argv: The arguments, if not the process's own.
        run: Runs a module with arguments as ``python -m`` does.

    Raises:
        SystemExit: Something went wrong, or that is how the program ended that was run.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    # argparse would look for options of ours among the program's arguments.
    ours = 2 if words[:1] == ["run"] else len(words)
    options = parse(words[:ours])
    try:
        dispatch(options, words[ours:], read_catalogue(), run)
    except UnknownProgramError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def dispatch(
    options: argparse.Namespace, rest: Sequence[str], catalogue: Catalogue, run: Run
) -> None:
    """Carry out one command."""
    if options.command == "list":
        write(as_text(catalogue))
    elif options.command == "show":
        show(catalogue.find(options.program).source)
    elif options.command == "run":
        run(catalogue.find(options.program).module, rest)
    elif options.program is None:
        run_tests([PACKAGE], run)
    else:
        run_tests(catalogue.find(options.program).tests, run)


if __name__ == "__main__":
    main()
