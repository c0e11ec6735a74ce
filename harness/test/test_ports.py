"""Tests of who owns which port."""

import errno
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET

from twisted.trial.unittest import SynchronousTestCase

from harness import _ports
from harness._addresses import WireAddress
from harness._sockets import VirtualSocket
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness._sockets_udp import UDPSocket
from harness.test.kernel import listening, lone_host


class BindTests(SynchronousTestCase):
    """Which addresses can be had at the same time."""

    def setUp(self) -> None:
        self.host = lone_host()

    def udp(self, address: str, port: int = 80, *options: int) -> UDPSocket:
        family = AF_INET6 if ":" in address else AF_INET
        socket = UDPSocket(self.host, family)
        for option in options:
            socket.setsockopt(SOL_SOCKET, option, 1)
        socket.bind((address, port))
        return socket

    def assert_in_use(self, address: str, *options: int) -> None:
        error = self.assertRaises(OSError, self.udp, address, 80, *options)
        self.assertEqual(error.errno, errno.EADDRINUSE)

    def test_same_address(self) -> None:
        """A port of an address is bound once."""
        self.udp("127.0.0.1")

        self.assert_in_use("127.0.0.1")

    def test_other_address(self) -> None:
        """The same port of another address is another."""
        self.udp("127.0.0.1")
        self.udp("127.0.0.2")
        self.udp("::1")

    def test_wildcard(self) -> None:
        """The wildcard is every address, in both orders."""
        self.udp("127.0.0.1")
        self.assert_in_use("0.0.0.0")
        self.udp("0.0.0.0", 81)

        error = self.assertRaises(OSError, self.udp, "127.0.0.1", 81)
        self.assertEqual(error.errno, errno.EADDRINUSE)

    def test_wildcard_of_ipv6(self) -> None:
        """That of IPv6 is every address of IPv4 too."""
        self.udp("::")

        for address in ("::1", "0.0.0.0", "127.0.0.1"):
            self.assert_in_use(address)

    def test_only_ipv6(self) -> None:
        """... unless it is told not to be."""
        socket = UDPSocket(self.host, AF_INET6)
        socket.v6_only = True
        socket.bind(("::", 80))

        self.udp("0.0.0.0")
        self.assert_in_use("::1")

    def test_closed(self) -> None:
        """What is closed is free."""
        self.udp("127.0.0.1").close()

        self.udp("127.0.0.1")

    def test_reuse_port(self) -> None:
        """Sockets that all ask to share a port share it."""
        self.udp("127.0.0.1", 80, SO_REUSEPORT)
        self.udp("127.0.0.1", 80, SO_REUSEPORT)

        self.assert_in_use("127.0.0.1")

    def test_reuse_address(self) -> None:
        """Sockets that all ask to reuse an address share it."""
        self.udp("127.0.0.1", 80, SO_REUSEADDR)
        self.udp("127.0.0.1", 80, SO_REUSEADDR)

        self.assert_in_use("127.0.0.1")

    def test_reuse_address_of_listener(self) -> None:
        """... but not one at which somebody listens."""
        listening(self.host).reuse_address = True
        other = TCPListener(self.host, AF_INET)
        other.reuse_address = True

        error = self.assertRaises(OSError, other.bind, ("", 80))
        self.assertEqual(error.errno, errno.EADDRINUSE)

    def test_ephemeral(self) -> None:
        """Port 0 is a free one, another each time."""
        ports = [self.udp("127.0.0.1", 0).getsockname()[1] for _ in range(3)]

        self.assertEqual(ports, [32768, 32769, 32770])

    def test_ephemeral_passes_over_what_is_taken(self) -> None:
        """A port that is taken is not given."""
        self.udp("0.0.0.0", 32768)

        self.assertEqual(self.udp("127.0.0.1", 0).getsockname()[1], 32769)

    def test_ephemeral_exhausted(self) -> None:
        """When there is none left, that is an error."""
        self.patch(_ports, "EPHEMERAL", range(32768, 32770))
        for _ in range(2):
            self.udp("127.0.0.1", 0)

        error = self.assertRaises(OSError, self.udp, "127.0.0.1", 0)
        self.assertEqual(error.errno, errno.EADDRINUSE)


class ConnectTests(SynchronousTestCase):
    """The ports that connections come from."""

    def connect(self, remote: WireAddress) -> WireAddress:
        return self.host.tcp.connect("127.0.0.1", remote)

    def setUp(self) -> None:
        self.patch(_ports, "EPHEMERAL", range(32768, 32770))
        self.host = lone_host()
        self.remote = WireAddress("127.0.0.1", 80)

    def test_each_its_own(self) -> None:
        """Every connection comes from another port."""
        ports = [self.connect(self.remote).port for _ in range(2)]

        self.assertEqual(ports, [32768, 32769])

    def test_exhausted(self) -> None:
        """When all are taken, only another destination can be reached."""
        for _ in range(2):
            self.connect(self.remote)

        error = self.assertRaises(OSError, self.connect, self.remote)
        self.assertEqual(error.errno, errno.EADDRNOTAVAIL)
        elsewhere = self.connect(WireAddress("127.0.0.1", 81))
        self.assertEqual(elsewhere.port, 32768)

    def test_given_back(self) -> None:
        """A port whose connection is over can be used again."""
        first = self.connect(self.remote)
        self.connect(self.remote)
        self.host.tcp.disconnect(first, self.remote)

        self.assertEqual(self.connect(self.remote), first)

    def test_bound_ports_are_left_out(self) -> None:
        """A port that somebody has bound is not used."""
        socket = TCPSocket(self.host, AF_INET)
        socket.bind(("127.0.0.1", 32768))

        self.assertEqual(self.connect(self.remote).port, 32769)


class FindTests(SynchronousTestCase):
    """Who hears what is sent to an address."""

    def setUp(self) -> None:
        self.host = lone_host()

    def find(self, address: str) -> list[VirtualSocket]:
        return [*self.host.udp.find(WireAddress(address, 80))]

    def bound(self, family: int, address: str) -> UDPSocket:
        socket = UDPSocket(self.host, family)
        socket.reuse_address = True
        socket.bind((address, 80))
        return socket

    def test_nobody(self) -> None:
        """Nobody hears what goes to a port that is not bound."""
        self.assertEqual(self.find("127.0.0.1"), [])

    def test_best_first(self) -> None:
        """An exact address comes first, then the family's wildcard, then the other."""
        both = self.bound(AF_INET6, "::")
        wildcard = self.bound(AF_INET, "")
        exact = self.bound(AF_INET, "127.0.0.1")
        self.bound(AF_INET, "127.0.0.2")

        self.assertEqual(self.find("127.0.0.1"), [exact, wildcard, both])
        self.assertEqual(self.find("::1"), [both])

    def test_last_first(self) -> None:
        """Of several at one address, who came last comes first."""
        first, second = self.bound(AF_INET, ""), self.bound(AF_INET, "")

        self.assertEqual(self.find("127.0.0.1"), [second, first])
