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
