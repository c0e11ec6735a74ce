# -*- test-case-name: harness.test.test_main -*-
"""Show where two traces begin to differ. The exit status is 1 if they do."""

import argparse
from pathlib import Path

from harness._divergence import describe_divergence
from harness._output import safe
from harness._trace_files import load_trace

SUMMARY = "show where two traces begin to differ"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("one", type=Path, help="a trace, as JSON")
    parser.add_argument("other", type=Path, help="another")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    one, other = load_trace(options.one), load_trace(options.other)
    difference = describe_divergence(one, other)
    if difference is None:
        print(f"They are the same: {len(one)} events.")
        return 0
    print(safe(f"- {options.one}\n+ {options.other}\n{difference}"))
    return 1
