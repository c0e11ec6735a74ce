# -*- test-case-name: harness.test.test_standard_streams -*-
"""The standard streams of programs that share one Python process.

``sys.stdout`` belongs to the process, and a program may put something else there. So
programs take turns with it, as processes do with a processor: when a program's turn
begins it finds its streams as it left them, and when the turn ends whoever was
interrupted does.
"""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, TextIO

from twisted.internet import stdio

#: What is exchanged: ``sys.stdout``, ``sys.stderr`` and ``stdio.StandardIO``.
_Streams = tuple[Any, Any, Any]


class OutputPipe(io.BytesIO):
    """Takes what a program writes, and keeps it for the test."""

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = False
        self._dev_null: int | None = None

    @property
    def is_broken(self) -> bool:
        """Whether the reader has gone away."""
        return self._dev_null is not None

    def break_off(self) -> None:
        """Let the reader go away: nobody takes what is written from now on."""
        if self._dev_null is None and not self._is_closed:
            self._dev_null = os.open(os.devnull, os.O_WRONLY)

    def close(self) -> None:
        """Keep no more. What is there can still be read by the test."""
        self._is_closed = True
        descriptor, self._dev_null = self._dev_null, None
        if descriptor is not None:
            os.close(descriptor)

    def write(self, data: Any, /) -> int:
        if self._is_closed:
            return len(data)
        if self.is_broken:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        return super().write(data)

    def fileno(self) -> int:
        """Return a descriptor that nobody reads, once the pipe is broken.

        A program may want to redirect it, so that nothing fails once more at exit.
        """
        if self._dev_null is None:
            return super().fileno()  # which says that there is none
        return self._dev_null


class _Holder:
    """Whoever has streams of its own.

    Attributes:
        streams: They, as they were left at the end of the latest turn.
    """

    streams: _Streams = (None, None, None)


class StandardStreams(_Holder):
    """What one program finds as its standard streams.

    As a context manager, it is one turn of the program. Turns can be nested.

    Args:
        open_console: Stands in the place of `twisted.internet.stdio.StandardIO`.

    Attributes:
        output: What takes standard output.
        errors: What takes standard error.
    """

    def __init__(self, open_console: Callable[..., object]) -> None:
        self.output = OutputPipe()
        self.errors = OutputPipe()
        self.streams = _text(self.output), _text(self.errors), open_console

    def __enter__(self) -> None:
        """Begin a turn."""
        _turns[-1].streams = sys.stdout, sys.stderr, stdio.StandardIO
        _turns.append(self)
        _install(self.streams)

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it, and give the streams back to whoever was interrupted."""
        self.streams = sys.stdout, sys.stderr, stdio.StandardIO
        _turns.pop()
        _install(_turns[-1].streams)

    def close(self) -> None:
        """Keep no more of what the program says: it has ended."""
        self.output.close()
        self.errors.close()


#: Whose turn it is, innermost last. The first is the test's.
_turns = [_Holder()]


def present_turn() -> AbstractContextManager[None]:
    """Return the turn of whoever's it is now, to be taken again later."""
    turn = _turns[-1]
    return turn if isinstance(turn, StandardStreams) else nullcontext()


def _install(streams: _Streams) -> None:
    sys.stdout, sys.stderr, stdio.StandardIO = streams  # type: ignore[misc]


def _text(pipe: OutputPipe) -> TextIO:
    return io.TextIOWrapper(pipe, "utf-8", write_through=True)
