# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_progress -*-
"""Tell how far a transfer has come: a line that moves, or a few lines that stay."""

from typing import TextIO

from twisted.internet.interfaces import IReactorTime

#: Seconds between two looks of a person.
INTERVAL = 0.1
#: The first size that is worth a line where the whole is not known.
FIRST_SIZE = 2**20


def describe(done: int, total: int | None) -> str:
    """Say how much there is: in percent where the whole is known."""
    if total is None:
        return f"{done} bytes"
    return f"{100 * done // total if total else 100}% of {total} bytes"


class Progress:
    """Shows the progress of one transfer.

    A terminal gets one line, painted over ten times a second at most. A file or a pipe
    gets a line at each tenth of the whole; where that is not known, whenever it is
    twice as much as before.

    Args:
        stream: Where to: standard error.
        total: How many bytes there will be, or None.
        clock: The reactor.
    """

    def __init__(self, stream: TextIO, total: int | None, clock: IReactorTime) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._done = 0
        self._is_terminal = stream.isatty()
        self._painted_at = clock.seconds() - INTERVAL
        self._next_line = FIRST_SIZE if total is None else 1
        self._width = 0

    def advance(self, size: int) -> None:
        """Take note of ``size`` more bytes."""
        self._done += size
        if self._is_terminal:
            if self._clock.seconds() - self._painted_at >= INTERVAL:
                self._paint()
        elif self._total is None:
            self._note_doubled()
        else:
            self._note_tenth(self._total)

    def finish(self) -> None:
        """End the line that moves, if there is one, where the transfer has ended."""
        if self._width:
            self._paint()
            self._stream.write("\n")
            self._stream.flush()
            self._width = 0

    def _paint(self) -> None:
        text = describe(self._done, self._total)
        # What is shorter than before has to cover what was there.
        self._stream.write(f"\r{text:<{self._width}}")
        self._stream.flush()
        self._width = len(text)
        self._painted_at = self._clock.seconds()

    def _note_doubled(self) -> None:
        if self._done >= self._next_line:
            self._note()
            while self._next_line <= self._done:
                self._next_line *= 2

    def _note_tenth(self, total: int) -> None:
        tenths = 10 * self._done // total if total else 10
        if tenths >= self._next_line:
            self._note()
            self._next_line = tenths + 1

    def _note(self) -> None:
        self._stream.write(f"{describe(self._done, self._total)}\n")
        self._stream.flush()
