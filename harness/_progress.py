# -*- test-case-name: harness.test.test_progress -*-
"""Say how far a long command has come."""

from collections.abc import Callable
from typing import TextIO

#: Seconds between two versions of the line on a terminal.
INTERVAL = 0.1


class Progress:
    """Writes how much is done: over and over in one line, or some plain lines.

    Args:
        stream: Where to. Unless it is a terminal there is a line for each tenth.
        total: How much there is to do.
        clock: Returns the time in seconds.
    """

    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._begun = clock()
        self._done = 0
        self._tenths = 0
        self._failed = 0
        self._shown = self._begun - INTERVAL
        self._is_open = False

    def advance(self, number: int, failed: int) -> None:
        """Note that ``number`` more are done.

        Args:
            number: How many.
            failed: How many of all have failed so far.
        """
        self._done += number
        self._failed = failed
        tenths = self._done * 10 // self._total
        if self._stream.isatty():
            if self._clock() - self._shown >= INTERVAL:
                self._show()
        elif tenths > self._tenths:
            self._stream.write(f"{self._words()}\n")
            self._stream.flush()
        self._tenths = tenths

    def close(self) -> None:
        """Write nothing any more: end the line, if one has been begun."""
        if self._is_open:
            self._show()
            self._stream.write("\n")
            self._stream.flush()

    def _show(self) -> None:
        self._shown = self._clock()
        self._is_open = True
        self._stream.write(f"\r{self._words()}")
        self._stream.flush()

    def _words(self) -> str:
        rate = self._done / max(self._clock() - self._begun, 1e-9)
        return (
            f"{self._done} of {self._total} seeds, {self._failed} failed, "
            f"{rate:.0f} a second"
        )
