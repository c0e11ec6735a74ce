# -*- test-case-name: harness.test.test_main -*-
"""Show a trace from a file as a conversation, or make another file of it."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from harness._captures import save_capture
from harness._conversation import describe_rows, in_words, rows_to_tell
from harness._output import safe
from harness._pages import save_page
from harness._trace import Trace
from harness._trace_files import TraceFileError, load_trace

SUMMARY = "show a trace from a file"

_DIFFERENT = "the trace, the page and the capture must be different files"

#: How wide lines are where nobody sees where they end.
_WIDE = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, help="a trace, as JSON")
    parser.add_argument(
        "--all",
        action="store_true",
        help="show arrivals, windows and Deferreds too",
    )
    parser.add_argument(
        "--events", action="store_true", help="show the events as they were recorded"
    )
    parser.add_argument(
        "--html", type=Path, metavar="PAGE", help="write a page for a browser instead"
    )
    parser.add_argument(
        "--pcap", type=Path, metavar="CAPTURE", help="write a capture for Wireshark"
    )


def run(options: argparse.Namespace) -> int:
    """Do it."""
    outputs = [path for path in (options.html, options.pcap) if path is not None]
    _see_that_they_differ(options.file, *outputs)
    trace = load_trace(options.file)
    if options.html is not None:
        save_page(trace, options.html)
    if options.pcap is not None:
        try:
            save_capture(trace, options.pcap)
        except ValueError as error:
            raise TraceFileError(f"{options.file}: {error}") from None
    if options.html is None and options.pcap is None:
        show(trace, options)
    return 0


def show(trace: Trace, options: argparse.Namespace) -> None:
    """Print a trace."""
    print(safe(headline(trace)), end="\n\n")
    lines: Iterable[str] = (f"{event}\n" for event in trace)
    if not options.events:
        lines = describe_rows(rows_to_tell(trace, options.all), _width())
    sys.stdout.writelines(map(safe, lines))
    if trace.failure:
        print(safe(f"\n{trace.failure.rstrip()}"))


def headline(trace: Trace) -> str:
    """Say in a few words which trace it is."""
    times = [event.time for event in trace] or [0.0]
    parts = [
        f"{len(trace)} events",
        f"{len(trace.machines)} machines",
        in_words(times[-1] - times[0]),
        f"seed {trace.seed}",
        f"digest {trace.digest()[:12]}",
    ]
    title = ": ".join(filter(None, (trace.title, trace.outcome)))
    return "\n".join(filter(None, (title, ", ".join(parts))))


def _see_that_they_differ(*paths: Path) -> None:
    """Refuse to write a file in place of one that is read, or written too."""
    seen: set[str] = set()
    for path in paths:
        real = os.path.realpath(path)
        if real in seen:
            raise TraceFileError(f"{path}: {_DIFFERENT}")
        seen.add(real)


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
