# -*- test-case-name: harness.test.test_http_uploads -*-
"""Forms that came, read by the standard library: by nobody's producer."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


@dataclass(frozen=True)
class FormPart:
    """A part of a form (RFC 7578).

    Attributes:
        name: Of the field, as it was sent, without its quotes.
        filename: Of the file, as it was sent, or None.
        content_type: As it was sent, or None.
        body: The bytes.
    """

    name: str
    filename: str | None
    content_type: str | None
    body: bytes


class FlatMessage(EmailMessage):
    """A message whose parts are bytes, though they be messages themselves."""

    def get_content_type(self) -> str:
        kind = super().get_content_type()
        return kind if kind == "multipart/form-data" else "application/octet-stream"


def parse_form(content_type: str | None, body: bytes) -> list[FormPart]:
    """Read a form.

    Args:
        content_type: What the request says of it.
        body: Its bytes.

    Raises:
        ValueError: It is none, or malformed.
    """
    typed = f"Content-Type: {content_type}\r\n\r\n".encode()
    form: Any = BytesParser(_class=FlatMessage, policy=HTTP).parsebytes(typed + body)
    if form.get_content_type() != "multipart/form-data":
        raise ValueError(f"not a form but {content_type}")
    parts = form.get_payload() if form.is_multipart() else []
    defects = [*form.defects, *(flaw for part in parts for flaw in part.defects)]
    if form.preamble or form.epilogue:
        defects.append(ValueError("there is something outside of the boundaries"))
    if defects:
        raise ValueError(f"malformed form: {', '.join(map(_describe, defects))}")
    return [_part(part) for part in parts]


def _part(part: Any) -> FormPart:
    disposition = part["Content-Disposition"]
    if (
        disposition is None
        or disposition.content_disposition != "form-data"
        or "name" not in disposition.params
    ):
        raise ValueError(f"a part that is no field: {disposition}")
    return FormPart(
        disposition.params["name"],
        disposition.params.get("filename"),
        {name.lower(): text for name, text in part.raw_items()}.get("content-type"),
        part.get_payload(decode=True),
    )


def _describe(defect: Exception) -> str:
    return str(defect) or type(defect).__name__
