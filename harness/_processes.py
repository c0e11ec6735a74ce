# -*- test-case-name: harness.test.test_processes,harness.test.test_processes_end -*-
"""Programs that run on hosts of a network, each as if it were a process of its own.

A process has a reactor and standard streams, and a host may have many processes. Code
of a program runs only when its reactor calls it: because of a timer, a socket, a thread
or an event of the reactor's own. So that is when it is the program's turn with the
streams of the Python process: see `harness._standard_streams`.

When a process ends the kernel takes back what it has left: its sockets are closed and
its timers forgotten.
"""

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import wraps
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from twisted.internet.defer import Deferred
from twisted.internet.error import ReactorNotRunning
from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor

from harness._baton import VirtualThread
from harness._errors import Deadlock, VirtualTimeoutError
from harness._reactor import VirtualReactor
from harness._running_program import Main, RunningProgram, exit_code, say_and_exit
from harness._scheduler import DEFAULT_TIMEOUT
from harness._seconds import require_seconds, require_timeout
from harness._sockets import VirtualSocket
from harness._standard_streams import StandardStreams
from harness._timers import VirtualCall

if TYPE_CHECKING:
    from harness._host import Host


class ProcessReactor(VirtualReactor):
    """The reactor of one process.

    Args:
        host: The machine on which it runs.
        streams: The streams of the process.
        on_end: Is called when the loop has ended.
        on_power_loss: Is called when the machine has crashed.
    """

    def __init__(
        self,
        host: "Host",
        streams: StandardStreams,
        on_end: Callable[[], object],
        on_power_loss: Callable[[], object],
    ) -> None:
        self.streams = streams
        self._on_end = on_end
        self._on_power_loss = on_power_loss
        self._has_crashed = False
        self._calls: WeakSet[VirtualCall] = WeakSet()
        self._sockets: WeakSet[VirtualSocket] = WeakSet()
        super().__init__(host)
        host.reactors.append(self)
        host.scheduler.sockets.turn_of = turn_of

    def release(self) -> None:
        """Do what the kernel does with all that a process has left."""
        for call in self.getDelayedCalls():
            call.cancel()
        self.removeAll()
        for socket in self.host.sockets:
            if socket in self._sockets:
                socket.close()
        if self.threadpool is not None and self.host.is_up:
            self._stopThreadPool()
        self.host.reactors.remove(self)

    def haunt(self, ghost: "Host") -> None:
        super().haunt(ghost)
        self._on_power_loss()

    # Where code of the program is called

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: Any,
        **kw: Any,
    ) -> VirtualCall:
        call = super().callLater(delay, callable, *args, **kw)
        call.func = self._in_turn(callable)
        self._calls.add(call)
        return call

    def wake(self) -> None:
        with self.streams:
            super().wake()
        if self._has_crashed:
            self._has_crashed = False
            self._on_end()

    def fireSystemEvent(self, eventType: str) -> None:
        with self.streams:
            super().fireSystemEvent(eventType)

    def _initThreadPool(self) -> None:
        super()._initThreadPool()
        pool: Any = self.threadpool
        pool.threadFactory = self._make_thread

    def _make_thread(self, *args: Any, **kw: Any) -> VirtualThread:
        thread = self.host.thread(*args, **kw)
        thread.turn_of = self.streams
        return thread

    def _in_turn(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let a function be called in a turn of the program. It is named as before."""

        @wraps(function)
        def call(*args: Any, **kw: Any) -> Any:
            with self.streams:
                return function(*args, **kw)

        return call

    # What belongs to the process

    def getDelayedCalls(self) -> list[VirtualCall]:
        return [call for call in super().getDelayedCalls() if call in self._calls]

    def addReader(self, reader: IReadDescriptor) -> None:
        super().addReader(reader)
        self._note_socket(self._readers[reader])

    def addWriter(self, writer: IWriteDescriptor) -> None:
        super().addWriter(writer)
        self._note_socket(self._writers[writer])

    def _note_socket(self, socket: VirtualSocket | None) -> None:
        if socket is not None:
            self._sockets.add(socket)

    def crash(self) -> None:
        self._has_crashed = True
        super().crash()


def turn_of(selectable: object) -> AbstractContextManager[None]:
    """Return the turn in which a descriptor is to be served."""
    reactor = getattr(selectable, "reactor", None)
    return reactor.streams if isinstance(reactor, ProcessReactor) else nullcontext()


class Process(RunningProgram):
    """A program on a host, with a reactor of its own."""

    def __init__(self, main: Main, argv: tuple[str, ...], host: "Host") -> None:
        super().__init__(main, argv)
        self._host = host
        self._require_up()
        self._ended: Deferred[None] = Deferred()
        self._code: object = 0
        self._is_stopping = False
        self._is_over = False
        self._power_loss = ""

    def interrupt(self, after: float = 0) -> None:
        self._require_started()
        require_seconds("after", after)
        self._require_power()
        if after:
            self._reactor.callLater(after, self.interrupt)
        elif not self._is_over:
            self._reactor.sigInt(signal.SIGINT)

    def wait(self, timeout: float = DEFAULT_TIMEOUT) -> int:
        require_timeout("wait: timeout", timeout)
        if self.exit_status is None:
            self._require_started()
            try:
                self._host.network.run_until(self._ended, timeout)
            except (Deadlock, VirtualTimeoutError) as error:
                name = self._host.name
                error.args = (f"the program on {name} has not ended: {error}",)
                raise
        if self._power_loss:
            raise Deadlock(self._power_loss)
        assert self.exit_status is not None
        return self.exit_status

    # The parts of `twisted.internet.task.react`

    def _start(self) -> None:
        self._require_up()
        self._reactor = ProcessReactor(
            self._host, self._streams, self._exit, self._lose_power
        )
        with self._streams:
            self._finished = self._call_main(self._reactor)
            if self._is_over:  # main has pulled the plug
                return
            self._reactor.addSystemEventTrigger(
                "before", "shutdown", self._note_shutdown
            )
            self._finished.addBoth(self._main_ended)
            self._reactor.startRunning(installSignalHandlers=False)

    def _note_shutdown(self) -> None:
        self._is_stopping = True

    def _main_ended(self, result: object) -> None:
        if self._is_over:
            return
        if self._is_stopping:
            self._code = self._exit_code(result)
        else:
            self._reactor.callWhenRunning(self._stop, result)

    def _stop(self, result: object) -> None:
        with suppress(ReactorNotRunning):  # main has stopped it itself
            self._reactor.stop()
        self._code = self._exit_code(result)

    def _exit_code(self, result: object) -> object:
        with self._streams:  # whoever it is that has brought main to its end
            return exit_code(result)

    # Its end

    def _lose_power(self) -> None:
        """Be no more: nothing is said, cancelled or released."""
        if self._is_over:
            return
        name, instant = self._host.name, self._host.crashed_at
        self._power_loss = (
            f"the program on {name} has not ended: its machine crashed at {instant} s"
        )
        self._is_over = True
        self._streams.close()
        self.console.unplug(self._power_loss)
        self._ended.callback(None)

    def _require_up(self) -> None:
        if not self._host.is_up:
            self._is_over = True
            raise ValueError(f"{self._host.name} is down: no program can run on it")

    def _require_power(self) -> None:
        if self._power_loss:
            raise ValueError(self._power_loss)

    def _exit(self) -> None:
        if self._is_over:
            return
        with self._streams:
            self.exit_status = say_and_exit(self._code)
        self._end()
        self._ended.callback(None)

    def _kill(self) -> None:
        if not self._is_over:
            self._end()

    def _end(self) -> None:
        self._is_over = True
        self._streams.close()
        with self._streams:
            self._finished.cancel()
        self._reactor.release()
