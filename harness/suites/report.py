# -*- test-case-name: harness.test.test_suites_report -*-
"""A comparison as a person reads it."""

from collections import Counter

from harness.suites.comparing import Comparison, Difference
from harness.suites.outcomes import KINDS, Outcome
from harness.suites.running import Run


def as_text(comparison: Comparison) -> str:
    """Lay out a comparison for a terminal."""
    listed = len(comparison.differences) - len(comparison.unlisted)
    return "\n".join(
        [
            comparison.suite,
            _run(comparison.expected),
            _run(comparison.actual),
            f"  {listed} different for a known reason, {len(comparison.unlisted)} not",
            *(f"  INCOMPLETE {complaint}" for complaint in comparison.complaints),
            *(_difference(each, comparison) for each in comparison.unlisted),
            *(f"  OUTDATED {test} passes on both" for test in comparison.outdated),
        ]
    )


def _run(run: Run) -> str:
    counts = Counter(outcome.kind for outcome in run.outcomes.values())
    kinds = ", ".join(
        f"{counts[kind]} {kind}" for kind in reversed(KINDS) if counts[kind]
    )
    times = f"{run.seconds:.1f} s, processor {run.processor_seconds:.1f} s"
    return f"  {run.reactor:<8} {len(run.outcomes)} tests: {kinds or 'none'}; {times}"


def _difference(difference: Difference, comparison: Comparison) -> str:
    return (
        f"  DIFFERENT {difference.test}\n"
        f"    {comparison.expected.reactor}: {_outcome(difference.expected)}\n"
        f"    {comparison.actual.reactor}: {_outcome(difference.actual)}"
    )


def _outcome(outcome: Outcome) -> str:
    return f"{outcome.kind}, {outcome.reason}" if outcome.reason else outcome.kind
