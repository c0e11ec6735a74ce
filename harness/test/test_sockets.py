"""Tests of what all simulated sockets have in common."""

import errno
import socket
import struct

from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._sockets import FIRST_DESCRIPTOR
from harness._sockets_tcp import TCPSocket
from harness._sockets_udp import UDPSocket
from harness.test.kernel import listening, lone_host


class DescriptorTests(SynchronousTestCase):
    """Simulated descriptors."""

    def test_numbers(self) -> None:
        """Each socket has its own number, far from those of real descriptors."""
        host = lone_host()
        numbers = [TCPSocket(host, socket.AF_INET).fileno() for _ in range(2)]

        self.assertEqual(numbers, [FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + 1])

    def test_closed(self) -> None:
        """A closed one has none, can be closed again, and does nothing else."""
        closed = TCPSocket(lone_host(), socket.AF_INET)
        closed.close()
        closed.close()

        self.assertEqual(closed.fileno(), -1)
        for call in (
            closed.getsockname,
            closed.getpeername,
            lambda: closed.bind(("", 0)),
            lambda: closed.connect_ex(("127.0.0.1", 80)),
            lambda: closed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),
            lambda: closed.send(b"x"),
            lambda: closed.recv(1),
            lambda: closed.shutdown(2),
        ):
            self.assertEqual(self.assertRaises(OSError, call).errno, errno.EBADF)

    def test_never_blocks(self) -> None:
        """A socket does not block, and cannot be made to."""
        tcp = TCPSocket(lone_host(), socket.AF_INET)
        tcp.setblocking(False)

        self.assertEqual(tcp.gettimeout(), 0.0)
        self.assertRaises(NotSimulated, tcp.setblocking, True)

    def test_what_is_not_simulated(self) -> None:
        """A call of real sockets that is not simulated says so; others do not exist."""
        tcp = TCPSocket(lone_host(), socket.AF_INET)

        error = self.assertRaises(NotSimulated, getattr, tcp, "sendfile")
        self.assertEqual(str(error), "TCPSocket.sendfile")
        self.assertRaises(AttributeError, getattr, tcp, "sendpigeon")

    def test_where_it_was_made(self) -> None:
        """It remembers the line of the user that made it."""
        self.assertIn("test_sockets.py:", TCPSocket(lone_host(), 2).made_at)


class OptionTests(SynchronousTestCase):
    """Options are kept, or refused."""

    def setUp(self) -> None:
        self.socket = TCPSocket(lone_host(), socket.AF_INET)

    def test_switches(self) -> None:
        """Switches are off until they are switched on."""
        for level, option in (
            (socket.SOL_SOCKET, socket.SO_REUSEADDR),
            (socket.SOL_SOCKET, socket.SO_REUSEPORT),
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            (socket.IPPROTO_TCP, socket.TCP_NODELAY),
            (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY),
        ):
            self.assertEqual(self.socket.getsockopt(level, option), 0)
            self.socket.setsockopt(level, option, True)
            self.assertEqual(self.socket.getsockopt(level, option), 1)

    def test_buffers(self) -> None:
        """The size of a buffer is told twice as large as it was asked for."""
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            self.socket.setsockopt(socket.SOL_SOCKET, option, 5000)
            self.assertEqual(self.socket.getsockopt(socket.SOL_SOCKET, option), 10_000)
            self.socket.setsockopt(socket.SOL_SOCKET, option, 0)
            self.assertEqual(self.socket.getsockopt(socket.SOL_SOCKET, option), 2304)

    def test_linger(self) -> None:
        """Lingering for no time at all means to abort."""
        linger = (socket.SOL_SOCKET, socket.SO_LINGER)
        for value in (struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)):
            self.socket.setsockopt(*linger, value)
            self.assertEqual(self.socket.getsockopt(*linger, 8), value)

    def test_what_it_is(self) -> None:
        """A socket tells what it is, and that nothing is wrong with it."""
        for made, kind, listens in (
            (self.socket, socket.SOCK_STREAM, 0),
            (listening(lone_host()), socket.SOCK_STREAM, 1),
            (UDPSocket(lone_host(), socket.AF_INET), socket.SOCK_DGRAM, 0),
        ):
            options = [
                made.getsockopt(socket.SOL_SOCKET, option)
                for option in (socket.SO_TYPE, socket.SO_ACCEPTCONN, socket.SO_ERROR)
            ]
            self.assertEqual(options, [kind, listens, 0])

    def test_unknown(self) -> None:
        """An option whose effect is not simulated is refused, not ignored."""
        for call in (
            lambda: self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_MARK),
            lambda: self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO),
            lambda: self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1),
        ):
            self.assertRaises(NotSimulated, call)
