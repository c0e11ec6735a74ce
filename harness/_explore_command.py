# -*- test-case-name: harness.test.test_explore_command -*-
"""Try many seeds of one test until one makes it fail, and find out what it takes.

The status is 1 if it fails with one of them, and 2 for a mistake in the arguments.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from harness._campaigns import Campaign, Log, load, run_campaign
from harness._executors import cluster, processes
from harness._faults import NAMES, fault_named
from harness._finding import shrunk_find
from harness._progress import Progress
from harness._recipes import POLICIES
from harness._repeating import old_garbage_aside

SUMMARY = "try many seeds of one test"


def run(options: argparse.Namespace) -> int:
    """Do what was asked for; return the exit status."""
    campaign = Campaign(options.test, options.policy, options.faults)
    log = Log(options.results)
    try:
        load(options.test)
        log.open(campaign)
        executor = _executor(options)
    except (ImportError, OSError, TypeError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    with executor:
        _try(campaign, log, executor, options)
    return _tell(campaign, log)


def _executor(options: argparse.Namespace) -> Executor:
    if options.dask is not None:
        return cluster(options.dask)
    return processes(options.jobs)


def _try(
    campaign: Campaign, log: Log, executor: Executor, options: argparse.Namespace
) -> None:
    """Try all seeds that are left, or until one fails."""
    seeds = range(options.first, options.first + options.seeds)
    left = [seed for seed in seeds if seed not in log.done]
    progress = Progress(sys.stderr, max(1, len(left)), time.monotonic)
    if log.failed() and not options.keep_going:
        return
    at_once = 1 if options.jobs == 1 else 2 * options.jobs
    for results in run_campaign(campaign, left, executor, at_once):
        log.add(results)
        progress.advance(len(results), len(log.failed()))
        if log.failed() and not options.keep_going:
            return


def _tell(campaign: Campaign, log: Log) -> int:
    """Say what was found; return the exit status."""
    failed = log.failed()
    if not failed:
        print(f"{campaign.test} passes with {len(log.done)} seeds")
        return 0
    if len(failed) > 1:
        print(f"fails with {len(failed)} of {len(log.done)} seeds:", *failed)
    test, faults = load(campaign.test)
    recipe = campaign.recipe(failed[0])
    with old_garbage_aside():
        found = test.run(recipe, faults)
        runs = len([seed for seed in log.done if seed <= failed[0]])
        print(shrunk_find(test, recipe, faults, found, runs))
    return 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "test", help="as for trial: package.test_module.Class.test_name"
    )
    parser.add_argument(
        "--seeds", type=_count, default=1000, help="how many (default: 1000)"
    )
    parser.add_argument(
        "--first", type=_from(0), default=0, help="the first of them (default: 0)"
    )
    parser.add_argument("--policy", choices=POLICIES, default="mixed")
    parser.add_argument(
        "--faults",
        type=_faults,
        default=(),
        metavar="NAME,NAME",
        help=f"what may go wrong: {', '.join(NAMES)}",
    )
    parser.add_argument("--jobs", type=_count, default=1, help="processes (default: 1)")
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="the scheduler of a cluster to work on"
    )
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        help="where results are kept; seeds that are there are not tried again",
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="do not stop at the first failure"
    )


def _from(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) >= least):
            raise argparse.ArgumentTypeError(f"must be {least} or more, not {text!r}")
        return int(text)

    return number


_count = _from(1)


def _faults(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    try:
        for name in names:
            fault_named(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return names
