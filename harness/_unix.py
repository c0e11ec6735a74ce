# -*- test-case-name: harness.test.test_unix -*-
"""The names of the UNIX sockets of one simulated machine. No file is touched.

A path is whatever bytes were given: there are no folders and no modes. As on Linux,
the path of a socket stays when the socket is closed, until somebody removes it, and
can be bound no more; an abstract name, which begins with NUL, goes with the socket.
"""

import errno
import os
from typing import TYPE_CHECKING, Any

from harness._addresses import os_error

if TYPE_CHECKING:
    from harness._sockets_unix import UnixSocket

#: ``sizeof(sockaddr_un.sun_path)``
_LONGEST = 108


class UnixNamespace:
    """The paths and abstract names of one machine, and who is bound to them."""

    def __init__(self) -> None:
        self._bound: dict[bytes, UnixSocket | None] = {}
        self._locks: set[bytes] = set()

    def bind(self, socket: "UnixSocket", name: Any) -> bytes:
        """Give a name to ``socket``. Returns the name in bytes.

        Raises:
            OSError: EADDRINUSE, somebody has it, or has left it behind.
        """
        path = _encoded(name)
        if path in self._bound:
            raise os_error(errno.EADDRINUSE)
        self._bound[path] = socket
        return path

    def find(self, name: Any) -> "UnixSocket":
        """Return who is bound to ``name``.

        Raises:
            OSError: ENOENT, there is no such path; ECONNREFUSED, nobody is.
        """
        path = _encoded(name)
        if path not in self._bound:
            raise os_error(errno.ECONNREFUSED if _is_abstract(path) else errno.ENOENT)
        socket = self._bound[path]
        if socket is None:
            raise os_error(errno.ECONNREFUSED)
        return socket

    def release(self, path: bytes) -> None:
        """Let the socket of that name be gone; a path stays."""
        if _is_abstract(path):
            self._bound.pop(path, None)
        elif path in self._bound:
            self._bound[path] = None

    def unlink(self, path: bytes) -> None:
        """Remove a path, if it is there. A socket bound to it is found no more."""
        self._bound.pop(path, None)

    def exists(self, name: Any) -> bool:
        """Say whether there is a socket, or a path left by one, of that name."""
        return _encoded(name) in self._bound

    def lock(self, path: bytes) -> bool:
        """Lock a path, as ``wantPID`` asks. Returns whether nobody else had."""
        if path in self._locks:
            return False
        self._locks.add(path)
        return True

    def unlock(self, path: bytes) -> None:
        """Give a lock back."""
        self._locks.discard(path)

    def is_locked(self, path: bytes) -> bool:
        """Say whether somebody has locked a path."""
        return path in self._locks


def shown(path: bytes | None) -> str | bytes:
    """Write a name as ``socket.socket.getsockname`` does."""
    if path is None:
        return ""
    return path if _is_abstract(path) else os.fsdecode(path)


def _encoded(name: Any) -> bytes:
    path = os.fsencode(name)
    if len(path) > _LONGEST or (len(path) == _LONGEST and not _is_abstract(path)):
        raise OSError("AF_UNIX path too long")
    return path


def _is_abstract(path: bytes) -> bool:
    return path[:1] == b"\0"
