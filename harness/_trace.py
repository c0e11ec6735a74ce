# -*- test-case-name: harness.test.test_trace -*-
"""What happened on a network, in order: for the reader of a failure, and for comparing.

Two runs are the same run exactly if the digests of their traces are equal. While a
network runs, an event costs a tuple; text and digest are made when they are asked for.

A trace holds what programs ask of their machines, and what these answer: it does not
look into the programs. Order and time of calls and threads show in what they send.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

#: What differs in each run, since encryption draws on the system's own generator.
ENCRYPTED = "encrypted"

#: How many bytes of an event's data are shown.
_SHOWN = 48


class TraceEvent(NamedTuple):
    """One event.

    Its text is one line: ``0.000000000 localhost data 127.0.0.1:32768 -> 127.0.0.1:80
    5 bytes b'hello'``.

    Attributes:
        time: The virtual time in seconds.
        host: The name of the machine that it happened on.
        kind: What happened:

            - ``lookup``: somebody asked for the addresses of a name
            - ``listen``, ``connect``, ``accept``, ``refused``: of a connection, or of a
              datagram in the case of the last
            - ``data``: bytes were sent on a stream that is not encrypted
            - ``plaintext``: bytes were sent by TLS; they are those that went in
            - ``encrypted``: what went out of TLS: the handshake, and all other bytes
            - ``fin``, ``reset``: one direction of a stream has ended, or both at once
            - ``datagram``: one was sent
        source: Whose event it is: an address, or the path of a UNIX socket.
        destination: The other end, or None if there is none.
        data: The bytes, if it has any.
    """

    time: float
    host: str
    kind: str
    source: object
    destination: object = None
    data: bytes | memoryview = b""

    def __str__(self) -> str:
        words = [f"{self.time:.9f}", self.host, self.kind, _shown(self.source)]
        if self.destination is not None:
            words += ["->", _shown(self.destination)]
        if self.data:
            words.append(f"{len(self.data)} bytes")
            if self.kind != ENCRYPTED:
                words.append(repr(bytes(self.data[:_SHOWN])))
        if len(self.data) > _SHOWN and self.kind != ENCRYPTED:
            words.append("...")
        return " ".join(words)


class Trace:
    """The events of a network since the trace was begun: see `Network.start_trace`.

    Its text is that of its events, a line for each.

    Attributes:
        events: The events, oldest first.
    """

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []

    def __iter__(self) -> Iterator[TraceEvent]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __str__(self) -> str:
        return "".join(f"{event}\n" for event in self.events)

    def digest(self, payload: bool = True) -> str:
        """Return a SHA-256 of all events, in hexadecimal.

        What is encrypted by TLS does not count, neither its bytes nor its size, for
        both differ in each run or with the version of OpenSSL. What went into TLS does.

        Args:
            payload: Whether the bytes count, or only how many there were. A program
                that encrypts in another way, as SSH does, sends other bytes in each
                run, but as many.
        """
        digest = sha256()
        for event in self.events:
            if event.kind != ENCRYPTED:
                ends = _shown(event.source), _shown(event.destination)
                head = (event.time, event.host, event.kind, *ends, len(event.data))
                digest.update(f"{head!r}\n".encode())
                digest.update(event.data if payload else b"")
        return digest.hexdigest()


def _shown(end: object) -> str:
    """Write an address, or a path: an abstract one begins with "@", as in ``ss``."""
    if end is None:
        return "unnamed"
    if isinstance(end, bytes):
        return os.fsdecode(end).replace("\0", "@", 1)
    return str(end)
