# -*- test-case-name: twisted_examples.test.test_command -*-
"""What every program here owes the shell that started it.

`twisted.internet.task.react` runs a ``main(reactor, *argv)`` and turns its end into
an exit status. What it leaves open is settled here, once for all programs:

- output that nobody can take (``| head``, a full disk) ends the program, with one
  line at most instead of a traceback for each line that is lost;
- Ctrl-C cancels what ``main`` waits for, and the status says so (130, as a shell
  reports it), unless ``main`` is a server that waits for just that: `until_stopped`;
- whoever else cancels what ``main`` waits for ends the program, with one line;
- the arguments that many programs share are checked in one place.

A program ends with ``react(command(main), sys.argv[1:])``.
"""

import argparse
import errno
import io
import math
import os
import re
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TextIO, TypeVar, cast

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.error import ConnectingCancelledError
from twisted.internet.interfaces import (
    IReactorCore,
    IReactorPluggableNameResolver,
    IReactorTCP,
    IReactorTime,
)

#: What somebody who awaits sees of a cancellation, unless Twisted has better words.
CANCELLED = (CancelledError, ConnectingCancelledError)

INTERRUPTED = 128 + 2  # how a shell reports a program that SIGINT ended

T = TypeVar("T")
Main = Callable[..., Coroutine[Any, Any, None]]


class IReactor(IReactorCore, IReactorTCP, IReactorTime, IReactorPluggableNameResolver):
    """What `twisted.internet.task.react` gives ``main``, as far as programs use it."""


def command(main: Main) -> Main:
    """Make of a program's ``main`` one that ends as a shell command should.

    Args:
        main: A coroutine function that is given the reactor and the arguments.

    Returns:
        A coroutine function to be handed to `twisted.internet.task.react`.
        It raises what ``main`` raises, but SystemExit with status 1 where standard
        output failed or what ``main`` awaited was cancelled, and with status 130 where
        the reactor was stopped before ``main`` had ended.
    """

    async def command_main(reactor: IReactor, *argv: str) -> None:
        try:
            await watched_main(reactor, *argv)
        except CANCELLED:
            raise SystemExit("Error: cancelled.") from None

    async def watched_main(reactor: IReactor, *argv: str) -> None:
        await _running(reactor)
        interrupted = False
        ended: Deferred[None] = Deferred()

        def interrupt() -> Deferred[None]:
            nonlocal interrupted
            interrupted = not running.called
            running.cancel()
            return ended

        def cancel() -> None:
            running.cancel()

        def end_early() -> None:
            # Not at once: main itself may be what is writing at this moment.
            reactor.callLater(0, cancel)

        output = WatchedOutput.install(end_early)
        # "During" the shutdown main would see its connections fail, and blame them.
        reactor.addSystemEventTrigger("before", "shutdown", interrupt)
        running = ensureDeferred(main(reactor, *argv))
        try:
            await running
        except (SystemExit, Exception):
            if interrupted:
                raise SystemExit(INTERRUPTED) from None
            if output.error is None:
                raise
        finally:
            ended.callback(None)
        if output.error is not None:
            raise SystemExit(_explain(output.error))

    return command_main


def _running(reactor: IReactorCore) -> Deferred[None]:
    """Wait until the reactor runs, and with it catches Ctrl-C.

    ``react`` calls its ``main`` before. To a program that had started by then, Ctrl-C
    would be an exception from whatever line it met.
    """
    running: Deferred[None] = Deferred()
    reactor.callWhenRunning(running.callback, None)
    return running


def until_stopped(reactor: IReactorCore) -> Deferred[None]:
    """Wait, as a server's ``main`` does, until the reactor is told to stop.

    Returns:
        A Deferred that fires with None before the reactor shuts down, or when it is
        cancelled. For a server, that is the normal end. Under `command` the reactor
        waits for what the awaiting coroutine still does then.
    """
    stopped: Deferred[None] = Deferred(lambda cancelled: cancelled.callback(None))
    reactor.addSystemEventTrigger("before", "shutdown", stopped.cancel)
    return stopped


class WatchedOutput(io.TextIOBase):
    """Standard output that shows each line at once and reports its first failure.

    ``print`` inside a callback has nobody to raise to but the reactor, which would
    log a traceback and carry on. So nothing is raised: from the failure on, what is
    written is dropped.

    Attributes:
        error: The first failure of the stream, or None.
    """

    def __init__(self, stream: TextIO, on_failure: Callable[[], object]) -> None:
        super().__init__()
        self.error: OSError | None = None
        self._stream = stream
        self._on_failure = on_failure

    @classmethod
    def install(cls, on_failure: Callable[[], object]) -> "WatchedOutput":
        """Put one in the place of ``sys.stdout``.

        Where the process was started with standard output closed, Python has no
        ``sys.stdout`` and ``print`` says nothing; that stays as it is.
        """
        if sys.stdout is None:
            return cls(io.StringIO(), on_failure)
        output = cls(sys.stdout, on_failure)
        sys.stdout = cast(TextIO, output)
        return output

    @property
    def buffer(self) -> "WatchedBytes":
        """The same output, for bytes."""
        return WatchedBytes(partial(self._attempt, self._write_bytes))

    def write(self, text: str, /) -> int:
        """Write ``text``, through to the operating system at the end of a line."""
        self._attempt(self._write_text, text)
        return len(text)

    def fileno(self) -> int:
        """Return the descriptor below."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Say whether a person is watching."""
        return self._stream.isatty()

    def _attempt(self, write: Callable[[T], object], data: T) -> None:
        if self.error is None:
            try:
                write(data)
            except OSError as error:
                self._fail(error)

    def _write_text(self, text: str) -> None:
        self._stream.write(text)
        if "\n" in text:
            self._stream.flush()

    def _write_bytes(self, data: bytes) -> None:
        self._stream.flush()  # the text that was written before
        self._stream.buffer.write(data)
        self._stream.buffer.flush()

    def _fail(self, error: OSError) -> None:
        self.error = error
        # What is left in the stream's buffer would fail once more at exit.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, self._stream.fileno())
        os.close(devnull)
        self._on_failure()


class WatchedBytes(io.RawIOBase):
    """The part of `WatchedOutput` that takes bytes, and passes them on at once."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        super().__init__()
        self._write = write

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: Any, /) -> int:
        """Write ``data``."""
        self._write(data)
        return len(data)


def _explain(error: OSError) -> str | int:
    """Choose what SystemExit carries: silence for a reader who went away."""
    if error.errno == errno.EPIPE:
        return 1
    return f"Error: cannot write to standard output: {error.strerror}."


def host(text: str) -> str:
    """Check a host name or address given on the command line.

    An empty one would mean "this machine" to the operating system.
    """
    if not text or text != text.strip():
        raise argparse.ArgumentTypeError("a host name or address is needed")
    return text


def port(text: str) -> int:
    """Check a port number given on the command line."""
    return integer_between(1, 65535, "port number")(text)


def integer_between(low: int, high: int, what: str) -> Callable[[str], int]:
    """Make a check for a whole number from ``low`` to ``high`` inclusive."""

    def check(text: str) -> int:
        digits = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not (digits and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(
                f"{what} must be a whole number from {low} to {high}, not {text!r}"
            )
        return int(text)

    return check


def seconds(text: str) -> float:
    """Check a length of time given on the command line, such as ``10`` or ``0.5``."""
    number = re.fullmatch(r"[0-9]*\.?[0-9]+", text)
    if number is None or not 0 < float(text) < math.inf:
        raise argparse.ArgumentTypeError(
            f"a time must be a positive number of seconds, not {text!r}"
        )
    return float(text)
