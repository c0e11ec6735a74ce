# -*- test-case-name: harness.test.test_readiness -*-
"""Which sockets are ready, and the serving of those who wait for them.

It stands for ``epoll``, level triggered: a socket is put in the queue at the moment at
which it becomes ready for somebody who waits, and stays in it as long as it is. Order
is that of becoming ready. A socket with nothing to say is not looked at.

Each event runs in the log context that Twisted's reactors give it, so that whatever
the application logs in ``dataReceived`` names its connection. Theirs costs as much as
the rest of the event; here one place on Twisted's stack of contexts is taken for a
whole round, and what is put there is kept for the next event of the same connection.
"""

import sys
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import (
    ILoggingContext,
    IReadDescriptor,
    IWriteDescriptor,
)
from twisted.python import context, log

from harness._segments import WrongSegment

if TYPE_CHECKING:
    from harness._sockets import VirtualSocket

#: What Twisted's reactors call a system whose ``logPrefix`` raises.
_BUGGY = "(buggy logPrefix method)"

#: For how many systems the log context is kept.
_ENTRIES = 1000


class ReadySockets:
    """The queue of sockets that somebody waits for and that are ready.

    Attributes:
        waiting: The queue.
        serve_round: Serves a number of them, each once: a loop that can be replaced.
        turn_of: Makes what each event of a descriptor is surrounded by, or None. It
            keeps programs apart that share one process.
    """

    def __init__(self) -> None:
        self.waiting: deque[VirtualSocket] = deque()
        self.turn_of: Callable[[object], AbstractContextManager[object]] | None = None
        self._outer: dict[str, Any] = {}
        self._entries: dict[str, dict[Any, Any]] = {}
        self.serve_round = self._serve_round

    def serve(self, once_more: Callable[[], bool] = lambda: False) -> None:
        """Serve all that are ready now, each once.

        Args:
            once_more: Asked after each round whether to have another.
        """
        waiting = self.waiting
        if not waiting:
            return
        contexts = context.theContextTracker.currentContext().contexts
        outer = contexts[-1].get(log.ILogContext) or context.get(log.ILogContext)
        if outer is not self._outer:
            self._outer = outer
            self._entries.clear()
        contexts.append(contexts[-1])
        try:
            going_on = True
            while going_on:
                self.serve_round(contexts, len(waiting))
                going_on = once_more()
        finally:
            contexts.pop()

    def forget_contexts(self) -> None:
        """Let go of the log contexts that are kept."""
        self._entries.clear()

    def _serve_round(self, contexts: list[dict[Any, Any]], number: int) -> None:
        waiting = self.waiting
        entries = self._entries
        for _ in range(number):
            if not waiting:  # a nested loop has been here
                return
            socket = waiting.popleft()
            socket.queued = False
            reader = socket.reader if socket.readable else None
            writer = socket.writer if socket.writable else None
            selectable = writer if reader is None else reader
            if selectable is not None:
                system = _log_prefix(selectable)
                entry = entries.get(system)
                contexts[-1] = self._make_entry(system) if entry is None else entry
                if self.turn_of is None:
                    self._serve(socket, reader, writer)
                else:
                    with self.turn_of(selectable):
                        self._serve(socket, reader, writer)

    def _serve(
        self,
        socket: "VirtualSocket",
        reader: IReadDescriptor | None,
        writer: IWriteDescriptor | None,
    ) -> None:
        """Read for who waited to read, and then write for who waited to write.

        Who begins to wait meanwhile waits for the next turn, as with a kernel.
        """
        why: Any = None
        try:
            if reader is not None:
                why = reader.doRead()
            if writer is not None and not why and socket.writer is writer:
                reader = None
                why = writer.doWrite()
        except WrongSegment:
            raise  # the test's own mistake, and nothing that a connection can do
        except BaseException:
            why = sys.exc_info()[1]
            log.err()
        if why:
            self._disconnect(socket, reader, writer, why)
        if not socket.queued and (
            (socket.readable and socket.reader is not None)
            or (socket.writable and socket.writer is not None)
        ):
            socket.queued = True
            self.waiting.append(socket)

    def _make_entry(self, system: str) -> dict[Any, Any]:
        if len(self._entries) == _ENTRIES:
            self._entries.clear()
        entry = {log.ILogContext: {**self._outer, "system": system}}
        self._entries[system] = entry
        return entry

    def _disconnect(
        self,
        socket: "VirtualSocket",
        reader: IReadDescriptor | None,
        writer: IWriteDescriptor | None,
        why: BaseException,
    ) -> None:
        selectable = writer if reader is None else reader
        # A machine may have several reactors.
        reactor: Any = getattr(selectable, "reactor", socket.host.reactor)
        try:
            reactor._disconnectSelectable(selectable, why, reader is not None)
        except BaseException:
            log.err()


def _log_prefix(selectable: ILoggingContext) -> str:
    try:
        return selectable.logPrefix()
    except BaseException:
        log.err(system=_BUGGY)
        return _BUGGY
