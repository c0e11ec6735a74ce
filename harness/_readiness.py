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
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import (
    ILoggingContext,
    IReadDescriptor,
    IWriteDescriptor,
)
from twisted.python import context, log

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
    """

    def __init__(self) -> None:
        self.waiting: deque[VirtualSocket] = deque()
        self._outer: dict[str, Any] = {}
        self._entries: dict[str, dict[Any, Any]] = {}

    def serve(self) -> None:
        """Serve all that are ready now, each once."""
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
            for _ in range(len(waiting)):
                if not waiting:  # a nested loop has been here
                    break
                socket = waiting.popleft()
                socket.queued = False
                reader = socket.reader if socket.readable else None
                writer = socket.writer if socket.writable else None
                selectable = writer if reader is None else reader
                if selectable is not None:
                    contexts[-1] = self._entry(selectable)
                    self._serve(socket, reader, writer)
        finally:
            contexts.pop()

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

    def _entry(self, selectable: ILoggingContext) -> dict[Any, Any]:
        """Return the context of an event of ``selectable``."""
        try:
            system = selectable.logPrefix()
        except BaseException:
            system = _BUGGY
            log.err(system=system)
        entry = self._entries.get(system)
        return self._make_entry(system) if entry is None else entry

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
        try:
            socket.host.reactor._disconnectSelectable(
                selectable, why, reader is not None
            )
        except BaseException:
            log.err()
