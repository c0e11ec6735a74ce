# -*- test-case-name: harness.test.test_progress -*-
"""Say how far a long command has come."""

from collections.abc import Callable
from typing import TextIO


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

    def advance(self, number: int, failed: int) -> None:
        """Note that ``number`` more are done.

        Args:
            number: How many.
            failed: How many of all have failed so far.
        """
        self._done += number
        tenths = self._done * 10 // self._total
        if self._stream.isatty():
            self._stream.write(f"\r{self._words(failed)}")
            if self._done == self._total:
                self._stream.write("\n")
        elif tenths > self._tenths:
            self._stream.write(f"{self._words(failed)}\n")
        self._tenths = tenths
        self._stream.flush()

    def _words(self, failed: int) -> str:
        rate = self._done / max(self._clock() - self._begun, 1e-9)
        return (
            f"{self._done} of {self._total} seeds, {failed} failed, {rate:.0f} a second"
        )
