# -*- test-case-name: harness.test.test_programs -*-
"""A program between its start and its end, whatever reactor it was given."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, ensureDeferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from harness._console import Console
from harness._scheduler import DEFAULT_TIMEOUT
from harness._standard_streams import StandardStreams

_UNEXPECTED = "main function encountered error"

Main = Callable[..., Coroutine[Any, Any, object]]
Self = TypeVar("Self", bound="RunningProgram")


class RunningProgram(ABC):
    """A program between its start and its end: see `run_program`.

    Attributes:
        exit_status: What the shell would be told, or None while the program runs, and
            for ever if it was killed or its machine has crashed.
        console: Its terminal, once it has been started.
    """

    def __init__(self, main: Main, argv: tuple[str, ...]) -> None:
        self.exit_status: int | None = None
        self._main = main
        self._argv = argv
        self._streams = StandardStreams(self._open_console)
        self._finished: Deferred[Any] = succeed(None)
        self._has_started = False
        self._console: Console | None = None

    def __enter__(self: Self) -> Self:
        """Start the program.

        Raises:
            RuntimeError: It has been started already.
        """
        if self._has_started:
            raise RuntimeError("the program has been started already: make another")
        self._has_started = True
        try:
            self._start()
        except BaseException:  # it does not take these arguments
            self._kill()
            raise
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the program if it still runs, and leave nothing of it."""
        self._kill()

    @property
    def stdout(self) -> str:
        """All that the program has written to standard output."""
        return self.stdout_bytes.decode()

    @property
    def stdout_bytes(self) -> bytes:
        """The same, as bytes."""
        return self._streams.output.getvalue()

    @property
    def stderr(self) -> str:
        """All that the program has written to standard error."""
        return self._streams.errors.getvalue().decode()

    @property
    def console(self) -> Console:
        """Its terminal.

        Raises:
            RuntimeError: It has not been started.
        """
        self._require_started()
        assert self._console is not None
        return self._console

    @abstractmethod
    def interrupt(self, after: float = 0) -> None:
        """Press Ctrl-C: the reactor is stopped and its shutdown triggers fire.

        On a host, that is in the next turn of the loop, as it is with a real signal.

        Args:
            after: How many virtual seconds from now.

        Raises:
            RuntimeError: The program has not been started.
            ValueError: The machine on which it ran has crashed.
        """

    @abstractmethod
    def wait(self, timeout: float = DEFAULT_TIMEOUT) -> int:
        """Let time pass until the program has ended.

        Args:
            timeout: How many virtual seconds to wait at most.

        Returns:
            Its exit status.

        Raises:
            TypeError: ``timeout`` is no number.
            ValueError: ``timeout`` is negative.
            Deadlock: It waits for what can never happen, or its machine has crashed.
            VirtualTimeoutError: It had not ended in time.
            RuntimeError: It has not been started.
        """

    @abstractmethod
    def _start(self) -> None:
        """Call ``main``, and do what ``react`` does."""

    @abstractmethod
    def _kill(self) -> None:
        """End it at once."""

    def _require_started(self) -> None:
        if not self._has_started:
            raise RuntimeError(
                "the program has not been started: use it in a with statement"
            )

    def _call_main(self, reactor: IReactorTime) -> Deferred[object]:
        self._console = Console(reactor, self._streams)
        return ensureDeferred(self._main(reactor, *self._argv))

    def _open_console(self, *args: Any, **options: Any) -> Console:
        return self.console.open(*args, **options)


def exit_code(result: object) -> object:
    """Choose what ``react`` gives to ``sys.exit`` for what has become of ``main``.

    ``react`` logs an error. Where nobody has begun to log, as in most processes, that
    goes to standard error; so it does here, and to the log of the test as well.
    """
    if not isinstance(result, Failure):
        return 0
    if isinstance(result.value, SystemExit):
        return result.value.code
    Logger().failure(_UNEXPECTED, result)
    print(f"{_UNEXPECTED}\n{result.getTraceback()}", file=sys.stderr)
    return 1


def say_and_exit(code: object) -> int:
    """Do what the interpreter does with the argument of SystemExit.

    Returns:
        What the shell is told.
    """
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return 1
