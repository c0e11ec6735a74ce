"""Tests of simulated TCP connections, against what Linux does."""

import errno
import struct
from collections.abc import Callable
from socket import (
    AF_INET,
    AF_INET6,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SO_ERROR,
    SO_LINGER,
    SO_RCVBUF,
    SO_SNDBUF,
    SOL_SOCKET,
)

from twisted.trial.unittest import SynchronousTestCase

from harness._network import Network
from harness._sockets_tcp import TCPSocket
from harness.test.kernel import Watcher, listening, lone_host, tcp_pair

ABORT = struct.pack("ii", 1, 0)


class TCPTestCase(SynchronousTestCase):
    """What the tests of TCP share."""

    def assert_errno(
        self, number: int, call: Callable[..., object], *args: object
    ) -> None:
        """Check that a call fails with an error of the kernel's."""
        error = self.assertRaises(OSError, call, *args)
        self.assertEqual(errno.errorcode[error.errno], errno.errorcode[number])


class ConnectingTests(TCPTestCase):
    """From a socket to a connection."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.client = TCPSocket(self.host, AF_INET)

    def test_takes_a_moment(self) -> None:
        """Connecting begins in the call, and its success shows as readiness."""
        listening(self.host)

        self.assertEqual(self.client.connect_ex(("127.0.0.1", 80)), errno.EINPROGRESS)
        self.assertTrue(self.client.writable)
        self.assertEqual(self.client.getsockopt(SOL_SOCKET, SO_ERROR), 0)
        self.assertEqual(self.client.connect_ex(("127.0.0.1", 80)), errno.EISCONN)

    def test_addresses(self) -> None:
        """Each end knows itself and the other."""
        client, server = tcp_pair(self.host)

        self.assertEqual(client.getsockname(), server.getpeername())
        self.assertEqual(client.getpeername(), ("127.0.0.1", 80))
        self.assertEqual(server.getsockname(), ("127.0.0.1", 80))

    def test_refused(self) -> None:
        """Where nobody listens, the error waits to be asked for."""
        self.client.connect_ex(("127.0.0.1", 80))

        self.assertTrue(self.client.readable and self.client.writable)
        error = self.client.getsockopt(SOL_SOCKET, SO_ERROR)
        self.assertEqual(error, errno.ECONNREFUSED)
        self.assertEqual(self.client.getsockopt(SOL_SOCKET, SO_ERROR), 0)

    def test_refused_by_bound(self) -> None:
        """A port that is bound is not one at which somebody listens."""
        TCPSocket(self.host, AF_INET).bind(("", 80))
        self.client.connect_ex(("127.0.0.1", 80))

        self.assert_errno(errno.ECONNREFUSED, self.client.recv, 1)

    def test_no_such_network(self) -> None:
        """A machine that has only loopback reaches nothing else."""
        self.assertEqual(self.client.connect_ex(("192.0.2.1", 80)), errno.ENETUNREACH)

    def test_to_many(self) -> None:
        """There is no way to all machines, nor to a group; no port is taken."""
        self.host = Network().host("one", "192.0.2.1", "2001:db8::1")
        for family, address in (
            (AF_INET, "255.255.255.255"),
            (AF_INET, "224.0.0.1"),
            (AF_INET6, "ff02::1"),
            (AF_INET6, "::ffff:224.0.0.1"),
        ):
            client = TCPSocket(self.host, family)
            self.assertEqual(client.connect_ex((address, 80)), errno.ENETUNREACH)
            self.assertEqual(client.getsockname()[1], 0)

    def test_silence(self) -> None:
        """Where there is no machine, the SYN is repeated, and given up after 127 s."""
        network = Network()
        host = network.host("one", "192.0.2.1")
        trace = network.start_trace()
        client = TCPSocket(host, AF_INET)
        self.assertEqual(client.connect_ex(("192.0.2.9", 80)), errno.EINPROGRESS)
        self.assertEqual(client.connect_ex(("192.0.2.9", 80)), errno.EALREADY)
        self.assert_errno(errno.EAGAIN, client.send, b"x")
        self.assert_errno(errno.EAGAIN, client.recv, 1)
        network.advance(126)
        self.assertFalse(client.writable)
        network.advance(1)

        self.assertEqual([event.time for event in trace], [0, 1, 3, 7, 15, 31, 63])
        self.assertEqual(client.getsockopt(SOL_SOCKET, SO_ERROR), errno.ETIMEDOUT)

    def test_closed_while_connecting(self) -> None:
        """A socket that is closed asks no more."""
        network = Network()
        client = TCPSocket(network.host("one", "192.0.2.1"), AF_INET)
        client.connect_ex(("192.0.2.9", 80))
        client.close()

        self.assertEqual(network.scheduler.getDelayedCalls(), [])

    def test_to_the_wildcard(self) -> None:
        """Every address as a destination is this machine."""
        listening(self.host)
        self.client.connect_ex(("", 80))

        self.assertEqual(self.client.getpeername(), ("127.0.0.1", 80))

    def test_bound(self) -> None:
        """A socket that is bound connects from there."""
        listener = listening(self.host)
        for address, port in ("127.0.0.2", 5000), ("0.0.0.0", 5001):
            client = TCPSocket(self.host, AF_INET)
            client.bind((address, port))
            client.connect_ex(("127.0.0.1", 80))
            host = "127.0.0.1" if address == "0.0.0.0" else address
            self.assertEqual(client.getsockname(), (host, port))
            listener.accept()[0].close()
            client.close()

        self.assertEqual(list(self.host.tcp.bound), [80])

    def test_bound_elsewhere(self) -> None:
        """Another machine's address cannot be had."""
        self.assert_errno(errno.EADDRNOTAVAIL, self.client.bind, ("192.0.2.1", 80))

    def test_ipv6(self) -> None:
        """IPv6 is as IPv4."""
        client, _ = tcp_pair(self.host, address="::1")

        self.assertEqual(client.getpeername(), ("::1", 80, 0, 0))

    def test_link_local(self) -> None:
        """A link-local address keeps its scope."""
        listening(self.host, AF_INET6)
        client = TCPSocket(self.host, AF_INET6)
        client.connect_ex(("fe80::1", 80, 0, 2))

        self.assertEqual(client.getpeername(), ("fe80::1", 80, 0, 2))
        self.assertEqual(client.getsockname(), ("fe80::1", 32768, 0, 2))

    def test_mapped(self) -> None:
        """A server for both families sees an IPv4 client as a mapped address."""
        listener = listening(self.host, AF_INET6)
        self.client.connect_ex(("127.0.0.1", 80))
        server, address = listener.accept()

        self.assertEqual(address, ("::ffff:127.0.0.1", 32768, 0, 0))
        self.assertEqual(server.getsockname(), ("::ffff:127.0.0.1", 80, 0, 0))

    def test_mapped_client(self) -> None:
        """A client for both families reaches a server of IPv4 as one of IPv4."""
        listener = listening(self.host)
        client = TCPSocket(self.host, AF_INET6)
        client.connect_ex(("::ffff:127.0.0.1", 80))

        self.assertEqual(listener.accept()[1], ("127.0.0.1", 32768))

    def test_not_connected(self) -> None:
        """What is not connected has no peer, and nothing to read or to shut."""
        self.assert_errno(errno.ENOTCONN, self.client.getpeername)
        self.assert_errno(errno.ENOTCONN, self.client.recv, 1)
        self.assert_errno(errno.ENOTCONN, self.client.shutdown, SHUT_RDWR)
        self.assert_errno(errno.EPIPE, self.client.send, b"x")
        self.assertEqual(self.client.getsockname(), ("0.0.0.0", 0))
        self.assertEqual(self.client.describe(), "connecting None -> None")


class StreamTests(TCPTestCase):
    """Bytes on their way."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.client, self.server = tcp_pair(self.host)

    def test_arrive(self) -> None:
        """What is sent can be read at once, in as many pieces as one likes."""
        self.assertEqual(self.client.send(b"hello "), 6)
        self.client.send(b"world")

        self.assertEqual(self.server.recv(100), b"hello world")
        self.assert_errno(errno.EAGAIN, self.server.recv, 100)

    def test_cut(self) -> None:
        """No more is read than was asked for, and nothing is lost."""
        for piece in (b"abc", b"d", b"e", b"fgh"):
            self.client.send(piece)

        self.assertEqual(self.server.recv(2), b"ab")
        self.assertEqual(self.server.recv(3), b"cde")
        self.assertEqual(self.server.recv(2), b"fg")
        self.assertEqual(self.server.recv(2), b"h")

    def test_not_copied(self) -> None:
        """A large piece is received as the very object that was sent."""
        piece = bytes(65_536)
        for sent in (piece, memoryview(piece)):
            self.client.send(sent)
            self.assertIs(self.server.recv(65_536), piece)

    def test_changing_buffers_are_copied(self) -> None:
        """What may be changed by the sender is copied; so is a part of something."""
        buffer = bytearray(b"before")
        self.client.send(buffer)
        self.client.send(memoryview(buffer))
        self.client.send(memoryview(b"xyz")[1:])
        buffer[:] = b"after!"

        self.assertEqual(self.server.recv(100), b"beforebeforeyz")
        self.client.send(memoryview(b"xyz")[1:])
        self.assertEqual(self.server.recv(100), b"yz")

    def test_pieces(self) -> None:
        """A network can be told to hand over small pieces."""
        self.host.network.segments = iter([2, 1, 7]).__next__
        self.client.send(b"abcdef")

        self.assertEqual(
            [self.server.recv(100) for _ in range(3)], [b"ab", b"c", b"def"]
        )

    def test_readiness(self) -> None:
        """A reader is called when there is something to read, and only then."""
        watcher = Watcher(self.server)
        reactor = self.host.reactor
        reactor.addReader(watcher)
        reactor.flush()
        self.assertEqual(watcher.events, [])
        self.client.send(b"x")
        reactor.advance(0)
        reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "read"])


class SlowTests(TCPTestCase):
    """What is under way while the ends go on."""

    def setUp(self) -> None:
        self.network = Network()
        self.network.shape(latency=0.25)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")

    def arrive(self) -> None:
        """Let all arrive that is under way, and what is sent in answer."""
        self.network.advance(0.75)

    def connect(self) -> TCPSocket:
        client = TCPSocket(self.one, AF_INET)
        client.connect_ex(("192.0.2.2", 80))
        return client

    def test_connecting(self) -> None:
        """A client is connected when the answer has come, and asks no more then."""
        listening(self.two)
        client = self.connect()
        self.assertFalse(client.writable)
        self.arrive()

        self.assertTrue(client.writable)
        self.assertEqual(self.one.scheduler.getDelayedCalls(), [])

    def test_data_meets_reset(self) -> None:
        """Data for a socket that has sent a reset is lost without another."""
        listener = listening(self.two)
        client = self.connect()
        self.arrive()
        server, _ = listener.accept()
        client.send(b"never read")
        self.arrive()
        server.close()
        client.send(b"too late")
        self.arrive()

        self.assert_errno(errno.ECONNRESET, client.recv, 100)
        self.assertEqual(self.two.sockets, [listener])

    def test_steps_of_a_connection(self) -> None:
        """A client is connected after two trips, a server after three."""
        listener = listening(self.two)
        client = self.connect()
        self.network.advance(0.5)
        connected = client.writable
        waiting = listener.readable
        self.network.advance(0.25)

        self.assertEqual((connected, waiting, listener.readable), (True, False, True))

    def test_refusal_comes_late(self) -> None:
        """A refusal that comes when the client has given up is for nobody."""
        client = self.connect()
        client.close()
        self.arrive()

        self.assertEqual(client.getsockopt(SOL_SOCKET, SO_ERROR), 0)


class BackPressureTests(TCPTestCase):
    """Buffers have an end."""

    def setUp(self) -> None:
        self.host = lone_host()
        listener = listening(self.host)
        listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 2000)
        self.client = TCPSocket(self.host, AF_INET)
        self.client.setsockopt(SOL_SOCKET, SO_SNDBUF, 3000)
        self.client.connect_ex(("127.0.0.1", 80))
        self.server, _ = listener.accept()

    def test_full(self) -> None:
        """When both buffers are full, no more is taken."""
        self.assertEqual(self.client.send(bytes(10_000)), 3000)
        self.assertEqual(self.client.send(bytes(10_000)), 2000)
        self.assert_errno(errno.EAGAIN, self.client.send, b"x")

        self.assertFalse(self.client.writable)

    def test_room_again(self) -> None:
        """Reading makes room; a writer hears of it when a third is free."""
        self.client.setsockopt(SOL_SOCKET, SO_SNDBUF, 9000)
        watcher = Watcher(self.client)
        self.host.reactor.addWriter(watcher)
        for _ in range(2):
            self.client.send(bytes(9000))
        self.server.recv(2000)
        self.host.reactor.flush()
        self.assertEqual(watcher.events, [])
        self.server.recv(2000)
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["write"])

    def test_trace(self) -> None:
        """What is kept is recorded when it is sent, and only then."""
        trace = self.host.network.start_trace()
        self.client.send(bytes(2500))
        self.server.recv(10_000)

        self.assertEqual([len(event.data) for event in trace], [2500])

    def test_order(self) -> None:
        """What was kept comes after what was sent, and before what is sent then."""
        self.client.send(b"a" * 1900)
        self.client.send(b"b" * 200)
        self.client.send(b"c")
        received = b""
        for _ in range(3):
            received += self.server.recv(1000)

        self.assertEqual(received, b"a" * 1900 + b"b" * 200 + b"c")

    def test_end_waits(self) -> None:
        """The end of a stream waits for what was kept."""
        self.client.send(bytes(2500))
        self.client.close()

        self.assertEqual(len(self.server.recv(10_000)), 2000)
        self.assertEqual(len(self.server.recv(10_000)), 500)
        self.assertEqual(self.server.recv(10_000), b"")


class EndTests(TCPTestCase):
    """How connections end."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.client, self.server = tcp_pair(self.host)

    def test_close(self) -> None:
        """The other end reads what was sent, and then the end, again and again."""
        self.client.send(b"last words")
        self.client.close()

        self.assertEqual(self.server.recv(100), b"last words")
        self.assertEqual(self.server.recv(100), b"")
        self.assertEqual(self.server.recv(100), b"")
        self.assertTrue(self.server.readable)

    def test_write_after_close(self) -> None:
        """The first write after the other end was closed is taken, the next is not."""
        self.client.close()

        self.assertEqual(self.server.send(b"x"), 1)
        self.assert_errno(errno.EPIPE, self.server.send, b"x")
        self.assert_errno(errno.EPIPE, self.server.send, b"x")
        self.assertEqual(self.server.recv(100), b"")

    def test_close_with_unread_data(self) -> None:
        """Who closes without having read all resets the connection."""
        self.server.send(b"kept")
        self.client.send(b"never read")
        self.server.close()

        self.assertEqual(self.client.recv(100), b"kept")
        self.assert_errno(errno.ECONNRESET, self.client.recv, 100)
        self.assertEqual(self.client.recv(100), b"")

    def test_abort(self) -> None:
        """Closing without lingering is a reset, and drops what was not yet sent."""
        self.client.send(bytes(300_000))
        self.client.send(bytes(300_000))
        self.client.setsockopt(SOL_SOCKET, SO_LINGER, ABORT)
        self.client.close()

        received = len(self.server.recv(1_000_000))
        self.assertEqual(received, self.server.receive_buffer)
        self.assert_errno(errno.ECONNRESET, self.server.recv, 100)

    def test_reset_is_told_once(self) -> None:
        """The error is told to who asks first."""
        self.client.setsockopt(SOL_SOCKET, SO_LINGER, ABORT)
        self.client.close()

        self.assert_errno(errno.ECONNRESET, self.server.send, b"x")
        self.assert_errno(errno.EPIPE, self.server.send, b"x")
        self.assert_errno(errno.ENOTCONN, self.server.shutdown, SHUT_RDWR)
        self.assertTrue(self.server.readable and self.server.writable)

    def test_half_close(self) -> None:
        """One direction can be closed, and the other goes on."""
        self.client.shutdown(SHUT_WR)
        self.assertEqual(self.server.recv(100), b"")
        self.server.send(b"still there")

        self.assertEqual(self.client.recv(100), b"still there")
        self.assert_errno(errno.EPIPE, self.client.send, b"x")

    def test_shut_for_reading(self) -> None:
        """Who shuts the reading side reads what comes, and otherwise the end."""
        self.client.shutdown(SHUT_RD)
        self.assertEqual(self.client.recv(100), b"")
        self.assertTrue(self.client.readable)
        self.server.send(b"x")

        self.assertEqual(self.client.recv(100), b"x")

    def test_shut_both_ways(self) -> None:
        """Who shuts both sides answers what still comes with a reset."""
        self.client.shutdown(SHUT_RDWR)
        self.server.send(b"x")

        self.assert_errno(errno.EPIPE, self.server.send, b"x")
        self.assert_errno(errno.ECONNRESET, self.client.recv, 1)

    def test_shut_twice(self) -> None:
        """What is shut can be shut again."""
        self.client.shutdown(SHUT_WR)
        self.client.shutdown(SHUT_WR)

        self.assertEqual(self.server.recv(100), b"")

    def test_both_close(self) -> None:
        """When both are closed nothing is left of the connection."""
        self.client.close()
        self.server.close()

        self.assertEqual((self.client.peer, self.server.peer), (None, None))
        self.assertEqual((self.host.sockets, self.host.tcp.bound), ([], {}))

    def test_reset_while_data_is_kept(self) -> None:
        """A reset that meets a closed socket with data to send ends it too."""
        for _ in range(2):
            self.client.send(bytes(300_000))
        self.client.close()
        self.server.close()

        self.assertIsNone(self.client.peer)

    def test_data_meets_a_closed_socket_with_data_to_send(self) -> None:
        """So does data that nobody will read."""
        for _ in range(2):
            self.client.send(bytes(300_000))
        self.client.close()
        self.server.send(b"x")

        self.assertIsNone(self.client.peer)
        self.assert_errno(errno.ECONNRESET, self.server.send, b"x")

    def test_description(self) -> None:
        """It tells what it is."""
        self.assertEqual(
            self.client.describe(), "connection 127.0.0.1:32768 -> 127.0.0.1:80"
        )
