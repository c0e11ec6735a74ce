"""Tests of simulated UNIX sockets, against what Linux does."""

import errno
from collections.abc import Callable
from socket import AF_UNIX, SHUT_RD, SHUT_RDWR, SHUT_WR, SO_ERROR, SOL_SOCKET

from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._sockets_unix import UnixDatagramSocket, UnixListener, UnixStreamSocket
from harness.test.kernel import Watcher, lone_host, unix_pair


class UnixTestCase(SynchronousTestCase):
    """What the tests of UNIX sockets share."""

    def setUp(self) -> None:
        self.host = lone_host()

    def assert_errno(
        self, number: int, call: Callable[..., object], *args: object
    ) -> None:
        """Check that a call fails with an error of the kernel's."""
        error = self.assertRaises(OSError, call, *args)
        self.assertEqual(errno.errorcode[error.errno], errno.errorcode[number])

    def listening(self, backlog: int = 10) -> UnixListener:
        """Make a socket that listens."""
        listener = UnixListener(self.host)
        listener.bind("path")
        listener.listen(backlog)
        return listener


class ConnectingTests(UnixTestCase):
    """From a socket to a stream."""

    def connect(self, name: bytes = b"path") -> tuple[int, UnixStreamSocket]:
        client = UnixStreamSocket(self.host)
        return client.connect_ex(name), client

    def test_at_once(self) -> None:
        """A UNIX socket is connected when the call returns."""
        listener = self.listening()
        result, client = self.connect()

        self.assertEqual((result, client.writable), (0, True))
        self.assertEqual(listener.accept()[1], "")
        self.assertEqual(client.connect_ex(b"path"), errno.EISCONN)

    def test_names(self) -> None:
        """The accepting end has the listener's name, the other its own, if any."""
        listener = self.listening()
        client = UnixStreamSocket(self.host)
        client.bind(b"\0client")
        client.connect_ex(b"path")
        server, address = listener.accept()

        self.assertEqual(address, b"\0client")
        self.assertEqual(
            (client.getsockname(), client.getpeername()), (address, "path")
        )
        self.assertEqual(
            (server.getsockname(), server.getpeername()), ("path", address)
        )

    def test_nobody(self) -> None:
        """Where there is nothing, or nobody who accepts, that is said at once."""
        UnixListener(self.host).bind(b"deaf")
        UnixStreamSocket(self.host).bind(b"stream")
        UnixDatagramSocket(self.host).bind(b"datagrams")

        for name, error in (
            (b"path", errno.ENOENT),
            (b"deaf", errno.ECONNREFUSED),
            (b"stream", errno.ECONNREFUSED),
            (b"datagrams", errno.EPROTOTYPE),
        ):
            self.assertEqual(self.connect(name)[0], error)

    def test_backlog(self) -> None:
        """One more than the backlog may wait; others try again when there is room."""
        listener = self.listening(backlog=0)
        self.assertEqual(self.connect()[0], 0)
        result, client = self.connect()
        self.assertEqual((result, client.writable), (errno.EAGAIN, False))
        watcher = Watcher(client)
        self.host.reactor.addWriter(watcher)
        listener.accept()
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["write"])
        self.assertEqual(client.connect_ex(b"path"), 0)

    def test_listener_closed(self) -> None:
        """Who waits learns that the listener has gone."""
        listener = self.listening(backlog=0)
        _, accepted = self.connect()
        _, waiting = self.connect()
        listener.shutdown(SHUT_RDWR)
        listener.close()

        self.assertEqual(accepted.recv(1), b"")
        self.assertEqual(waiting.connect_ex(b"path"), errno.ECONNREFUSED)
        self.assertTrue(self.host.unix.exists("path"))

    def test_nobody_to_accept(self) -> None:
        """When nobody waits there is nobody to accept."""
        listener = self.listening()

        self.assert_errno(errno.EAGAIN, listener.accept)
        self.assertEqual(listener.describe(), "UNIX listening 'path'")
        self.assertEqual(listener.getsockopt(SOL_SOCKET, 30), 1)

    def test_readiness(self) -> None:
        """A listener is ready as long as somebody waits."""
        listener = self.listening()
        for _ in range(2):
            self.connect()
        listener.accept()
        self.assertTrue(listener.readable)
        listener.accept()

        self.assertFalse(listener.readable)

    def test_not_connected(self) -> None:
        """What is not connected has no peer, and nothing to read or to write."""
        client = UnixStreamSocket(self.host)

        self.assertEqual((client.family, client.getsockname()), (AF_UNIX, ""))
        self.assertEqual(client.describe(), "UNIX unconnected stream '' -> ''")
        self.assert_errno(errno.ENOTCONN, client.getpeername)
        self.assert_errno(errno.ENOTCONN, client.send, b"x")
        self.assert_errno(errno.ENOTCONN, client.recv, 1)
        self.assert_errno(errno.ENOTCONN, client.shutdown, SHUT_RDWR)


class StreamTests(UnixTestCase):
    """Bytes on their way, and their end."""

    def setUp(self) -> None:
        super().setUp()
        self.client, self.server = unix_pair(self.host)

    def test_arrive(self) -> None:
        """What is sent can be read at once."""
        self.client.send(b"hello ")
        self.client.sendmsg([b"wor", b"ld"])

        self.assertEqual(self.server.recvmsg(100), (b"hello world", [], 0, None))
        self.assert_errno(errno.EAGAIN, self.server.recv, 1)

    def test_descriptors(self) -> None:
        """Descriptors cannot be sent."""
        self.assertRaises(NotSimulated, self.client.sendmsg, [b"x"], ["descriptor"])

    def test_full(self) -> None:
        """Nothing is taken when the buffer is full; a quarter taken is not too much."""
        size = self.client.send_buffer
        watcher = Watcher(self.client)
        self.host.reactor.addWriter(watcher)
        self.assertEqual(self.client.send(bytes(size + 1)), size)
        self.assert_errno(errno.EAGAIN, self.client.send, b"x")
        self.host.reactor.flush()
        self.server.recv(size // 2)
        self.assertFalse(self.client.writable)
        self.server.recv(size)
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["write"])

    def test_close(self) -> None:
        """The other end reads what was sent, then the end, and writes no more."""
        self.client.send(b"last words")
        self.client.close()

        self.assertEqual(self.server.recv(100), b"last words")
        self.assertEqual(self.server.recv(100), b"")
        self.assert_errno(errno.EPIPE, self.server.send, b"x")
        self.assertTrue(self.server.readable and self.server.writable)

    def test_close_with_unread_data(self) -> None:
        """Who closes without having read all resets the connection."""
        self.client.send(b"never read")
        self.server.close()

        self.assert_errno(errno.ECONNRESET, self.client.recv, 100)
        self.assertEqual(self.client.recv(100), b"")

    def test_error_as_option(self) -> None:
        """A reset can be asked for, too, and is told once."""
        self.client.send(b"never read")
        self.server.close()

        for expected in (errno.ECONNRESET, 0):
            self.assertEqual(self.client.getsockopt(SOL_SOCKET, SO_ERROR), expected)

    def test_half_close(self) -> None:
        """One direction can be closed, and the other goes on."""
        self.client.shutdown(SHUT_WR)
        self.assertEqual(self.server.recv(100), b"")
        self.server.send(b"still there")

        self.assertEqual(self.client.recv(100), b"still there")
        self.assert_errno(errno.EPIPE, self.client.send, b"x")

    def test_shut_for_reading(self) -> None:
        """The other end cannot write any more, at once."""
        self.client.shutdown(SHUT_RD)

        self.assertEqual(self.client.recv(100), b"")
        self.assert_errno(errno.EPIPE, self.server.send, b"x")

    def test_description(self) -> None:
        """It tells what it is."""
        self.assertEqual(self.client.describe(), "UNIX stream '' -> 'path'")


class DatagramTests(UnixTestCase):
    """Datagrams between names."""

    def setUp(self) -> None:
        super().setUp()
        self.receiver = UnixDatagramSocket(self.host)
        self.receiver.bind(b"path")
        self.sender = UnixDatagramSocket(self.host)

    def test_arrive(self) -> None:
        """Datagrams arrive one by one, with the sender's name if it has one."""
        self.sender.sendto(b"one", b"path")
        self.sender.bind(b"\0sender")
        self.sender.sendto(b"two!", "path")

        self.assertEqual(self.receiver.recvfrom(100), (b"one", None))
        self.assertEqual(self.receiver.recvfrom(3), (b"two", b"\0sender"))
        self.assert_errno(errno.EAGAIN, self.receiver.recvfrom, 100)

    def test_connected(self) -> None:
        """A connected socket need not say where to."""
        self.sender.connect(b"path")
        self.sender.send(b"x")

        self.assertEqual(self.receiver.recvfrom(100)[0], b"x")
        self.receiver.close()
        self.assert_errno(errno.ECONNREFUSED, self.sender.send, b"x")

    def test_nobody(self) -> None:
        """Who hears nothing is told from who is no datagram socket."""
        UnixListener(self.host).bind(b"stream")

        self.assert_errno(errno.ENOENT, self.sender.sendto, b"x", b"missing")
        self.assert_errno(errno.EPROTOTYPE, self.sender.connect, b"stream")
        self.assert_errno(errno.ENOTCONN, self.sender.send, b"x")

    def test_limits(self) -> None:
        """A datagram has a largest size, and not many wait."""
        size = self.sender.send_buffer
        self.assert_errno(errno.EMSGSIZE, self.sender.sendto, bytes(size + 1), b"path")
        for _ in range(11):
            self.sender.sendto(b"x", b"path")

        self.assert_errno(errno.EAGAIN, self.sender.sendto, b"x", b"path")

    def test_readiness(self) -> None:
        """A reader is called when there is a datagram."""
        watcher = Watcher(self.receiver)
        self.host.reactor.addReader(watcher)
        self.sender.sendto(b"x", b"path")
        self.host.reactor.advance(0)
        self.receiver.recvfrom(100)
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["read"])
        self.assertTrue(self.sender.writable)

    def test_description(self) -> None:
        """It tells what it is."""
        self.assertEqual(self.receiver.describe(), "UNIX datagrams 'path'")
