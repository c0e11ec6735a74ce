"""Tests of simulated listening sockets."""

import errno
from socket import AF_INET, SHUT_RDWR, SO_RCVBUF, SOL_SOCKET

from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness.test.kernel import Watcher, listening, lone_host


class ListenerTests(SynchronousTestCase):
    """Connections that wait to be accepted."""

    def setUp(self) -> None:
        self.host = lone_host()

    def connect(self) -> TCPSocket:
        client = TCPSocket(self.host, AF_INET)
        client.connect_ex(("127.0.0.1", 80))
        return client

    def test_in_order(self) -> None:
        """Who came first is accepted first."""
        listener = listening(self.host)
        clients = [self.connect() for _ in range(3)]
        accepted = [listener.accept()[1] for _ in range(3)]

        self.assertEqual(accepted, [client.getsockname() for client in clients])

    def test_nobody(self) -> None:
        """When nobody waits there is nobody to accept."""
        error = self.assertRaises(OSError, listening(self.host).accept)

        self.assertEqual(error.errno, errno.EAGAIN)

    def test_readiness(self) -> None:
        """Whoever watches is told, as long as somebody waits."""
        listener = listening(self.host)
        watcher = Watcher(listener)
        self.host.reactor.addReader(watcher)
        self.connect()
        self.connect()
        self.host.reactor.advance(0)
        listener.accept()
        self.host.reactor.advance(0)
        listener.accept()
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "read"])

    def test_data_before_accept(self) -> None:
        """Who connects need not wait to be accepted before it sends."""
        listener = listening(self.host)
        self.connect().send(b"early")

        self.assertEqual(listener.accept()[0].recv(100), b"early")

    def test_backlog(self) -> None:
        """One more than the backlog may wait; others ask again after a second."""
        listener = listening(self.host, backlog=1)
        clients = [self.connect() for _ in range(4)]
        self.assertEqual(
            [client.writable for client in clients], [True, True, False, False]
        )
        listener.accept()
        self.assertFalse(clients[2].writable)
        self.host.reactor.advance(1)

        self.assertEqual(
            [client.writable for client in clients], [True, True, True, False]
        )

    def test_answered_once(self) -> None:
        """A SYN that comes twice, since the answer was slow, is answered once."""
        listener = listening(self.host)
        client = self.connect()
        listener.answer(client)
        listener.accept()

        self.assertRaises(BlockingIOError, listener.accept)

    def test_close(self) -> None:
        """Who was never accepted is reset when the listener goes."""
        listener = listening(self.host)
        client = self.connect()
        listener.shutdown(SHUT_RDWR)
        listener.close()

        error = self.assertRaises(OSError, client.recv, 1)
        self.assertEqual(error.errno, errno.ECONNRESET)
        self.assertEqual(self.host.sockets, [client])

    def test_close_unbound(self) -> None:
        """A listener that was never bound can be closed."""
        listener = TCPListener(self.host, AF_INET)
        self.assertEqual(listener.getsockname(), ("0.0.0.0", 0))
        listener.close()

        self.assertEqual(self.host.sockets, [])

    def test_sizes_are_inherited(self) -> None:
        """An accepted socket has the listener's buffers."""
        listener = listening(self.host)
        listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 5000)
        self.connect()

        self.assertEqual(listener.accept()[0].receive_buffer, 5000)

    def test_description(self) -> None:
        """It tells what it is."""
        listener = listening(self.host)

        self.assertEqual(listener.describe(), "listening 0.0.0.0:80")
        self.assertEqual(listener.getsockname(), ("0.0.0.0", 80))


class DistantClientTests(SynchronousTestCase):
    """Clients whose answers take their time."""

    def setUp(self) -> None:
        self.network = Network()
        self.network.shape(latency=0.75)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")
        self.listener = listening(self.two, backlog=0)

    def connect(self) -> TCPSocket:
        """Send a SYN to the listener."""
        client = TCPSocket(self.one, AF_INET)
        client.connect_ex(("192.0.2.2", 80))
        return client

    def left(self) -> list[str]:
        """Write down what the machine of the listener has open."""
        return [socket.describe().split()[0] for socket in self.two.sockets]

    def test_asks_twice(self) -> None:
        """Who asks again before the answer can have come gets one connection."""
        client = self.connect()
        self.network.advance(10)
        server, _ = self.listener.accept()
        client.send(b"hello")
        self.network.advance(1)

        self.assertEqual(server.recv(10), b"hello")
        self.assertRaises(BlockingIOError, self.listener.accept)

    def test_has_gone(self) -> None:
        """Who has gone before the answer comes is forgotten when that is known."""
        client = self.connect()
        self.network.advance(1)
        client.close()
        self.network.advance(1)
        waiting = self.left()
        self.network.advance(1)

        self.assertEqual(waiting, ["listening", "connection"])
        self.assertEqual(self.left(), ["listening"])
        self.assertRaises(BlockingIOError, self.listener.accept)

    def test_is_silent(self) -> None:
        """Who never answers is forgotten after about a minute."""
        self.connect()
        self.network.advance(1)
        self.one.crash()
        self.network.advance(62)
        waiting = self.left()
        self.network.advance(1)

        self.assertEqual(waiting, ["listening", "connection"])
        self.assertEqual(self.left(), ["listening"])

    def test_counts_as_waiting(self) -> None:
        """Who is about to be connected takes a place among those who wait."""
        clients = [self.connect() for _ in range(2)]
        self.network.advance(1.75)

        self.assertEqual([client.writable for client in clients], [True, False])

    def test_listener_has_gone(self) -> None:
        """Who is about to be connected is reset if nobody will accept it."""
        client = self.connect()
        self.network.advance(1)
        self.listener.close()
        self.network.advance(10)

        error = self.assertRaises(OSError, client.recv, 1)
        self.assertEqual(error.errno, errno.ECONNRESET)
        self.assertEqual(self.left(), [])

    def test_both_have_gone(self) -> None:
        """Neither leaves anything behind."""
        client = self.connect()
        self.network.advance(1)
        client.close()
        self.listener.close()
        self.network.advance(10)

        self.assertEqual((self.one.sockets, self.two.sockets), ([], []))
