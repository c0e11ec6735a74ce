# -*- test-case-name: harness.test.test_trace -*-
"""What happened on a network, in order: for the reader of a failure, and for comparing.

Two runs are the same run exactly if the digests of their traces are equal. While a
network runs, an event costs a tuple; text and digest are made when they are asked for.

A trace holds what programs ask of their machines, and what these answer: it does not
look into the programs. Order and time of calls and threads show in what they send. For
a picture there is more to be had, if it is asked for: what links carry, the timers that
fire, and the Deferreds. That does not make two runs different ones.
"""

import os
from collections import deque
from collections.abc import Iterator, MutableSequence
from hashlib import sha256
from typing import NamedTuple

#: What differs in each run, since encryption draws on the system's own generator.
ENCRYPTED = "encrypted"

#: What is recorded for a picture only, and does not count when runs are compared.
_FOR_A_PICTURE = (
    "send",
    "arrive",
    "lost",
    "timeout",
    "timer",
    "deferred",
    "fired",
    "callback",
    "errback",
    "partition",
    "heal",
)

_UNCOUNTED = frozenset((ENCRYPTED, *_FOR_A_PICTURE))

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
            - ``crash``, ``restart``: of the machine

            And for a picture, see `Network.start_trace`:

            - ``send``, ``arrive``, ``lost``: of a packet between two machines; it is
              the destination that an arrival or a loss happens to
            - ``timeout``: a connection was given up, since nobody answers
            - ``partition``, ``heal``: of a link to another machine
            - ``timer``: a delayed call was made
            - ``deferred``, ``fired``: a Deferred was made, or got its result
            - ``callback``, ``errback``: one of those of a Deferred was called
        source: Whose event it is: an address, or the path of a UNIX socket; the name of
            a machine, a function or a Deferred.
        destination: The other end, or None if there is none.
        data: The bytes, if it has any.
        note: In words what a packet is, or what a call came to.
        packet: The number of a packet, from 1, or 0 if the event is of no packet.
        segment: Which piece of its stream a packet carries, from 1, or 0 if it is none
            that TCP may send again.
    """

    time: float
    host: str
    kind: str
    source: object
    destination: object = None
    data: bytes | memoryview = b""
    note: str = ""
    packet: int = 0
    segment: int = 0

    @property
    def counts(self) -> bool:
        """Whether it is one of those by which two runs are compared."""
        return self.kind not in _UNCOUNTED

    def __str__(self) -> str:
        words = [f"{self.time:.9f}", self.host, self.kind, shown(self.source)]
        if self.destination is not None:
            words += ["->", shown(self.destination)]
        if self.packet:
            words.append(f"#{self.packet}")
        if self.note:
            words.append(self.note)
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
        machines: The addresses of each machine beside loopback, by its name.
        seed: The seed of the network.
        details: What is recorded beside what is always: see `Network.start_trace`.
        title: What has been traced: the name of a test.
        outcome: ``passed`` or ``failed``, or "" if that is not known.
        failure: How it failed, if it did: the text of a traceback.
    """

    def __init__(self, last: int | None = None) -> None:
        """Begin with no events.

        Args:
            last: How many events to keep at most; older ones are forgotten then. None:
                all of them.
        """
        self.events: MutableSequence[TraceEvent] = (
            [] if last is None else deque(maxlen=last)
        )
        self.machines: dict[str, tuple[str, ...]] = {}
        self.seed = 0
        self.details: tuple[str, ...] = ()
        self.title = self.outcome = self.failure = ""

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
        What is recorded for a picture does not count either.

        Args:
            payload: Whether the bytes count, or only how many there were. A program
                that encrypts in another way, as SSH does, sends other bytes in each
                run, but as many.
        """
        digest = sha256()
        for event in self.events:
            if event.counts:
                ends = shown(event.source), shown(event.destination)
                head = (event.time, event.host, event.kind, *ends, len(event.data))
                digest.update(f"{head!r}\n".encode())
                digest.update(event.data if payload else b"")
        return digest.hexdigest()


def shown(end: object) -> str:
    """Write an end of an event. An abstract path begins with "@", as in ``ss``."""
    if end is None:
        return "unnamed"
    if isinstance(end, bytes):
        return os.fsdecode(end).replace("\0", "@", 1)
    return str(end)
