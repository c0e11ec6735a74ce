# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_formdata -*-
"""A form with a file in it, sent from the disk (RFC 7578).

The length is known before the first byte is sent, and of the file no more than one
piece is in memory at any time.
"""

import os
import secrets
import stat
from collections.abc import Generator, Iterable, Iterator
from mimetypes import MimeTypes
from pathlib import Path
from typing import BinaryIO, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from twisted_examples.ch03_web_clients.agents import IReplayableBody
from twisted_examples.ch03_web_clients.errors import WebError

#: How many bytes of a file are read at once.
PIECE = 2**16

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class UploadError(WebError):
    """The file cannot be sent."""


class Part(Protocol):
    """One part of a form.

    Attributes:
        headers: Its header lines, without what ends them.
        length: How many bytes its content has.
    """

    headers: list[bytes]
    length: int

    def pieces(self) -> Iterator[bytes]:
        """Yield the content, from its beginning."""


def disposition(name: str, filename: str | None = None) -> bytes:
    """Make the header line that names a part.

    What would end the name, or the line, is escaped as browsers do it. All else goes
    as UTF-8. A name of a file that is not text goes as the bytes that it is.
    """
    line = f'Content-Disposition: form-data; name="{name.translate(_ESCAPES)}"'
    if filename is not None:
        line += f'; filename="{filename.translate(_ESCAPES)}"'
    return line.encode("utf-8", "surrogateescape")


def content_type(filename: str) -> str:
    """Guess from a file's name what is in it: by Python's own table, nobody else's."""
    kind, encoding = MimeTypes().guess_type(filename)
    return kind if kind is not None and encoding is None else "application/octet-stream"


class TextPart:
    """A field of a form that was filled in."""

    def __init__(self, name: str, value: str) -> None:
        self.headers = [disposition(name)]
        self._value = value.encode("utf-8", "surrogateescape")
        self.length = len(self._value)

    def pieces(self) -> Iterator[bytes]:
        yield self._value


class FilePart:
    """A file.

    Args:
        name: The name of the field.
        path: Where the file is.

    Raises:
        UploadError: There is no file that can be read.
    """

    def __init__(self, name: str, path: Path) -> None:
        self._path = path
        with self._open() as file:
            self._state = _state(file)
        self.length = self._state.st_size
        kind = content_type(path.name)
        self.headers = [
            disposition(name, path.name),
            f"Content-Type: {kind}".encode("ascii"),
        ]

    def pieces(self) -> Iterator[bytes]:
        """Yield the content.

        Raises:
            UploadError: It is no longer what it was. What was sent is incomplete then,
                and the server knows.
        """
        with self._open() as file:
            self._require_unchanged(file)
            remaining = self.length
            while remaining and (piece := file.read(min(PIECE, remaining))):
                remaining -= len(piece)
                yield piece
            # It may have become shorter, or have been written to behind our back.
            self._require_unchanged(file)

    def _open(self) -> BinaryIO:
        try:
            if not stat.S_ISREG(os.stat(self._path).st_mode):  # opening might block
                raise UploadError(f"{self._path} is not a file")
            return open(self._path, "rb")
        except OSError as error:
            raise UploadError(f"cannot read {self._path}: {error.strerror}") from error

    def _require_unchanged(self, file: BinaryIO) -> None:
        if _identity(_state(file)) != _identity(self._state):
            raise UploadError(f"{self._path} was changed while it was being sent")


def _state(file: BinaryIO) -> os.stat_result:
    return os.fstat(file.fileno())


def _identity(state: os.stat_result) -> tuple[int, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


@implementer(IReplayableBody)
class FormBody:
    """The body of a request that sends a form.

    Args:
        parts: What is in the form, in order.
        boundary: What stands between the parts, and must not be in any of them; one
            that nobody can foresee unless given.

    Attributes:
        content_type: The value of the header of that name.
        length: How many bytes the body has.
    """

    def __init__(self, parts: Iterable[Part], boundary: str | None = None) -> None:
        self._parts = tuple(parts)
        name = secrets.token_hex(16) if boundary is None else boundary
        self._boundary = name.encode("ascii")
        self.content_type = b"multipart/form-data; boundary=" + self._boundary
        frames = sum(len(self._head(part)) + part.length + 2 for part in self._parts)
        self.length = frames + len(self._tail())

    # IBodyProducer

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        self._consumer = consumer
        self._pieces = self._all_pieces()
        self._finished: Deferred[None] = Deferred(lambda _: self.stopProducing())
        self._is_paused = False
        # The Deferred may have fired, and been taken away, before this returns.
        finished = self._finished
        self._produce()
        return finished

    def pauseProducing(self) -> None:
        self._is_paused = True

    def resumeProducing(self) -> None:
        self._is_paused = False
        self._produce()

    def stopProducing(self) -> None:
        self._is_paused = True
        self._pieces.close()

    def _produce(self) -> None:
        """Write until the consumer has enough, which it may have within ``write``."""
        while not self._is_paused:
            try:
                piece = next(self._pieces)
            except StopIteration:
                self._is_paused = True
                self._finished.callback(None)
            except (OSError, UploadError):
                self._is_paused = True
                self._finished.errback()
            else:
                self._consumer.write(piece)

    # The bytes

    def _all_pieces(self) -> Generator[bytes, None, None]:
        for part in self._parts:
            yield self._head(part)
            yield from part.pieces()
            yield b"\r\n"
        yield self._tail()

    def _head(self, part: Part) -> bytes:
        return b"\r\n".join([b"--" + self._boundary, *part.headers, b"", b""])

    def _tail(self) -> bytes:
        return b"--" + self._boundary + b"--\r\n"
