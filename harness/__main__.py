# -*- test-case-name: harness.test.test_main -*-
"""The command ``python -m harness``."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from twisted.logger import globalLogBeginner

from harness._output import written_safely

#: The module of each command. It has ``SUMMARY``, ``add_arguments(parser)``, and
#: ``run(options)``, which returns the exit status.
COMMANDS = {
    "explore": "harness._explore_command",
    "trace": "harness._trace_command",
    "diff": "harness._diff_command",
}


def main(argv: Sequence[str]) -> int:
    """Do what the command line asks for.

    Args:
        argv: The arguments, without the program's name.

    Returns:
        The exit status.

    Raises:
        SystemExit: With status 2 for a mistake in the arguments.
    """
    parser = argparse.ArgumentParser(
        prog="python -m harness", description="Look at what was tested."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, path in COMMANDS.items():
        module = import_module(path)
        command = commands.add_parser(
            name, help=module.SUMMARY, description=module.__doc__
        )
        command.set_defaults(run=module.run)
        module.add_arguments(command)
    options = parser.parse_args(argv)
    return written_safely(lambda: int(options.run(options)))


if __name__ == "__main__":
    # Until it is told where to log to, Twisted writes errors to standard error, which
    # are also the tests' to be told.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    sys.exit(main(sys.argv[1:]))
