# -*- test-case-name: harness.test.test_http_ranges -*-
"""Parts of a page (RFC 9110, section 14)."""

import re

from twisted.web.http import Request, datetimeToString

#: What stands between parts. A page that has it in itself is not divided.
BOUNDARY = "THIS_SEPARATES_THE_PARTS"

Span = tuple[int, int]


def answer_range(request: Request, body: bytes, content_type: str | None) -> bytes:
    """Choose what of ``body`` is sent, and say so in the answer's head.

    A request that is not understood, or that is about an older page, gets all.

    Args:
        request: What may ask for a part, or for several.
        body: The whole.
        content_type: Its type, said again in each of several parts.

    Returns:
        What to send.
    """
    request.setHeader("Accept-Ranges", "bytes")
    asked = request.getHeader("range")
    if asked is None or request.method != b"GET" or not _is_about_this(request):
        return body
    spans = parse_ranges(asked, len(body))
    if spans is None:
        return body
    if not spans:
        request.setResponseCode(416)
        request.setHeader("Content-Range", f"bytes */{len(body)}")
        return b""
    request.setResponseCode(206)
    if len(spans) == 1:
        request.setHeader("Content-Range", _content_range(spans[0], len(body)))
        return body[slice(*spans[0])]
    request.setHeader("Content-Type", f"multipart/byteranges; boundary={BOUNDARY}")
    return _multipart(body, spans, content_type)


def parse_ranges(text: str, length: int) -> list[Span] | None:
    """Read a Range field.

    Args:
        text: Its value.
        length: Of the whole.

    Returns:
        Where each part begins and where what follows it does.
        Those that begin behind the end are left out.
        None, if the field is not about bytes or is malformed.
    """
    unit, _, items = text.partition("=")
    spans = [_span(item.strip(), length) for item in items.split(",")]
    if unit.strip().lower() != "bytes" or None in spans:
        return None
    return [span for span in spans if span is not None and span[0] < span[1]]


def _span(item: str, length: int) -> Span | None:
    match = re.fullmatch(r"(\d*)-(\d*)", item, re.ASCII)
    if match is None or item == "-":
        return None
    first, last = match.groups()
    if not first:
        return max(0, length - int(last)), length
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1 if last else length, length)


def _is_about_this(request: Request) -> bool:
    """Read If-Range (RFC 9110, section 13.1.5): a weak tag is none to go by."""
    condition = request.getHeader("if-range")
    if condition is None:
        return True
    if request.etag is not None and condition == request.etag.decode("ascii"):
        return not condition.startswith("W/")
    modified = request.lastModified
    return modified is not None and condition == datetimeToString(modified).decode()


def _content_range(span: Span, length: int) -> str:
    return f"bytes {span[0]}-{span[1] - 1}/{length}"


def _multipart(body: bytes, spans: list[Span], content_type: str | None) -> bytes:
    parts = []
    for span in spans:
        head = f"--{BOUNDARY}\r\nContent-Range: {_content_range(span, len(body))}\r\n"
        if content_type is not None:
            head += f"Content-Type: {content_type}\r\n"
        parts.append(head.encode("ascii") + b"\r\n" + body[slice(*span)] + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode("ascii")
