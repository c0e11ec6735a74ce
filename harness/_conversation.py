# -*- test-case-name: harness.test.test_conversation -*-
"""The conversation of a trace in lines of text: for terminals, and for failed tests."""

from collections.abc import Iterable, Sequence

from harness._payloads import cut, excerpt, one_line
from harness._rows import Row
from harness._timeline import Timeline
from harness._trace import Trace

#: What is seldom wanted.
TECHNICAL = ("window", "deferred")

#: The widest that ends may be, in characters.
_WIDEST = 44

#: The least that is shown of what was said, however long the names are.
_LEAST = 20

_PREFIXES = {"tls": "TLS ", "datagram": "UDP "}


def describe_conversation(trace: Trace, limit: int = 40, width: int = 120) -> str:
    """Write down what was said last, and what else happened meanwhile.

    Args:
        trace: What was recorded.
        limit: How many events there may be at most. The last ones tell most.
        width: How many characters there may be in a line.

    Returns:
        A headline, and a line for each event: the virtual time in seconds, who, to
        whom, how long that was under way, and what it was. Bytes are shown as text, or
        in hexadecimal if they are none; what TLS encrypts, as it was before.
    """
    rows = rows_to_tell(trace)
    last = rows[max(0, len(rows) - limit) :]
    if not last:
        return "The conversation: nothing was said.\n"
    count = f"{len(rows)}" if len(last) == len(rows) else f"the last {len(last)}"
    lines = describe_rows(last, width)
    return f"The conversation, in virtual seconds, {count} events:\n" + "".join(lines)


def rows_to_tell(trace: Trace, everything: bool = False) -> list[Row]:
    """Return the rows that are worth a line of text.

    Args:
        trace: What was recorded.
        everything: Whether what is seldom wanted is: `TECHNICAL`, and arrivals.
    """
    rows = Timeline(trace).rows
    if everything:
        return rows
    return [row for row in rows if row.of is None and row.category not in TECHNICAL]


def describe_rows(rows: Sequence[Row], width: int) -> Iterable[str]:
    """Write a line for each row, in columns."""
    ends = [_describe_ends(row) for row in rows]
    fates = [describe_fate(row) for row in rows]
    column = min(_WIDEST, max(map(len, ends), default=0))
    fate_column = max(map(len, fates), default=0)
    for row, end, fate in zip(rows, ends, fates, strict=True):
        beginning = f"{row.time:11.6f}  {end:{column}}  {fate:>{fate_column}}  "
        left = max(_LEAST, width - len(beginning))
        yield (beginning + _describe_what(row, left)).rstrip() + "\n"


def describe_fate(row: Row) -> str:
    """Write how long something was under way, or what became of it."""
    if row.fate == "arrived":
        return in_words(row.end - row.time) if row.end > row.time else ""
    return "" if row.fate == "written" else row.fate


def in_words(seconds: float) -> str:
    """Write a length of time with three digits and a unit: ``40 ms``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _describe_ends(row: Row) -> str:
    source = str(row.source)
    if row.destination is None:
        return source
    arrow = "->" if row.of is None else "=>"
    return f"{source} {arrow} {row.destination}"


def _describe_what(row: Row, width: int) -> str:
    words = _PREFIXES.get(row.category, "") + ("again: " if row.again else "")
    if row.of is not None and row.of.data:
        words += "arrives: "
    if not row.data:
        line = words + one_line(row.text)
        return line if len(line) <= width else cut(line, width)
    size = f" ({len(row.data)} bytes)"
    line = words + excerpt(row.data, max(_LEAST, width - len(words)))
    if len(line) < width and not line.endswith("..."):
        return line
    return words + excerpt(row.data, max(_LEAST, width - len(words) - len(size))) + size
