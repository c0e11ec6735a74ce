# -*- test-case-name: harness.test.test_payloads -*-
"""Bytes, written for people: as text where they are text, and else in hexadecimal."""

#: One character in how many may be no printable one, in what is taken for text.
_RARE = 10

#: What control characters of text are written as.
_ESCAPES = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\"}


def text_of(data: bytes | memoryview) -> str | None:
    """Return the text that bytes are in UTF-8, or None if they are hardly that.

    A few bytes that are no text are written with a backslash: a piece of a stream may
    begin or end within a character.
    """
    content = bytes(data)
    text = content.decode("utf-8", "backslashreplace")
    odd = sum(not (char.isprintable() or char in "\r\n\t") for char in text)
    odd += (len(text) - len(content.decode("utf-8", "ignore"))) // len("\\xff")
    return text if odd * _RARE <= len(text) else None


def hex_of(data: bytes | memoryview) -> str:
    """Write bytes in hexadecimal: ``16 03 01``."""
    return bytes(data).hex(" ")


def excerpt(data: bytes | memoryview, width: int) -> str:
    """Write the beginning of bytes in one line of at most ``width`` characters."""
    beginning = bytes(data[:width])
    text = text_of(beginning)
    line = hex_of(beginning) if text is None else one_line(text)
    return line if len(data) <= width and len(line) <= width else cut(line, width)


def one_line(text: str) -> str:
    """Write text in one line: what would end it, or cannot be seen, is escaped."""
    return "".join(
        _ESCAPES.get(char) or (char if char.isprintable() else ascii(char)[1:-1])
        for char in text
    )


def cut(text: str, width: int) -> str:
    """Shorten text to ``width`` characters, the last three of them dots."""
    return text[: max(0, width - 3)] + "..."
