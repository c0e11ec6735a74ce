# -*- test-case-name: harness.test.test_suites_main -*-
"""The command ``python -m harness.suites``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from harness._data import fixture_path
from harness._segments import parse_segments
from harness.suites.comparing import Comparison, read_known
from harness.suites.report import as_text
from harness.suites.running import RunSuite, run_suite

#: The suites that the virtual reactor is held against.
SUITES = (
    "twisted.internet.test.test_endpoints",
    "twisted.test.test_tcp",
    "twisted.test.test_ftp",
    "twisted.test.test_amp",
    "twisted.test.test_ssl",
    "twisted.test.test_internet",
    "twisted.test.test_threads",
    "twisted.web",
    "twisted.names",
    "twisted.mail",
    "klein",
)


def main(argv: Sequence[str], run: RunSuite = run_suite) -> int:
    """Compare what the command line asks for, and print what came out.

    Args:
        argv: The arguments, without the program's name.
        run: How a suite is run.

    Returns:
        0 if all came out as expected, 1 if not.

    Raises:
        SystemExit: With status 2 for a mistake in the arguments.
    """
    options = _parser().parse_args(argv)
    pieces = options.pieces or ""
    known = read_known(options.known or _known(bool(pieces)))
    variables = {"HARNESS_SEGMENTS": pieces, "HARNESS_SEED": str(options.seed)}
    good = True
    for suite in options.suites or SUITES:
        comparison = Comparison(
            suite,
            run(suite, options.reference, options.limit, variables),
            run(suite, options.reactor, options.limit, variables),
            known,
        )
        good = good and comparison.is_as_expected
        print(as_text(comparison), end="\n\n", flush=True)
    return 0 if good else 1


def _known(in_pieces: bool) -> list[Path]:
    """Find the lists of differences of the virtual reactor."""
    names = ["differences.ini", "differences_in_pieces.ini"]
    return [fixture_path("suites", name) for name in names[: 1 + in_pieces]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.suites",
        description="Run test suites on two reactors, and compare test by test.",
    )
    parser.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help="what trial would be given (default: suites of Twisted and klein)",
    )
    parser.add_argument(
        "--reference", default="epoll", metavar="NAME", help="default: epoll"
    )
    parser.add_argument(
        "--reactor", default="virtual", metavar="NAME", help="default: virtual"
    )
    parser.add_argument(
        "--pieces",
        type=_pieces,
        metavar="SIZES",
        help="cut every stream of the virtual reactor, as 1-7 into 1 to 7 bytes",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="what chance is drawn from (default: 0)"
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="when to kill a suite, in real time (default: 600)",
    )
    parser.add_argument(
        "--known",
        action="append",
        type=Path,
        metavar="FILE",
        help="differences with a known reason, in the place of those of this project",
    )
    return parser


def _pieces(text: str) -> str:
    try:
        parse_segments(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1-7") from None
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
