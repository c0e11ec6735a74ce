# -*- test-case-name: harness.test.test_http_scripts -*-
"""Answers that no ``Site`` would give: bytes and pauses, played as they stand.

A script in a file of ``fixtures/http/`` has one step on each line::

    # What it is.
    send HTTP/1.1 200 OK\\r\\n
    send Content-Length: 100\\r\\n\\r\\n
    wait 1.5
    repeat 3 ten bytes\\n
    close

Bytes are written as in a Python literal and stand from the first blank behind the word
to the end of the line. The last step says what becomes of the connection: see `End`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime

Step = bytes | float


class End(Enum):
    """What becomes of the connection when all has been sent.

    Attributes:
        CLOSE: It is closed.
        ABORT: It is reset.
        SILENCE: It stays open, and nothing more is ever said.
        NEXT: It stays open for the next request.
    """

    CLOSE = "close"
    ABORT = "abort"
    SILENCE = "silence"
    NEXT = "next"


@dataclass(frozen=True)
class Script:
    """What is sent, and when.

    Attributes:
        steps: Bytes to send, and numbers of seconds to wait.
        end: What comes then.
    """

    steps: tuple[Step, ...]
    end: End = End.CLOSE

    @classmethod
    def parse(cls, text: str) -> "Script":
        """Read a script.

        Raises:
            ValueError: A line is none of a script's, or the end is missing.
        """
        lines = [line for line in text.splitlines() if line and line[0] != "#"]
        if not lines:
            raise ValueError("a script needs at least its end")
        return cls(tuple(_step(line) for line in lines[:-1]), End(lines[-1]))


def _step(line: str) -> Step:
    word, _, rest = line.partition(" ")
    if word == "send":
        return _literal(rest)
    if word == "wait":
        return float(rest)
    if word == "repeat":
        times, _, text = rest.partition(" ")
        return _literal(text) * int(times)
    raise ValueError(f"not a step of a script: {line!r}")


def _literal(text: str) -> bytes:
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


class Connection(Protocol):
    """What a script is played on: a channel of `twisted.web.http`."""

    transport: Any

    def loseConnection(self) -> object:
        """Close it."""


class Player:
    """Plays a script on a connection, once.

    Args:
        clock: Whose seconds it waits.
        connection: Where to send to.
        script: What.
        done: Called at the end, if that leaves the connection to the next request.
    """

    def __init__(
        self,
        clock: IReactorTime,
        connection: Connection,
        script: Script,
        done: Callable[[], object],
    ) -> None:
        self._clock = clock
        self._connection = connection
        self._steps: Iterator[Step] = iter(script.steps)
        self._end = script.end
        self._done = done
        self._waiting: IDelayedCall | None = None

    def play(self) -> None:
        """Go on to the next pause, or to the end."""
        self._waiting = None
        for step in self._steps:
            if not isinstance(step, bytes):
                self._waiting = self._clock.callLater(step, self.play)
                return
            self._connection.transport.write(step)
        self._finish()

    def stop(self) -> None:
        """Play no further: the connection is lost."""
        if self._waiting is not None:
            self._waiting.cancel()

    def _finish(self) -> None:
        if self._end is End.CLOSE:
            self._connection.loseConnection()
        elif self._end is End.ABORT:
            self._connection.transport.abortConnection()
        elif self._end is End.NEXT:
            self._done()
