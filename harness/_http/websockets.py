# -*- test-case-name: harness.test.test_http_websockets -*-
"""A websocket that echoes (RFC 6455), as small as it can be.

Twisted's own support needs a library that the harness does without.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha1
from typing import Any, NamedTuple

from twisted.internet.protocol import Protocol
from twisted.web.server import NOT_DONE_YET

from harness._http.pages import Answer

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

#: From this payload length on, the length stands in bytes of its own.
_EXTENDED = {126: 2, 127: 8}


class Frame(NamedTuple):
    """One frame (section 5.2).

    Attributes:
        opcode: What it is.
        payload: What it says, without the mask.
        final: Whether it ends a message.
    """

    opcode: int
    payload: bytes
    final: bool = True


class Violation(Exception):
    """The client has broken the protocol.

    Attributes:
        code: Of the close frame that says so (section 7.4.1).
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class FrameReader:
    """Takes bytes of a client, gives frames."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take bytes, and give the frames that are whole now.

        Raises:
            Violation: A frame is not masked, or uses what nobody has agreed on.
        """
        self._buffer += data
        while (frame := self._take()) is not None:
            yield frame

    def _take(self) -> Frame | None:
        data = self._buffer
        if len(data) < 2:
            return None
        first, second = data[0], data[1]
        if first & 0x70 or not second & 0x80:
            raise Violation(1002)
        length, at = second & 0x7F, 2
        size = _EXTENDED.get(length, 0)
        if size:
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        end = at + 4 + length
        if len(data) < end:
            return None
        self._buffer = data[end:]
        payload = mask(data[at + 4 : end], data[at : at + 4])
        return Frame(first & 0x0F, payload, bool(first & 0x80))


def mask(payload: bytes, key: bytes) -> bytes:
    """Put a mask on, or take it off (section 5.3)."""
    return bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def write_frame(frame: Frame, key: bytes = b"") -> bytes:
    """Write a frame: masked with ``key`` as clients do, or as servers do without."""
    length, masked = len(frame.payload), 0x80 if key else 0
    head = bytes([frame.opcode | (0x80 if frame.final else 0)])
    if length < 126:
        head += bytes([masked | length])
    elif length < 1 << 16:
        head += bytes([masked | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([masked | 127]) + length.to_bytes(8, "big")
    return head + key + (mask(frame.payload, key) if key else frame.payload)


class EchoSocket(Protocol):
    """Sends each message back, answers pings, and takes its leave."""

    def __init__(self) -> None:
        self._reader = FrameReader()
        self._message: list[Frame] = []
        self._over = False

    def dataReceived(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                if not self._over:
                    self._receive(frame)
        except Violation as violation:
            self._close(violation.code.to_bytes(2, "big"))

    def _receive(self, frame: Frame) -> None:
        if frame.opcode in (CONTINUATION, TEXT, BINARY):
            self._receive_data(frame)
        elif frame.opcode not in (CLOSE, PING, PONG) or not _is_control(frame):
            raise Violation(1002)
        elif frame.opcode == PING:
            self._send(frame._replace(opcode=PONG))
        elif frame.opcode == CLOSE:
            self._close(frame.payload)

    def _receive_data(self, frame: Frame) -> None:
        if (frame.opcode == CONTINUATION) != bool(self._message):
            raise Violation(1002)
        self._message.append(frame)
        if frame.final:
            whole = b"".join(piece.payload for piece in self._message)
            opcode = self._message[0].opcode
            self._message = []
            if opcode == TEXT and not _is_text(whole):
                raise Violation(1007)
            self._send(Frame(opcode, whole))

    def _close(self, payload: bytes) -> None:
        self._over = True
        self._send(Frame(CLOSE, payload))
        transport: Any = self.transport
        transport.loseConnection()

    def _send(self, frame: Frame) -> None:
        transport: Any = self.transport
        transport.write(write_frame(frame))


def _is_control(frame: Frame) -> bool:
    return frame.final and len(frame.payload) < 126


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class EchoResource(Answer):
    """Makes a websocket of a connection, if it is asked in the right way."""

    def render(self, request: Any) -> int | bytes:
        if request.getHeader("sec-websocket-version") != "13":
            request.setResponseCode(426)
            request.setHeader("Sec-WebSocket-Version", "13")
            return b"Version 13 of WebSocket is spoken here.\n"
        key = (request.getHeader("sec-websocket-key") or "").encode("latin-1")
        if not _is_handshake(request, key):
            request.setResponseCode(400)
            return b"This is no handshake of a WebSocket.\n"
        request.startedWriting = 1
        request.channel.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept_key(key) + b"\r\n\r\n"
        )
        request.channel.upgrade(EchoSocket())
        return NOT_DONE_YET


def accept_key(key: bytes) -> bytes:
    """Answer the key of a client (section 4.2.2)."""
    return b64encode(sha1(key + _ACCEPT).digest())


def _is_handshake(request: Any, key: bytes) -> bool:
    """Check the rest of a handshake (section 4.2.1)."""
    try:
        nonce = b64decode(key, validate=True)
    except ValueError:
        return False
    connection = (request.getHeader("connection") or "").lower()
    return (
        len(nonce) == 16
        and request.method == b"GET"
        and (request.getHeader("upgrade") or "").lower() == "websocket"
        and "upgrade" in [token.strip() for token in connection.split(",")]
    )
