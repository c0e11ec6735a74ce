"""Tests of the names of UNIX sockets."""

import errno

from twisted.trial.unittest import SynchronousTestCase

from harness._sockets_unix import UnixStreamSocket
from harness._unix import UnixNamespace, shown
from harness.test.kernel import lone_host


class NamespaceTests(SynchronousTestCase):
    """Paths and abstract names."""

    def setUp(self) -> None:
        self.names = UnixNamespace()
        self.socket = UnixStreamSocket(lone_host())

    def errno_of(self, call: object, *args: object) -> str:
        error = self.assertRaises(OSError, call, *args)
        return errno.errorcode[error.errno]

    def test_bind(self) -> None:
        """Text and bytes are the same name."""
        self.assertEqual(self.names.bind(self.socket, "path"), b"path")

        self.assertIs(self.names.find(b"path"), self.socket)
        self.assertTrue(self.names.exists("path"))

    def test_taken(self) -> None:
        """A name is bound once."""
        self.names.bind(self.socket, b"path")

        error = self.errno_of(self.names.bind, self.socket, b"path")
        self.assertEqual(error, "EADDRINUSE")

    def test_missing(self) -> None:
        """A path that is not there is told from an abstract name that is not."""
        self.assertEqual(self.errno_of(self.names.find, b"path"), "ENOENT")
        self.assertEqual(self.errno_of(self.names.find, b"\0name"), "ECONNREFUSED")

    def test_path_stays(self) -> None:
        """A path outlives its socket, and is in the way until it is removed."""
        self.names.bind(self.socket, b"path")
        self.names.release(b"path")

        self.assertEqual(self.errno_of(self.names.find, b"path"), "ECONNREFUSED")
        error = self.errno_of(self.names.bind, self.socket, b"path")
        self.assertEqual(error, "EADDRINUSE")
        self.names.unlink(b"path")
        self.names.unlink(b"path")
        self.names.release(b"path")
        self.assertFalse(self.names.exists(b"path"))

    def test_abstract_name_goes(self) -> None:
        """An abstract name goes with its socket."""
        self.names.bind(self.socket, b"\0name")
        self.names.release(b"\0name")

        self.assertFalse(self.names.exists(b"\0name"))

    def test_length(self) -> None:
        """A name is no longer than the kernel's structure for it."""
        self.names.bind(self.socket, b"p" * 107)
        self.names.bind(self.socket, b"\0" + b"n" * 107)

        for name in (b"p" * 108, b"\0" + b"n" * 108):
            error = self.assertRaises(OSError, self.names.bind, self.socket, name)
            self.assertEqual(str(error), "AF_UNIX path too long")

    def test_lock(self) -> None:
        """A lock is held by one until it gives it back."""
        self.assertEqual(
            [self.names.lock(b"path"), self.names.lock(b"path")], [True, False]
        )
        self.assertTrue(self.names.is_locked(b"path"))
        self.names.unlock(b"path")
        self.assertFalse(self.names.is_locked(b"path"))

    def test_shown(self) -> None:
        """Paths are shown as text, abstract names as bytes, no name as nothing."""
        self.assertEqual(
            [shown(name) for name in (b"path", b"\0name", None)],
            ["path", b"\0name", ""],
        )
