# -*- test-case-name: harness.test.test_divergence -*-
"""Where two traces begin to differ.

What is encrypted is left out, and so are details that only one of them has.
"""

from collections.abc import Sequence
from itertools import zip_longest

from harness._trace import ENCRYPTED, Trace, TraceEvent, shown

#: How many events are shown before and after the place.
_BEFORE, _AFTER = 3, 5

#: Which detail an event is recorded for: see `Network.start_trace`.
_DETAILS = {
    "send": "packets",
    "arrive": "packets",
    "lost": "packets",
    "timeout": "packets",
    "timer": "timers",
    "deferred": "deferreds",
    "fired": "deferreds",
    "callback": "deferreds",
    "errback": "deferreds",
}


def describe_divergence(one: Trace, other: Trace) -> str | None:
    """Show where two traces begin to differ.

    Returns:
        None if they do not. Otherwise a headline, the last events that they have in
        common, and what comes next in the one ("-") and in the other ("+").
    """
    details = set(one.details) & set(other.details)
    ours, theirs = (_comparable(trace, details) for trace in (one, other))
    at = first_divergence(ours, theirs)
    if at is None:
        return None
    common = ours[max(0, at - _BEFORE) : at]
    headline = f"They are the same for {at} events, and then differ:"
    return "\n".join(
        [
            headline,
            *(f"  {event}" for event in common),
            *_what_comes("-", ours[at:]),
            *_what_comes("+", theirs[at:]),
        ]
    )


def first_divergence(
    ours: Sequence[TraceEvent], theirs: Sequence[TraceEvent]
) -> int | None:
    """Return the number of the first event that is another one, or None."""
    for number, (one, other) in enumerate(zip_longest(ours, theirs)):
        if one is None or other is None or _key(one) != _key(other):
            return number
    return None


def _comparable(trace: Trace, details: set[str]) -> list[TraceEvent]:
    left_out = {kind for kind, detail in _DETAILS.items() if detail not in details}
    left_out.add(ENCRYPTED)
    return [event for event in trace if event.kind not in left_out]


def _key(event: TraceEvent) -> tuple[object, ...]:
    """Return what makes two events the same.

    What a packet carries may be encrypted; and a Deferred that Twisted makes by itself
    is due to whatever runs the tests.
    """
    data = b"" if event.kind == "send" else bytes(event.data)
    note = "" if event.kind == "deferred" else event.note
    return event._replace(
        source=shown(event.source),
        destination=shown(event.destination),
        data=data,
        note=note,
    )


def _what_comes(sign: str, events: Sequence[TraceEvent]) -> list[str]:
    lines = [f"{sign} {event}" for event in events[:_AFTER]]
    return lines or [f"{sign} (nothing more)"]
