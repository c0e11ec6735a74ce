# -*- test-case-name: harness.test.test_trace_files -*-
"""Traces in files: JSON, a line for each event.

The format is described in ``docs/reference/trace_format.rst``. Nothing is lost in a
file but the types of the ends of events, which become their texts.
"""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, NoReturn

from harness._addresses import canonical
from harness._trace import Trace, TraceEvent, shown
from harness._whole_files import write_whole

#: What says that a file is one of these.
FORMAT = "harness-trace"

#: Which version of the format is written. Older ones are read, newer ones are not.
VERSION = 1

#: What a file says of the whole run, in text.
_TEXTS = ("title", "outcome", "failure")

Document = dict[str, Any]


class TraceFileError(ValueError):
    """A file is no trace. Its text is one line, and says why."""


def save_trace(trace: Trace, path: str | Path) -> None:
    """Write a trace into a file: see `load_trace`.

    Raises:
        OSError: The file cannot be written.
    """
    write_whole(path, encode(as_json(trace)))


def load_trace(path: str | Path) -> Trace:
    """Read a trace from a file that `save_trace` has written.

    It has the same text and the same digest.

    Raises:
        OSError: The file cannot be read.
        TraceFileError: It is no trace.
    """
    try:
        return from_document(_parse(Path(path).read_bytes()))
    except TraceFileError as error:
        raise TraceFileError(f"{path}: {error}") from None


def encode(text: str) -> bytes:
    """Encode JSON. What a file name has that is no text is escaped as JSON does it."""
    return text.encode("utf-8", "backslashreplace")


def as_json(trace: Trace) -> str:
    """Write a trace as JSON, a line for each event, so that tools can compare lines."""
    head = json.dumps(_head(trace), ensure_ascii=False)
    lines = (json.dumps(as_document(event), ensure_ascii=False) for event in trace)
    return f'{head[:-1]}, "events": [\n' + ",\n".join(lines) + "\n]}\n"


def as_document(event: TraceEvent) -> Document:
    """Write an event as an object of JSON. What it has not is not there."""
    document: Document = {
        "time": event.time,
        "host": event.host,
        "kind": event.kind,
        "source": shown(event.source),
    }
    if event.destination is not None:
        document["destination"] = shown(event.destination)
    if event.note:
        document["note"] = event.note
    if event.packet:
        document["packet"] = event.packet
    if event.segment:
        document["segment"] = event.segment
    if event.data:
        document |= data_document(bytes(event.data))
    return document


def from_document(document: object) -> Trace:
    """Read a trace from what JSON has made of it.

    Raises:
        TraceFileError: It is none.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise TraceFileError("this is not a trace")
    version = document.get("version")
    if version != VERSION:
        known = f"version {shortened(version)} is not one that can be read"
        raise TraceFileError(known)
    trace = Trace()
    trace.seed = _field(document, "seed", int)
    trace.details = _texts(_field(document, "details", list), "details")
    for name, own in _field(document, "machines", dict).items():
        trace.machines[name] = _addresses(own, name)
    for name in _TEXTS:
        setattr(trace, name, _field(document, name, str))
    for number, event in enumerate(_field(document, "events", list)):
        try:
            trace.events.append(_read_event(event))
        except (TraceFileError, ValueError) as error:
            raise TraceFileError(f"event {number}: {error}") from None
    return trace


def _head(trace: Trace) -> Document:
    head: Document = {"format": FORMAT, "version": VERSION}
    head |= {name: getattr(trace, name) for name in _TEXTS}
    return head | {
        "seed": trace.seed,
        "digest": trace.digest(),
        "details": trace.details,
        "machines": trace.machines,
    }


def data_document(data: bytes) -> Document:
    """Write bytes as text if they are text, or else in base 64."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode("ascii")}


def _parse(content: bytes) -> object:
    """Read JSON.

    Raises:
        TraceFileError: It is none.
    """
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise TraceFileError("this is not JSON: too many brackets") from None
    except ValueError as error:
        raise TraceFileError(f"this is not JSON: {error}") from None


def _refuse(name: str) -> NoReturn:
    """Refuse what Python writes in JSON for what is no number."""
    raise ValueError(f"{name} is no number")


def _texts(values: object, name: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise TraceFileError(f"its {name} is {shortened(values)}")
    return tuple(values)


def _addresses(values: object, machine: str) -> tuple[str, ...]:
    addresses = _texts(values, f"machine {shortened(machine)}")
    for address in addresses:
        if canonical(address) is None:
            raise TraceFileError(f"{shortened(address)} is no address of a machine")
    return addresses


def _read_event(document: object) -> TraceEvent:
    if not isinstance(document, dict):
        raise TraceFileError("it is no object")
    return TraceEvent(
        _read_time(document),
        _field(document, "host", str),
        _field(document, "kind", str),
        _field(document, "source", str),
        _field(document, "destination", str, None),
        _read_data(document),
        _field(document, "note", str, ""),
        _field(document, "packet", int, 0),
        _field(document, "segment", int, 0),
    )


def _read_time(document: Mapping[str, Any]) -> float:
    time = _field(document, "time", (int, float))
    try:
        seconds = float(time)
    except OverflowError:
        seconds = math.inf
    if not 0 <= seconds < math.inf:
        raise TraceFileError(f"its time is {shortened(time)}")
    return seconds


def _read_data(document: Mapping[str, Any]) -> bytes:
    text: str = _field(document, "text", str, "")
    encoded: str = _field(document, "base64", str, "")
    return b64decode(encoded, validate=True) if encoded else text.encode("utf-8")


_REQUIRED = object()


def _field(
    document: Mapping[str, Any],
    name: str,
    kinds: type | tuple[type, ...],
    default: Any = _REQUIRED,
) -> Any:
    """Return a field, which must be there unless it has a default.

    Raises:
        TraceFileError: It is not there, or of another type.
    """
    value = document.get(name, default)
    if value is _REQUIRED:
        raise TraceFileError(f"it has no {name}")
    if value is default:
        return value
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise TraceFileError(f"its {name} is {shortened(value)}")
    return value
