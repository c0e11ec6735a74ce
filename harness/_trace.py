# -*- test-case-name: harness.test.test_trace -*-
"""What happened on a network, in order: for the reader of a failure, and for comparing.

Two runs are the same run exactly if the digests of their traces are equal. While a
network runs, an event costs a tuple; text and digest are made when they are asked for.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple


class TraceEvent(NamedTuple):
    """One event.

    Attributes:
        time: The virtual time in seconds.
        kind: ``listen``, ``connect``, ``refused``, ``accept``, ``data``, ``fin``,
            ``reset``, ``datagram`` or what else a caller of `Network.record` says.
        source: Whose event it is: an address, or a path.
        destination: The other end, or None.
        data: The bytes, if it has any.
    """

    time: float
    kind: str
    source: object
    destination: object
    data: bytes | memoryview = b""

    def __str__(self) -> str:
        ends = str(self.source)
        if self.destination is not None:
            ends += f" -> {self.destination}"
        text = f"{self.time:.9f} {self.kind} {ends}"
        if self.data:
            text += f" {len(self.data)} bytes {bytes(self.data[:32])!r}"
        return text


class Trace:
    """The events of a network since the trace was begun: see `Network.start_trace`.

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

        Args:
            payload: Whether the bytes count, or only how many there were. Encrypted
                connections draw on the system's own generator: their bytes differ in
                each run, their sizes do not.
        """
        digest = sha256()
        for event in self.events:
            data = bytes(event.data) if payload else b""
            head = (event.time, event.kind, str(event.source), str(event.destination))
            digest.update(f"{head!r} {len(event.data)}\n".encode())
            digest.update(data)
        return digest.hexdigest()
