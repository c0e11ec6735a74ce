# -*- test-case-name: harness.test.test_seconds -*-
"""Numbers of seconds, as callers give them."""

from math import inf
from numbers import Real


def require_seconds(name: str, seconds: float) -> float:
    """Return a number of seconds that a caller has given.

    Args:
        name: What it was given as, for the message.
        seconds: The number.

    Raises:
        TypeError: It is no number.
        ValueError: It is negative or without end, or nonsense.
    """
    if not isinstance(seconds, Real) or isinstance(seconds, bool):
        raise TypeError(_complaint(name, seconds))
    if not 0 <= seconds < inf:
        raise ValueError(_complaint(name, seconds))
    return seconds


def require_timeout(name: str, seconds: float | None) -> float | None:
    """Return how long somebody is to wait at most, or None if that is without end.

    Args:
        name: What it was given as, for the message.
        seconds: The number, or None.

    Raises:
        TypeError: It is no number, nor None.
        ValueError: It is negative, or nonsense.
    """
    if seconds is None or seconds == inf:
        return None
    return require_seconds(name, seconds)


def _complaint(name: str, seconds: object) -> str:
    return f"{name} must be a number of seconds, 0 or more, not {seconds!r}"
