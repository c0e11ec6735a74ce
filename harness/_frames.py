# -*- test-case-name: harness.test.test_frames -*-
"""Frames as they would be on a cable: Ethernet, IP, and TCP or UDP in it.

RFC 791 and 8200 (IP), 9293 (TCP), 768 (UDP), 1071 (checksums).
"""

import socket
import struct
from typing import NamedTuple

from harness._addresses import WireAddress, is_ipv6

#: What TCP can say, by its bits.
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10

#: How many bytes of a stream fit into a frame, so that IP can count them. It is much
#: more than a real cable carries: a frame stands for what was sent at once.
LARGEST = 65_000

#: How many bytes a datagram has at most, in IPv4 and in IPv6, whose sizes do not count
#: the header of IP.
_LONGEST_DATAGRAM = {False: 65_507, True: 65_527}

_ETHERTYPES = {False: 0x0800, True: 0x86DD}
_HOPS = 64
_TCP, _UDP = 6, 17


class Segment(NamedTuple):
    """What TCP says in one frame.

    Attributes:
        flags: `SYN` and the like.
        sequence: The number of the first byte.
        acknowledged: The number of the byte that is expected next.
        data: The bytes.
    """

    flags: int
    sequence: int
    acknowledged: int
    data: bytes = b""


def tcp_frame(source: WireAddress, destination: WireAddress, segment: Segment) -> bytes:
    """Make the frame of a segment of TCP."""
    flags, sequence, acknowledged, data = segment
    header = struct.pack(
        ">HHIIBBHHH",
        source.port,
        destination.port,
        sequence % 2**32,
        acknowledged % 2**32,
        5 << 4,  # the header's length, in words of four bytes
        flags,
        65_535,
        0,
        0,
    )
    return _frame(source, destination, _TCP, header + data, checksum_at=16)


def udp_frame(source: WireAddress, destination: WireAddress, data: bytes) -> bytes:
    """Make the frame of a datagram of UDP.

    Raises:
        ValueError: It is longer than any datagram.
    """
    longest = _LONGEST_DATAGRAM[is_ipv6(source.host)]
    if len(data) > longest:
        raise ValueError(f"a datagram has at most {longest} bytes, not {len(data)}")
    header = struct.pack(">HHHH", source.port, destination.port, 8 + len(data), 0)
    return _frame(source, destination, _UDP, header + data, checksum_at=6)


def _frame(
    source: WireAddress,
    destination: WireAddress,
    protocol: int,
    payload: bytes,
    checksum_at: int,
) -> bytes:
    """Put what a protocol says into a frame, with its checksum at its place."""
    version6 = is_ipv6(source.host)
    ends = [_packed(source.host), _packed(destination.host)]
    pseudo = b"".join(ends) + struct.pack(">II", len(payload), protocol)
    # UDP writes a sum of zero as its complement: zero says that there is none.
    total = checksum(pseudo + payload) or (0xFFFF if protocol == _UDP else 0)
    summed = struct.pack(">H", total)
    payload = payload[:checksum_at] + summed + payload[checksum_at + 2 :]
    make_header = _ipv6_header if version6 else _ipv4_header
    hardware = b"".join(_hardware_address(end) for end in reversed(ends))
    ethertype = struct.pack(">H", _ETHERTYPES[version6])
    return hardware + ethertype + make_header(ends, protocol, len(payload)) + payload


def _ipv4_header(ends: list[bytes], protocol: int, size: int) -> bytes:
    fixed = struct.pack(">BBHHHBB", 0x45, 0, 20 + size, 0, 0x4000, _HOPS, protocol)
    total = checksum(fixed + b"".join(ends))
    return fixed + struct.pack(">H", total) + b"".join(ends)


def _ipv6_header(ends: list[bytes], protocol: int, size: int) -> bytes:
    return struct.pack(">IHBB", 6 << 28, size, protocol, _HOPS) + b"".join(ends)


def checksum(data: bytes) -> int:
    """Return the complement of the sum of 16-bit words in ones' complement."""
    words = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(words) // 2}H", words))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def _packed(host: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if is_ipv6(host) else socket.AF_INET, host)


def _hardware_address(end: bytes) -> bytes:
    """Make up an address for Ethernet, one of those that nobody owns."""
    return b"\x02\x00" + end[-4:]
