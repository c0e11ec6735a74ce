"""Tests of frames, read back by another's program."""

from typing import Any

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from twisted.trial.unittest import SynchronousTestCase

from harness._addresses import WireAddress
from harness._frames import ACK, FIN, PSH, SYN, Segment, checksum, tcp_frame, udp_frame

CLIENT, SERVER = WireAddress("192.0.2.1", 40000), WireAddress("192.0.2.2", 80)
CLIENT6, SERVER6 = WireAddress("2001:db8::1", 40000), WireAddress("2001:db8::2", 80)


def read(frame: bytes) -> Any:
    """Read a frame."""
    return Ether(frame)


def is_sound(frame: bytes) -> bool:
    """Say whether all checksums and lengths are right: reckon them anew."""
    packet = read(frame)
    for layer in (IP, TCP, UDP):
        if layer in packet:
            del packet[layer].chksum
    for layer in (IP, UDP):
        if layer in packet:
            del packet[layer].len
    return bytes(packet) == frame


class TCPTests(SynchronousTestCase):
    """Frames of TCP."""

    def test_all_parts(self) -> None:
        """As they were given."""
        packet = read(tcp_frame(CLIENT, SERVER, Segment(PSH | ACK, 17, 42, b"hello")))

        self.assertEqual((packet[IP].src, packet[IP].dst), ("192.0.2.1", "192.0.2.2"))
        self.assertEqual((packet[TCP].sport, packet[TCP].dport), (40000, 80))
        self.assertEqual((packet[TCP].seq, packet[TCP].ack), (17, 42))
        self.assertEqual(str(packet[TCP].flags), "PA")
        self.assertEqual(bytes(packet[TCP].payload), b"hello")

    def test_ends_of_the_cable(self) -> None:
        """Each machine has an address of its own, which is no real one."""
        packet = read(tcp_frame(CLIENT, SERVER, Segment(SYN, 0, 0)))

        self.assertEqual(packet.src, "02:00:c0:00:02:01")
        self.assertEqual(packet.dst, "02:00:c0:00:02:02")

    def test_checksums(self) -> None:
        """They are right, for an even number of bytes and an odd one."""
        for data in (b"", b"x", b"hello", bytes(1000), b"\xff" * 65_000):
            segment = Segment(FIN | ACK, 2**32 + 5, 7, data)
            self.assertTrue(is_sound(tcp_frame(CLIENT, SERVER, segment)), len(data))
            self.assertTrue(is_sound(tcp_frame(CLIENT6, SERVER6, segment)), len(data))

    def test_version_6(self) -> None:
        """The other header."""
        packet = read(tcp_frame(CLIENT6, SERVER6, Segment(SYN, 0, 0)))

        self.assertEqual(
            (packet[IPv6].src, packet[IPv6].dst), ("2001:db8::1", "2001:db8::2")
        )
        self.assertEqual(packet[TCP].dport, 80)


class UDPTests(SynchronousTestCase):
    """Frames of UDP."""

    def test_all_parts(self) -> None:
        """As they were given."""
        packet = read(udp_frame(CLIENT, SERVER, b"hello"))

        self.assertEqual((packet[UDP].sport, packet[UDP].dport), (40000, 80))
        self.assertEqual(bytes(packet[UDP].payload), b"hello")

    def test_checksums(self) -> None:
        """They are right."""
        for data in (b"", b"x", b"hello"):
            self.assertTrue(is_sound(udp_frame(CLIENT, SERVER, data)))
            self.assertTrue(is_sound(udp_frame(CLIENT6, SERVER6, data)))

    def test_longest(self) -> None:
        """As long as IP can count; the header of IPv6 does not count."""
        for ends, size in (((CLIENT, SERVER), 65_507), ((CLIENT6, SERVER6), 65_527)):
            packet = read(udp_frame(*ends, bytes(size)))
            self.assertEqual(len(packet[UDP].payload), size)
            self.assertRaises(ValueError, udp_frame, *ends, bytes(size + 1))

    def test_a_sum_of_zero(self) -> None:
        """It is written as its complement, since zero means that there is none."""
        frame = udp_frame(CLIENT, SERVER, b"\0\0")
        before = read(frame)[UDP].chksum
        zero = udp_frame(CLIENT, SERVER, before.to_bytes(2, "big"))

        self.assertEqual(read(zero)[UDP].chksum, 0xFFFF)


class ChecksumTests(SynchronousTestCase):
    """The sum of RFC 1071."""

    def test_its_own_example(self) -> None:
        """Section 3: the sum of these bytes is ddf2."""
        data = bytes.fromhex("0001 f203 f4f5 f6f7")

        self.assertEqual(checksum(data), 0xDDF2 ^ 0xFFFF)
