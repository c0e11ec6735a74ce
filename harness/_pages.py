# -*- test-case-name: harness.test.test_pages -*-
"""A trace as a page of HTML: one file, which needs nothing else.

What is drawn is decided here. The page only draws it, and only what can be seen of it.
Its style and its scripts lie in ``harness/_page``.
"""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness._places import Lane, Place, lanes_of
from harness._rows import CATEGORIES, Row
from harness._timeline import Timeline
from harness._trace import Trace
from harness._trace_files import data_document, encode
from harness._whole_files import write_whole

#: How many bytes of what was sent a page holds at most, for each event.
LONGEST = 4096

#: In the order in which the page needs them.
_SCRIPTS = (
    "model.js",
    "layout.js",
    "drawing.js",
    "details.js",
    "overview.js",
    "page.js",
    "theme.js",
    "input.js",
    "printing.js",
    "start.js",
)


def save_page(trace: Trace, path: str | Path) -> None:
    """Write a trace into a file as a page of HTML.

    It is for a browser, and needs neither a server nor a network.

    Raises:
        OSError: The file cannot be written.
    """
    write_whole(path, encode(as_page(trace)))


def as_page(trace: Trace) -> str:
    """Write a trace as a page of HTML."""
    folder = files("harness") / "_page"
    parts = {
        "title": escape(trace.title or "Trace"),
        "style": (folder / "page.css").read_text("utf-8"),
        "model": _embedded(model_of(trace)),
        "script": "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS),
    }
    page = (folder / "page.html").read_text("utf-8")
    # Split at all places first: what is put into one may look like another.
    pieces = page.split("%%")
    return "".join(
        parts[piece] if number % 2 else piece for number, piece in enumerate(pieces)
    )


def model_of(trace: Trace) -> dict[str, Any]:
    """Return what the page draws, as JSON can hold it."""
    timeline = Timeline(trace)
    lanes = _lanes(trace, timeline)
    columns = list(dict.fromkeys(lanes.values()))
    numbers = {row: number for number, row in enumerate(timeline.rows)}
    column_of = {place: columns.index(lane) for place, lane in lanes.items()}
    return {
        "title": trace.title,
        "outcome": trace.outcome,
        "failure": trace.failure,
        "seed": trace.seed,
        "events": len(trace),
        "digest": trace.digest(),
        "categories": CATEGORIES,
        "lanes": [lane._asdict() for lane in columns],
        "rows": [_row_document(row, column_of, numbers) for row in timeline.rows],
    }


def _lanes(trace: Trace, timeline: Timeline) -> dict[Place, Lane]:
    """Give each place its lane. What is of no machine comes last."""
    places: dict[Place, None] = {}
    for row in timeline.rows:
        places[row.source] = None
        if row.destination is not None:
            places[row.destination] = None
    nowhere = Place("")
    with_machine = [place for place in places if place != nowhere]
    lanes = lanes_of(list(trace.machines), with_machine, timeline.listening)
    return lanes | ({nowhere: Lane("", "")} if nowhere in places else {})


def _row_document(
    row: Row, columns: Mapping[Place, int], numbers: Mapping[Row, int]
) -> dict[str, Any]:
    """Write a row as an object of JSON. What it has not is not there."""
    document: dict[str, Any] = {
        "time": row.time,
        "about": CATEGORIES.index(row.category),
        "kind": row.kind,
        "lane": columns[row.source],
        "source": str(row.source),
        "subject": row.subject,
    }
    optional = {
        "text": "" if row.of is not None and row.of.data else row.text,
        "destination": "" if row.destination is None else str(row.destination),
        "wire": row.wire,
        "size": len(row.data),
        "packet": row.packet,
        "fate": row.fate,
        "again": row.again,
    }
    document |= {name: value for name, value in optional.items() if value}
    if row.destination is not None and row.crosses:
        document["to"] = columns[row.destination]
    if row.fate in ("arrived", "lost"):
        document["end"] = row.end
    if row.of is not None:
        document["of"] = numbers[row.of]
        document["lane"] = columns[row.of.destination or row.source]
    if row.data:
        document |= {"payload": data_document(row.data[:LONGEST])}
    return document


def _embedded(model: Mapping[str, Any]) -> str:
    """Write JSON so that nothing in it can end the script that it stands in."""
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
