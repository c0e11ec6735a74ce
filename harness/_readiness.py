# -*- test-case-name: harness.test.test_readiness -*-
"""Which sockets are ready, and the serving of those who wait for them.

It stands for ``epoll``, level triggered: a socket is put in the queue at the moment at
which it becomes ready for somebody who waits, and stays in it as long as it is. Order
is that of becoming ready. A socket with nothing to say is not looked at.

Each event runs in the log context that Twisted's reactors give it, so that whatever
the application logs in ``dataReceived`` names its connection. Theirs costs as much as
the rest of the event; here an entry stays on Twisted's stack of contexts for a whole
round, and is replaced for each event.
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


class ReadySockets:
    """The queue of sockets that somebody waits for and that are ready.

    Attributes:
        waiting: The queue.
    """

    def __init__(self) -> None:
        self.waiting: deque[VirtualSocket] = deque()

    def serve(self) -> None:
        """Serve all that are ready now, each once."""
        waiting = self.waiting
        if not waiting:
            return
        tracker = context.theContextTracker.currentContext()
        contexts = tracker.contexts
        outer = tracker.getContext(log.ILogContext)
        contexts.append(contexts[-1])
        try:
            for _ in range(len(waiting)):
                if not waiting:  # a nested loop has been here
                    break
                socket = waiting.popleft()
                socket.queued = False
                selectable = socket.reader or socket.writer
                # Every other socket has been served already: it asked to write while
                # it was read, and that was done in the same event.
                if selectable is not None and socket.is_awaited():
                    system = _log_prefix(selectable)
                    contexts[-1] = {log.ILogContext: {**outer, "system": system}}
                    self._serve(socket, selectable)
        finally:
            contexts.pop()

    def _serve(
        self, socket: "VirtualSocket", selectable: IReadDescriptor | IWriteDescriptor
    ) -> None:
        why: Any = None
        in_read = False
        try:
            if socket.reader is not None and socket.is_readable():
                in_read = True
                why = socket.reader.doRead()
            if not why and socket.writer is not None and socket.is_writable():
                in_read = False
                why = socket.writer.doWrite()
        except BaseException:
            why = sys.exc_info()[1]
            log.err()
        if why:
            self._disconnect(socket, selectable, why, in_read)
        socket.requeue()

    def _disconnect(
        self,
        socket: "VirtualSocket",
        selectable: IReadDescriptor | IWriteDescriptor,
        why: BaseException,
        in_read: bool,
    ) -> None:
        try:
            socket.host.reactor._disconnectSelectable(selectable, why, in_read)
        except BaseException:
            log.err()


def _log_prefix(selectable: ILoggingContext) -> str:
    try:
        return selectable.logPrefix()
    except BaseException:
        log.err(system=_BUGGY)
        return _BUGGY
