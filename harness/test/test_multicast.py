"""Tests of groups."""

import errno
import socket
import struct
import sys
from socket import inet_pton

from twisted.trial.unittest import SynchronousTestCase

from harness._host import Host
from harness._network import Network
from harness._sockets_udp import UDPSocket

GROUP = "224.0.0.9"
JOIN = (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP)
LEAVE = (socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP)


def packed(group: str) -> bytes:
    """Pack a group and no particular interface, as Twisted does."""
    family = socket.AF_INET6 if ":" in group else socket.AF_INET
    address = inet_pton(family, group)
    return address + bytes(len(address))


class GroupTests(SynchronousTestCase):
    """Who hears what is sent to a group."""

    def setUp(self) -> None:
        self.network = Network()
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")

    def member(self, host: Host, port: int = 80) -> UDPSocket:
        member = UDPSocket(host, socket.AF_INET)
        member.bind(("", port))
        member.setsockopt(*JOIN, packed(GROUP))
        return member

    def test_members(self) -> None:
        """Members hear it, on every machine."""
        members = [self.member(self.one), self.member(self.two)]
        sender = UDPSocket(self.one, socket.AF_INET)
        sender.sendto(b"x", (GROUP, 80))

        for member in members:
            self.assertEqual(member.recvfrom(9), (b"x", ("192.0.2.1", 32768)))

    def test_others(self) -> None:
        """Machines without a member do not, nor do other ports."""
        other = UDPSocket(self.two, socket.AF_INET)
        other.bind(("", 80))
        other_port = self.member(self.one, 81)
        UDPSocket(self.one, socket.AF_INET).sendto(b"x", (GROUP, 80))

        self.assertFalse(other.readable or other_port.readable)

    def test_leave(self) -> None:
        """Who has left hears nothing more; who is closed has left."""
        for leave in (
            lambda member: member.setsockopt(*LEAVE, packed(GROUP)),
            lambda member: member.close(),
        ):
            member = self.member(self.one)
            leave(member)
            other = UDPSocket(self.one, socket.AF_INET)
            other.reuse_address = member.reuse_address = True
            other.bind(("", 82))
            UDPSocket(self.two, socket.AF_INET).sendto(b"x", (GROUP, 82))
            self.assertFalse(member.readable or other.readable)
            member.close()
            other.close()

    def test_bound_to_the_group(self) -> None:
        """A socket can be bound to the group; it sends from its machine's address."""
        member = UDPSocket(self.one, socket.AF_INET)
        member.bind((GROUP, 80))
        member.setsockopt(*JOIN, packed(GROUP))
        member.sendto(b"x", (GROUP, 80))

        self.assertEqual(member.recvfrom(9), (b"x", ("192.0.2.1", 80)))

    def test_connected(self) -> None:
        """A member that talks to one other only hears nobody else."""
        member = UDPSocket(self.one, socket.AF_INET)
        member.bind((GROUP, 80))
        member.setsockopt(*JOIN, packed(GROUP))
        member.connect(("192.0.2.2", 99))
        UDPSocket(self.two, socket.AF_INET).sendto(b"x", (GROUP, 80))

        self.assertFalse(member.readable)

    def test_loop(self) -> None:
        """A machine need not hear itself."""
        near, far = self.member(self.one), self.member(self.two)
        near.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        near.sendto(b"x", (GROUP, 80))

        self.assertEqual((near.readable, far.readable), (False, True))

    def test_ttl(self) -> None:
        """With no time to live a datagram stays on its machine."""
        near, far = self.member(self.one), self.member(self.two)
        near.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("B", 0))
        near.sendto(b"x", (GROUP, 80))

        self.assertEqual((near.readable, far.readable), (True, False))

    def test_ipv6(self) -> None:
        """IPv6 has groups too."""
        host = Network().host("six", "2001:db8::1")
        member = UDPSocket(host, socket.AF_INET6)
        member.bind(("::", 80))
        member.setsockopt(
            socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, packed("ff02::9")
        )
        member.sendto(b"x", ("ff02::9", 80))

        self.assertEqual(member.recvfrom(9)[1], ("2001:db8::1", 80, 0, 0))


class OptionTests(SynchronousTestCase):
    """The options of multicast."""

    def setUp(self) -> None:
        host = Network().host("one", "192.0.2.1")
        self.socket = UDPSocket(host, socket.AF_INET)

    def errno_of(self, option: tuple[int, int], value: bytes) -> str:
        error = self.assertRaises(OSError, self.socket.setsockopt, *option, value)
        return errno.errorcode[error.errno]

    def test_defaults(self) -> None:
        """One hop, and heard at home."""
        options = [
            self.socket.getsockopt(socket.IPPROTO_IP, option)
            for option in (socket.IP_MULTICAST_TTL, socket.IP_MULTICAST_LOOP)
        ]

        self.assertEqual(options, [1, 1])

    def test_interface(self) -> None:
        """The interface to send by is kept, though there is only one."""
        option = (socket.IPPROTO_IP, socket.IP_MULTICAST_IF)
        self.socket.setsockopt(*option, b"\x7f\0\0\1")
        self.assertEqual(self.socket.getsockopt(*option, 4), b"\x7f\0\0\1")
        number = self.socket.getsockopt(*option)
        self.assertEqual(number.to_bytes(4, sys.byteorder), b"\x7f\0\0\1")

        option6 = (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF)
        self.socket.setsockopt(*option6, 1)
        index = self.socket.getsockopt(*option6, 16)
        self.assertEqual(index, struct.pack("=I", 1) + bytes(12))

    def test_membership_cannot_be_asked(self) -> None:
        """Joining is no value that could be told."""
        error = self.assertRaises(OSError, self.socket.getsockopt, *JOIN)

        self.assertEqual(error.errno, errno.ENOPROTOOPT)

    def test_mistakes(self) -> None:
        """What cannot be joined or left is an error."""
        self.assertEqual(self.errno_of(JOIN, packed("192.0.2.1")), "EINVAL")
        self.assertEqual(self.errno_of(LEAVE, packed(GROUP)), "EADDRNOTAVAIL")
        self.socket.setsockopt(*JOIN, packed(GROUP))
        self.assertEqual(self.errno_of(JOIN, packed(GROUP)), "EADDRINUSE")

    def test_closed(self) -> None:
        """A closed socket joins nothing."""
        self.socket.close()

        self.assertEqual(self.errno_of(JOIN, packed(GROUP)), "EBADF")
