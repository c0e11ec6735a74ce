# -*- test-case-name: harness.test.test_pcapng -*-
"""Captures of frames in files of the format pcapng, which Wireshark opens.

draft-ietf-opsawg-pcapng: a file is a row of blocks, each of which begins and ends with
its length.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address
from typing import NamedTuple

_SECTION, _INTERFACE, _NAMES, _PACKET = 0x0A0D0D0A, 1, 4, 6
_BYTE_ORDER = 0x1A2B3C4D
_ETHERNET = 1
_NANOSECONDS = 9
_END_OF_TIME = 2**64
_LONGEST_NAME = 255

# Options: some have the same number in all blocks.
_END, _COMMENT, _APPLICATION, _NAME, _RESOLUTION = 0, 1, 4, 2, 9


class Frame(NamedTuple):
    """One frame of a capture.

    Attributes:
        time: When it was sent, in seconds.
        content: Its bytes.
        comment: What there is to say of it.
    """

    time: float
    content: bytes
    comment: str = ""


def capture_file(
    frames: Iterable[Frame], names: Mapping[str, Sequence[str]], application: str
) -> bytes:
    """Make the bytes of a file.

    Args:
        frames: The frames, in order.
        names: The addresses of each machine, by its name.
        application: Who has made it.

    Raises:
        ValueError: A time is later than the format can say.
    """
    blocks = [
        _section(application),
        _interface(),
        _name_records(names),
        *map(_packet, frames),
    ]
    return b"".join(blocks)


def _section(application: str) -> bytes:
    options = _option(_APPLICATION, application.encode())
    unknown_length = -1
    head = struct.pack("<IHHq", _BYTE_ORDER, 1, 0, unknown_length)
    return _block(_SECTION, head + options + _option(_END, b""))


def _interface() -> bytes:
    options = _option(_NAME, b"harness") + _option(_RESOLUTION, bytes([_NANOSECONDS]))
    no_limit = 0
    head = struct.pack("<HHI", _ETHERNET, 0, no_limit)
    return _block(_INTERFACE, head + options + _option(_END, b""))


def _name_records(names: Mapping[str, Sequence[str]]) -> bytes:
    records = b""
    for name, addresses in names.items():
        for address in map(ip_address, addresses):
            kind = 1 if address.version == 4 else 2
            records += _option(kind, address.packed + _written(name) + b"\0")
    return _block(_NAMES, records + _option(_END, b""))


def _written(name: str) -> bytes:
    return name.encode("utf-8", "backslashreplace")[:_LONGEST_NAME]


def _packet(frame: Frame) -> bytes:
    exact = frame.time * 10**_NANOSECONDS
    if exact >= _END_OF_TIME:
        raise ValueError(f"{frame.time} seconds are more than a capture can say")
    ticks = round(exact)
    size = len(frame.content)
    head = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    options = b""
    if frame.comment:
        options = _option(_COMMENT, frame.comment.encode()) + _option(_END, b"")
    return _block(_PACKET, head + _padded(frame.content) + options)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
