# -*- test-case-name: harness.test.test_programs -*-
"""Run a program's ``main`` in the test's own process, and see what a shell would see.

A program written for `twisted.internet.task.react` is a coroutine function that is
given the reactor and the command-line arguments. `run_program` calls it with a reactor
of the test's and plays the part of ``react`` and of the terminal.
"""

import io
import sys
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from types import TracebackType
from typing import Any, BinaryIO

from twisted.internet import stdio
from twisted.internet.defer import ensureDeferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IProtocol,
    IReactorTime,
)
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.logger import Logger
from twisted.python.failure import Failure

Main = Callable[..., Coroutine[Any, Any, object]]


def run_program(
    main: Main, *argv: str, reactor: MemoryReactorClock
) -> "RunningProgram":
    """Start a program as ``react`` would, with its output kept for the test.

    Args:
        main: What the program hands to `twisted.internet.task.react`.
        argv: The command-line arguments, without the program's name.
        reactor: What ``main`` is given, as a running one. The test moves its time.

    Returns:
        The running program, a context manager. ``sys.stdout`` and ``sys.stderr`` are
        the program's as long as the ``with`` block lasts, and so is
        `twisted.internet.stdio.StandardIO`. A program that has not ended with the
        block is killed. What it awaits is cancelled, and it has no exit status.
    """
    return RunningProgram(main, argv, reactor)


class RunningProgram:
    """A program between its start and its end: see `run_program`.

    Attributes:
        exit_status: What the shell would be told, or None while the program runs.
    """

    def __init__(
        self, main: Main, argv: tuple[str, ...], reactor: MemoryReactorClock
    ) -> None:
        self.exit_status: int | None = None
        self._main = main
        self._argv = argv
        self._reactor = reactor
        self._stdout = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        self._stderr = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        self._console: Console | None = None
        self._borrowed = ExitStack()
        self._killed = False

    def __enter__(self) -> "RunningProgram":
        """Borrow the process's standard streams and call ``main``."""
        self._borrowed.enter_context(redirect_stdout(self._stdout))
        self._borrowed.enter_context(redirect_stderr(self._stderr))
        self._borrowed.callback(setattr, stdio, "StandardIO", stdio.StandardIO)
        stdio.StandardIO = self._open_console  # type: ignore[misc, assignment]
        self._finished = ensureDeferred(self._main(self._reactor, *self._argv))
        self._finished.addBoth(self._ended)
        if self.exit_status is None:  # a program that has ended needs no reactor
            self._run_reactor()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the program if it still runs, and give the streams back."""
        self._killed = True
        self._finished.cancel()
        self._borrowed.close()

    @property
    def stdout(self) -> str:
        """All that the program has written to standard output."""
        return _written(self._stdout).decode()

    @property
    def stdout_bytes(self) -> bytes:
        """The same, as bytes."""
        return _written(self._stdout)

    @property
    def stderr(self) -> str:
        """All that the program has written to standard error."""
        return _written(self._stderr).decode()

    @property
    def console(self) -> "Console":
        """The terminal of a program that opened `twisted.internet.stdio.StandardIO`.

        Raises:
            LookupError: The program has not opened it.
        """
        if self._console is None:
            raise LookupError("the program has not opened StandardIO")
        return self._console

    def interrupt(self) -> None:
        """Press Ctrl-C: the reactor is stopped and its shutdown triggers fire."""
        self._reactor.stop()
        for phase in ("before", "during", "after"):
            for call, args, kwargs in self._reactor.triggers.get(phase, {}).pop(
                "shutdown", []
            ):
                call(*args, **kwargs)
        if self.exit_status is None:
            self.exit_status = 0

    def _run_reactor(self) -> None:
        """Let the reactor run, as `twisted.internet.task.react` does after ``main``."""
        self._reactor.running = True
        calls = self._reactor.whenRunningHooks
        while calls:
            call, args, kwargs = calls.pop(0)
            call(*args, **kwargs)

    def _open_console(self, protocol: IProtocol, **options: object) -> "Console":
        self._console = Console(protocol, self._stdout.buffer, self._reactor)
        protocol.makeConnection(self._console)
        return self._console

    def _ended(self, result: object) -> None:
        if self._killed:
            return
        if not isinstance(result, Failure):
            self.exit_status = 0
        elif isinstance(result.value, SystemExit):
            self.exit_status = self._exit(result.value.code)
        else:
            Logger().failure("main function encountered error", result)
            self.exit_status = 1

    def _exit(self, code: str | int | None) -> int:
        """Do what the interpreter does with the argument of SystemExit."""
        if isinstance(code, str):
            print(code, file=sys.stderr)
            return 1
        return code or 0


class Console(StringTransport):
    """What a program finds behind `twisted.internet.stdio.StandardIO` in a test.

    What the program writes here is part of its standard output. As a transport it
    remembers what `twisted.internet.testing.StringTransport` does: ``producerState``,
    ``disconnecting``.
    """

    def __init__(
        self, protocol: IProtocol, output: BinaryIO, reactor: IReactorTime
    ) -> None:
        super().__init__()
        self._protocol = protocol
        self._output = output
        self._reactor = reactor

    def type(self, data: bytes) -> None:
        """Let ``data`` come from standard input."""
        self._protocol.dataReceived(data)

    def end_input(self) -> None:
        """End standard input, as Ctrl-D or the end of a pipe does."""
        half_closeable = IHalfCloseableProtocol(self._protocol, None)
        if half_closeable is None:
            self._lose()
        else:
            half_closeable.readConnectionLost()

    def break_output(self) -> None:
        """Let whoever read standard output go away, as ``| head`` does."""
        half_closeable = IHalfCloseableProtocol(self._protocol, None)
        if half_closeable is not None:
            half_closeable.writeConnectionLost()

    def write(self, data: bytes) -> None:
        super().write(data)
        self._output.write(data)

    def loseConnection(self) -> None:
        if not self.disconnecting:
            super().loseConnection()
            self._reactor.callLater(0, self._lose)

    def _lose(self) -> None:
        self._protocol.connectionLost(Failure(ConnectionDone()))


def _written(stream: io.TextIOWrapper) -> bytes:
    """Read back what was written to a stream over memory."""
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()
