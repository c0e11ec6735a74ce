# -*- test-case-name: harness.test.test_shrinking -*-
"""Find the fewest deviations with which a test still fails.

That is delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating
Failure-Inducing Input", IEEE TSE 2002. What is left is minimal in the sense that the
test passes without any single one of them.
"""

from collections.abc import Callable, Mapping

from harness._choices import Place

Choice = Mapping[Place, int]

#: Runs a test with some deviations. Returns those that came up if it failed, or None.
Attempt = Callable[[Choice], Choice | None]


def shrink(deviations: Choice, attempt: Attempt, budget: int) -> Choice:
    """Leave out deviations, and replace them by plainer ones, as long as that fails.

    Args:
        deviations: With these the test fails.
        attempt: Runs it.
        budget: How often it may be run.

    Returns:
        What is left.
    """
    attempts = Attempts(attempt, budget)
    kept = attempts.fails({})
    if kept is not None:
        return kept
    fewest = _fewer(deviations, attempts)
    kept = _plainer(fewest, attempts)
    while kept != fewest:  # where one is plainer, others may be needed no longer
        fewest = _fewer(kept, attempts)
        kept = _plainer(fewest, attempts)
    return kept


class Attempts:
    """Counts attempts, and makes no more than allowed."""

    def __init__(self, attempt: Attempt, budget: int) -> None:
        self._attempt = attempt
        self._budget = budget

    def fails(self, deviations: Choice) -> Choice | None:
        """Try; return what came up if it failed, and None if not, or not allowed."""
        if not self._budget:
            return None
        self._budget -= 1
        return self._attempt(deviations)


def _fewer(deviations: Choice, attempts: Attempts) -> Choice:
    """Leave out half of them, then quarters, and so on."""
    kept = deviations
    parts = 2
    while len(kept) > 1:
        smaller = _without_a_part(kept, parts, attempts)
        if smaller is not None:
            kept = smaller
            parts = max(2, parts - 1)
        elif parts >= len(kept):
            break
        else:
            parts = min(len(kept), parts * 2)
    return kept


def _without_a_part(kept: Choice, parts: int, attempts: Attempts) -> Choice | None:
    places = list(kept)
    size = -(-len(places) // parts)
    # The last first: what comes after the failure is in vain.
    for start in reversed(range(0, len(places), size)):
        left_out = set(places[start : start + size])
        rest = {place: kept[place] for place in places if place not in left_out}
        failed = attempts.fails(rest)
        if failed is not None:
            return failed
    return None


def _plainer(deviations: Choice, attempts: Attempts) -> Choice:
    """Replace each by the first option with which the test still fails."""
    kept = deviations
    for place, choice in deviations.items():
        if place not in kept:  # it has not come up with another that is plainer now
            continue
        for plainer in range(1, choice):
            failed = attempts.fails({**kept, place: plainer})
            if failed is not None:
                kept = failed
                break
    return kept
