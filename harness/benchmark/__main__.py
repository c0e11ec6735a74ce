# -*- test-case-name: harness.test.test_benchmark_main -*-
"""The command ``python -m harness.benchmark``."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogBeginner,
    textFileLogObserver,
)

from harness.benchmark.catalogue import FULL, QUICK, Sizes, catalogue
from harness.benchmark.entries import Entry, Result
from harness.benchmark.report import as_json, as_text


def main(
    argv: Sequence[str],
    list_entries: Callable[[Sizes], Mapping[str, Entry]] = catalogue,
) -> None:
    """Run what the command line asks for and print what it came to.

    Args:
        argv: The arguments, without the program's name.
        list_entries: What there is to run, by name.

    Raises:
        SystemExit: With status 2 for a mistake in the arguments.
    """
    options = _parser(list(list_entries(QUICK))).parse_args(argv)
    entries = list_entries(QUICK if options.quick else FULL)
    results: list[Result] = []
    for name in options.only or entries:
        results.append(entries[name].run(options.rounds))
        if not options.json:
            print(as_text(results[-1]), end="\n\n", flush=True)
    if options.json:
        print(as_json(results, options.rounds))


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.benchmark",
        description="Measure the virtual reactor against epoll over loopback.",
        epilog=f"The entries are {', '.join(names)}.",
    )
    parser.add_argument(
        "--rounds", type=_rounds, default=5, metavar="N", help="how often (default: 5)"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="NAME",
        help="run this entry; may be given several times",
    )
    parser.add_argument("--quick", action="store_true", help="do less of everything")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    return parser


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {text!r}")
    return int(text)


def _log_errors_only() -> None:
    """Log as a program does: until logging begins, Twisted keeps every event."""
    errors = FilteringLogObserver(
        textFileLogObserver(sys.stderr), [LogLevelFilterPredicate(LogLevel.error)]
    )
    globalLogBeginner.beginLoggingTo(
        [errors], discardBuffer=True, redirectStandardIO=False
    )


if __name__ == "__main__":
    _log_errors_only()
    main(sys.argv[1:])
