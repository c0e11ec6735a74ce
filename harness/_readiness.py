# -*- test-case-name: harness.test.test_readiness -*-
"""Which sockets are ready, and the serving of those who wait for them.

It stands for ``epoll``, level triggered: a socket is put in the queue at the moment at
which it becomes ready for somebody who waits, and stays in it as long as it is. Order
is that of becoming ready. A socket with nothing to say is not looked at.

Each event runs in the log context that Twisted's reactors give it, so that whatever
the application logs in ``dataReceived`` names its connection. Where those copy two
dictionaries for each event, one entry is put on Twisted's stack of contexts for a
whole round, and changes its text from event to event.
"""

import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor
from twisted.python import context, log

if TYPE_CHECKING:
    from harness._sockets import VirtualSocket


class EventContext(dict[str, Any]):
    """The log context of the event that is being served.

    Attributes:
        system: Who is being served: what ``logPrefix`` says.
    """

    system = "-"

    def copy(self) -> dict[str, Any]:
        """Return what `twisted.python.log` takes, a plain dictionary of its own."""
        return {**_outer(self), "system": self.system}

    def __missing__(self, key: str) -> Any:
        return self.copy()[key]


class ReadySockets:
    """The queue of sockets that somebody waits for and that are ready.

    Attributes:
        waiting: The queue.
    """

    def __init__(self) -> None:
        self.waiting: deque[VirtualSocket] = deque()
        self._context = EventContext()
        self._entry = {log.ILogContext: self._context}

    def serve(self) -> None:
        """Serve all that are ready now, each once."""
        waiting = self.waiting
        if not waiting:
            return
        event = self._context
        outer = event.system
        contexts = context.theContextTracker.currentContext().contexts
        contexts.append(self._entry)
        try:
            for _ in range(len(waiting)):
                if not waiting:  # a nested loop has been here
                    break
                socket = waiting.popleft()
                socket.queued = False
                selectable = socket.reader or socket.writer
                if selectable is not None:
                    self._serve(socket, selectable)
        finally:
            event.system = outer
            contexts.pop()

    def _serve(
        self, socket: "VirtualSocket", selectable: IReadDescriptor | IWriteDescriptor
    ) -> None:
        why: Any = None
        in_read = False
        try:
            self._context.system = selectable.logPrefix()
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
        elif socket.queued:
            return
        if (socket.reader is not None and socket.is_readable()) or (
            socket.writer is not None and socket.is_writable()
        ):
            socket.wake()

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


def _outer(entry: EventContext) -> dict[str, Any]:
    """Return the log context in which the loop itself runs."""
    for contexts in reversed(context.theContextTracker.currentContext().contexts):
        outer = contexts.get(log.ILogContext)
        if outer is not None and outer is not entry:
            return outer
    return {}
