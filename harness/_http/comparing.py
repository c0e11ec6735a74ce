# -*- test-case-name: harness.test.test_http_comparing -*-
"""Differences that can be read."""

from collections.abc import Sequence
from difflib import ndiff

from harness._http.records import ReceivedRequest


def require_requests(
    came: Sequence[ReceivedRequest], expected: Sequence[str], connections: int | None
) -> None:
    """Check which requests came, in which order, and on how many connections.

    Raises:
        AssertionError: Others came.
    """
    lines = [str(request) for request in came]
    if lines != list(expected):
        raise AssertionError(
            "other requests came (- expected, + came):\n"
            + "\n".join(ndiff(list(expected), lines))
        )
    used = sorted({request.connection.number for request in came})
    if connections is not None and len(used) != connections:
        raise AssertionError(
            f"the requests came on {len(used)} connections, not {connections}:\n"
            + "\n".join(f"{each.connection.number}: {each}" for each in came)
        )


def require_same_bytes(actual: bytes, expected: bytes) -> None:
    """Check that two bodies are the same.

    Raises:
        AssertionError: They are not.
    """
    if actual != expected:
        at = _first_difference(actual, expected)
        raise AssertionError(
            f"the bodies differ from byte {at} on (- expected, + came):\n"
            f"- {_around(expected, at)}\n+ {_around(actual, at)}"
        )


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _around(body: bytes, at: int) -> str:
    """Show what is around a place, and how much there is."""
    shown = body[max(0, at - 16) : at + 32]
    return f"{'...' if at > 16 else ''}{shown!r} ({len(body)} bytes in all)"
