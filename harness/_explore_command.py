# -*- test-case-name: harness.test.test_explore_command -*-
"""Try many seeds of one test until one makes it fail, and find out what it takes.

The status is 1 if it fails with one of them, and 2 for a mistake in the arguments.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from twisted.trial.unittest import SkipTest

from harness._campaigns import AT_ONCE, Campaign, try_seeds
from harness._executors import cluster, processes
from harness._faults import NAMES, fault_named
from harness._finding import require_network, shrunk_find
from harness._loading import NotATest, load
from harness._output import safe
from harness._progress import Progress
from harness._recipes import POLICIES, Recipe
from harness._repeating import Outcome, old_garbage_aside
from harness._results import Results, ResultsFile

SUMMARY = "try many seeds of one test"

#: How many seeds one call of an executor tries, unless it works right here.
BATCH = 50


def run(options: argparse.Namespace) -> int:
    """Do what was asked for; return the exit status."""
    campaign = Campaign(options.test, options.policy, options.faults)
    try:
        campaign.check()
        results = _results(campaign, options.results)
        executor = _executor(options)
    except OSError as error:
        return _fail(f"{error.filename or options.dask}: {error.strerror or error}", 2)
    except (ImportError, TypeError, ValueError) as error:
        return _fail(str(error), 2)
    with closing(results), old_garbage_aside():
        _forget_old_results(campaign, results, options.results)
        try:
            with executor:
                _try(campaign, results, executor, options)
        except (BrokenExecutor, NotATest) as error:
            return _fail(str(error), 1)
        return _tell(campaign, results)


def _fail(reason: str, status: int) -> int:
    print(f"Error: {safe(reason)}", file=sys.stderr)
    return status


def _results(campaign: Campaign, path: Path | None) -> Results:
    return Results() if path is None else ResultsFile(path, asdict(campaign))


def _executor(options: argparse.Namespace) -> Executor:
    if options.dask is not None:
        return cluster(options.dask)
    return processes(options.jobs)


def _forget_old_results(campaign: Campaign, results: Results, path: Path) -> None:
    """Begin anew if a seed that has failed passes: the test is another by now."""
    failed = results.failed()
    if failed and not _run(campaign, failed[0]).kind:
        print(
            f"seed {failed[0]} passes now: {path} was about an older version, "
            "and all seeds are tried again",
            file=sys.stderr,
        )
        results.begin_anew()


def _run(campaign: Campaign, seed: int) -> Outcome:
    test, faults = load(campaign.test)
    return test.run(campaign.recipe(seed), faults)


def _try(
    campaign: Campaign,
    results: Results,
    executor: Executor,
    options: argparse.Namespace,
) -> None:
    """Try all seeds that are left, or until one fails."""
    if results.failed() and not options.keep_going:
        return
    seeds = range(options.first, options.first + options.seeds)
    left = [seed for seed in seeds if seed not in results.done]
    is_here = options.jobs == 1 and options.dask is None
    trying = try_seeds(
        campaign.test,
        left,
        executor,
        policy=campaign.policy,
        faults=campaign.faults,
        batch=1 if is_here else BATCH,
        # No more than processes, so that it is clear which seeds one that dies was at.
        at_once=AT_ONCE if options.dask else options.jobs,
    )
    progress = Progress(sys.stderr, max(1, len(left)), time.monotonic)
    failed = len(results.failed())
    with closing(trying), closing(progress):
        for result in trying:
            results.add(result)
            failed += bool(result.kind)
            progress.advance(1, failed)
            if result.kind and not options.keep_going:
                return


def _tell(campaign: Campaign, results: Results) -> int:
    """Say what was found; return the exit status."""
    failed = results.failed()
    test, faults = load(campaign.test)
    if not failed:
        usual = test.run(Recipe(deviations={}), faults)
        try:
            require_network(test, usual)
        except SkipTest:
            pass  # which is told below
        except ValueError as error:
            return _fail(str(error), 2)
        print(f"{campaign.test} {_how_it_went(results)}")
        return 0
    if len(failed) > 1:
        print(f"fails with {len(failed)} of {len(results.done)} seeds:", *failed)
    first = results.done[failed[0]]
    found = _run(campaign, first.seed)
    if not found.kind:
        return _fail(
            f"{campaign.test} has failed with seed {first.seed} ({first.kind}: "
            f"{first.message}), and passes when it is run again: it depends on more",
            1,
        )
    runs = len([seed for seed in results.done if seed <= first.seed])
    print(shrunk_find(test, campaign.recipe(first.seed), faults, found, runs))
    return 1


def _how_it_went(results: Results) -> str:
    reasons = [each.skipped for each in results.done.values() if each.skipped]
    passed = len(results.done) - len(reasons)
    parts = []
    if passed or not reasons:
        parts.append(f"passes with {passed} seeds")
    if reasons:
        parts.append(f"is skipped with {len(reasons)} seeds: {reasons[0]}")
    return " and ".join(parts)


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
    parser.add_argument(
        "--jobs",
        type=_count,
        default=1,
        help="processes (default: 1); with several, or a cluster, a failure is told "
        f"when all {BATCH} seeds of a batch have been tried",
    )
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
