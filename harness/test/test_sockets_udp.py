"""Tests of simulated UDP sockets, against what Linux does."""

import errno
from socket import (
    AF_INET,
    AF_INET6,
    SO_BROADCAST,
    SO_ERROR,
    SO_RCVBUF,
    SOL_SOCKET,
)

from twisted.trial.unittest import SynchronousTestCase

from harness._host import Host
from harness._network import Network
from harness._sockets_udp import UDPSocket
from harness.test.kernel import Watcher, lone_host


def bound(host: Host, address: str = "", port: int = 0) -> UDPSocket:
    """Make a socket that is bound."""
    socket = UDPSocket(host, AF_INET6 if ":" in address else AF_INET)
    socket.bind((address, port))
    return socket


class DatagramTests(SynchronousTestCase):
    """Datagrams from one socket to another."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.sender, self.receiver = UDPSocket(self.host, AF_INET), bound(self.host)

    def errno_of(self, call: object, *args: object) -> str:
        error = self.assertRaises(OSError, call, *args)
        return errno.errorcode[error.errno]

    def test_one_by_one(self) -> None:
        """Datagrams keep their borders and their order."""
        for datagram in (b"one", b"", b"three"):
            self.assertEqual(
                self.sender.sendto(datagram, ("127.0.0.1", 32768)), len(datagram)
            )
        received = [self.receiver.recvfrom(100)[0] for _ in range(3)]

        self.assertEqual(received, [b"one", b"", b"three"])
        self.assertEqual(self.errno_of(self.receiver.recvfrom, 100), "EAGAIN")

    def test_sender(self) -> None:
        """A sender that is bound to every address appears with the one it used."""
        self.sender.sendto(b"x", self.receiver.getsockname())

        self.assertEqual(self.sender.getsockname(), ("0.0.0.0", 32769))
        self.assertEqual(self.receiver.recvfrom(100), (b"x", ("127.0.0.1", 32769)))

    def test_sender_that_is_bound(self) -> None:
        """One that is bound to an address appears with that."""
        bound(self.host, "127.0.0.2", 5000).sendto(b"x", ("127.0.0.1", 32768))

        self.assertEqual(self.receiver.recvfrom(100)[1], ("127.0.0.2", 5000))

    def test_too_long_for_reader(self) -> None:
        """What does not fit the reader's buffer is lost."""
        self.sender.sendto(b"abcdef", ("127.0.0.1", 32768))

        self.assertEqual(self.receiver.recvfrom(3)[0], b"abc")
        self.assertFalse(self.receiver.readable)

    def test_too_long(self) -> None:
        """A datagram has a largest size."""
        self.sender.sendto(bytes(65_507), ("127.0.0.1", 32768))
        error = self.errno_of(self.sender.sendto, bytes(65_508), ("127.0.0.1", 32768))

        self.assertEqual(error, "EMSGSIZE")

    def test_no_room(self) -> None:
        """What a slow reader has no room for is lost, silently."""
        self.receiver.setsockopt(SOL_SOCKET, SO_RCVBUF, 2000)
        for number in range(5):
            self.sender.sendto(b"%d" % number, ("127.0.0.1", 32768))
        received = [self.receiver.recvfrom(100)[0] for _ in range(2)]

        self.assertEqual(received, [b"0", b"1"])
        self.assertEqual(self.errno_of(self.receiver.recvfrom, 100), "EAGAIN")

    def test_readiness(self) -> None:
        """A reader is called as long as there is a datagram."""
        watcher = Watcher(self.receiver)
        self.host.reactor.addReader(watcher)
        self.sender.sendto(b"one", ("127.0.0.1", 32768))
        self.sender.sendto(b"two", ("127.0.0.1", 32768))
        self.host.reactor.advance(0)
        self.receiver.recvfrom(100)
        self.host.reactor.advance(0)
        self.receiver.recvfrom(100)
        self.host.reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "read"])

    def test_unreachable_network(self) -> None:
        """A machine that has only loopback reaches nothing else."""
        error = self.errno_of(self.sender.sendto, b"x", ("192.0.2.1", 80))

        self.assertEqual(error, "ENETUNREACH")

    def test_nobody_there(self) -> None:
        """Who is not connected never learns that nobody heard."""
        self.sender.sendto(b"x", ("127.0.0.1", 80))

        self.assertEqual(self.errno_of(self.sender.recvfrom, 100), "EAGAIN")

    def test_ipv6(self) -> None:
        """IPv6 is as IPv4, and a socket for both hears both."""
        receiver = bound(self.host, "::", 80)
        bound(self.host, "::1", 81).sendto(b"six", ("::1", 80))
        bound(self.host, "127.0.0.1", 82).sendto(b"four", ("127.0.0.1", 80))

        self.assertEqual(receiver.recvfrom(9), (b"six", ("::1", 81, 0, 0)))
        self.assertEqual(
            receiver.recvfrom(9), (b"four", ("::ffff:127.0.0.1", 82, 0, 0))
        )

    def test_unbound_ipv6(self) -> None:
        """A socket that sends without being bound is bound to every address."""
        sender = UDPSocket(self.host, AF_INET6)
        sender.sendto(b"x", ("::1", 80))

        self.assertEqual(sender.getsockname(), ("::", 32769, 0, 0))

    def test_between_hosts(self) -> None:
        """A datagram to another machine is carried by the network."""
        network = Network()
        one, two = network.host("one", "192.0.2.1"), network.host("two", "192.0.2.2")
        receiver = bound(two, "192.0.2.2", 80)
        bound(one, "", 81).sendto(b"x", ("192.0.2.2", 80))
        bound(one, "", 82).sendto(b"lost", ("192.0.2.9", 80))

        self.assertEqual(receiver.recvfrom(100), (b"x", ("192.0.2.1", 81)))

    def test_not_bound(self) -> None:
        """A socket that is not bound has no address, and closes without one."""
        self.assertEqual(self.sender.getsockname(), ("0.0.0.0", 0))
        self.assertEqual(self.sender.describe(), "UDP None")
        self.assertEqual(self.errno_of(self.sender.getpeername), "ENOTCONN")
        self.assertEqual(self.errno_of(self.sender.send, b"x"), "EDESTADDRREQ")
        self.sender.close()

        self.assertEqual(self.host.sockets, [self.receiver])


class ConnectedTests(SynchronousTestCase):
    """Sockets that talk to one other only."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.other = bound(self.host, "", 80)
        self.socket = bound(self.host, "", 81)

    def test_addresses(self) -> None:
        """A connected socket has an address and a peer."""
        self.socket.connect(("127.0.0.1", 80))

        self.assertEqual(self.socket.getsockname(), ("127.0.0.1", 81))
        self.assertEqual(self.socket.getpeername(), ("127.0.0.1", 80))

    def test_bound_to_one_address(self) -> None:
        """A socket that is bound to an address keeps it."""
        socket = bound(self.host, "127.0.0.2", 82)
        socket.connect(("127.0.0.1", 80))

        self.assertEqual(socket.getsockname(), ("127.0.0.2", 82))

    def test_send(self) -> None:
        """It need not say where to."""
        self.socket.connect(("127.0.0.1", 80))
        self.socket.send(b"x")

        self.assertEqual(self.other.recvfrom(9), (b"x", ("127.0.0.1", 81)))

    def test_hears_its_peer_only(self) -> None:
        """What others send does not reach it."""
        self.socket.connect(("127.0.0.1", 80))
        bound(self.host, "", 82).sendto(b"stranger", ("127.0.0.1", 81))
        self.other.sendto(b"peer", ("127.0.0.1", 81))

        self.assertEqual(self.socket.recvfrom(9)[0], b"peer")

    def test_before_others(self) -> None:
        """What its peer sends is for it rather than for who hears everybody."""
        connected, general = (UDPSocket(self.host, AF_INET) for _ in range(2))
        for socket in (connected, general):
            socket.reuse_address = True
            socket.bind(("", 83))
        connected.connect(("127.0.0.1", 80))
        self.other.sendto(b"x", ("127.0.0.1", 83))

        self.assertEqual(connected.recvfrom(9)[0], b"x")

    def test_refused(self) -> None:
        """It learns, at its next call, that nobody heard."""
        for call in (lambda: self.socket.recvfrom(9), lambda: self.socket.send(b"x")):
            self.socket.connect(("127.0.0.1", 99))
            self.socket.send(b"x")
            self.assertTrue(self.socket.readable)
            error = self.assertRaises(OSError, call)
            self.assertEqual(error.errno, errno.ECONNREFUSED)
            self.assertFalse(self.socket.readable)

    def test_refused_as_option(self) -> None:
        """... or when it asks."""
        self.socket.connect(("127.0.0.1", 99))
        self.socket.send(b"x")

        for expected in (errno.ECONNREFUSED, 0):
            self.assertEqual(self.socket.getsockopt(SOL_SOCKET, SO_ERROR), expected)

    def test_refused_after_close(self) -> None:
        """A refusal that comes too late is for nobody."""
        self.socket.connect(("127.0.0.1", 99))
        self.socket.close()
        self.socket.unreachable()

        self.assertFalse(self.socket.readable)


class BroadcastTests(SynchronousTestCase):
    """Datagrams for everybody."""

    def test_everybody(self) -> None:
        """Every machine hears it, the sender's too."""
        network = Network()
        hosts = [network.host(name, f"192.0.2.{name}") for name in "12"]
        receivers = [bound(host, "", 80) for host in hosts]
        sender = bound(hosts[0], "", 81)
        sender.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
        sender.sendto(b"hear", ("<broadcast>", 80))

        for receiver in receivers:
            self.assertEqual(receiver.recvfrom(9), (b"hear", ("192.0.2.1", 81)))

    def test_on_a_lone_machine(self) -> None:
        """A machine without a network hears itself."""
        host = lone_host()
        receiver, sender = bound(host, "", 80), bound(host)
        sender.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
        sender.sendto(b"hear", ("255.255.255.255", 80))

        self.assertEqual(receiver.recvfrom(9)[0], b"hear")

    def test_permission(self) -> None:
        """A socket must have been told that it may."""
        sender = bound(lone_host())
        error = self.assertRaises(OSError, sender.sendto, b"x", ("<broadcast>", 80))

        self.assertEqual(error.errno, errno.EACCES)

    def test_connected_elsewhere(self) -> None:
        """A socket that talks to somebody else does not hear it."""
        host = lone_host()
        receiver, sender = bound(host, "", 80), bound(host)
        receiver.connect(("127.0.0.1", 99))
        sender.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
        sender.sendto(b"hear", ("255.255.255.255", 80))

        self.assertFalse(receiver.readable)
