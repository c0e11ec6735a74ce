"""Tests of how IP addresses are read and written."""

import errno
from socket import AF_INET, AF_INET6, gaierror
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._addresses import (
    WireAddress,
    canonical,
    is_for_many,
    is_link_local,
    is_loopback,
    is_multicast,
    os_error,
    parse,
    written,
)


def unknown(family: int, name: str) -> str:
    """Know no name."""
    raise gaierror


class ParseTests(SynchronousTestCase):
    """Reading the address given to a call."""

    def parse(self, family: int, *address: Any) -> WireAddress:
        return parse(family, address, "bind", unknown)

    def test_ipv4(self) -> None:
        """An IPv4 address is what it is."""
        self.assertEqual(self.parse(AF_INET, "192.0.2.1", 80), ("192.0.2.1", 80, 0))

    def test_bytes(self) -> None:
        """An address may be written in bytes, as in old programs."""
        self.assertEqual(self.parse(AF_INET, b"192.0.2.1", 80), ("192.0.2.1", 80, 0))

    def test_ipv6(self) -> None:
        """An IPv6 address is written as short as can be, without its scope."""
        self.assertEqual(
            self.parse(AF_INET6, "FE80:0::1%eth0", 80, 0, 2), ("fe80::1", 80, 2)
        )

    def test_mapped(self) -> None:
        """An IPv4 address in the dress of IPv6 is IPv4 on the wire."""
        self.assertEqual(
            self.parse(AF_INET6, "::ffff:192.0.2.1", 80), ("192.0.2.1", 80, 0)
        )

    def test_everywhere(self) -> None:
        """No address is every address of the machine."""
        self.assertEqual(self.parse(AF_INET, "", 80).host, "0.0.0.0")
        self.assertEqual(self.parse(AF_INET6, "", 80).host, "::")

    def test_broadcast(self) -> None:
        """Python's name for it is understood."""
        self.assertEqual(self.parse(AF_INET, "<broadcast>", 80).host, "255.255.255.255")

    def test_name(self) -> None:
        """A name is looked up, as Python does."""
        address = parse(AF_INET, ("name", 80), "bind", lambda family, name: "192.0.2.1")

        self.assertEqual(address.host, "192.0.2.1")
        self.assertRaises(gaierror, self.parse, AF_INET, "name", 80)

    def test_wrong_family(self) -> None:
        """An IPv4 socket knows no IPv6 address, not even of IPv4 in disguise."""
        for address in ("::1", "::ffff:192.0.2.1"):
            error = self.assertRaises(OSError, self.parse, AF_INET, address, 80)
            self.assertEqual(error.errno, errno.EAFNOSUPPORT)

    def test_port(self) -> None:
        """A bad port fails in the words of the standard library."""
        for port in (-1, 65536):
            error = self.assertRaises(
                OverflowError, self.parse, AF_INET, "192.0.2.1", port
            )
            self.assertEqual(str(error), "bind(): port must be 0-65535.")


class WrittenTests(SynchronousTestCase):
    """Writing an address as a socket does."""

    def test_ipv4(self) -> None:
        """An IPv4 socket writes two elements."""
        self.assertEqual(
            written(AF_INET, WireAddress("192.0.2.1", 80)), ("192.0.2.1", 80)
        )

    def test_ipv6(self) -> None:
        """An IPv6 socket writes four."""
        address = WireAddress("fe80::1", 80, 2)

        self.assertEqual(written(AF_INET6, address), ("fe80::1", 80, 0, 2))

    def test_mapped(self) -> None:
        """It writes IPv4 addresses as mapped ones, and the wildcard as its own."""
        for host, shown in ("192.0.2.1", "::ffff:192.0.2.1"), ("0.0.0.0", "::"):
            address = written(AF_INET6, WireAddress(host, 80))
            self.assertEqual(address, (shown, 80, 0, 0))

    def test_text(self) -> None:
        """In texts, an IPv6 address stands in brackets."""
        self.assertEqual(str(WireAddress("192.0.2.1", 80)), "192.0.2.1:80")
        self.assertEqual(str(WireAddress("::1", 80)), "[::1]:80")


class KindTests(SynchronousTestCase):
    """Telling addresses apart."""

    def test_canonical(self) -> None:
        """What is no address has no canonical form."""
        self.assertEqual(canonical("0:0::1"), "::1")
        self.assertIsNone(canonical("example.com"))

    def test_loopback(self) -> None:
        """The whole of 127.0.0.0/8 is loopback."""
        for host, is_it in ("127.0.0.2", True), ("::1", True), ("192.0.2.1", False):
            self.assertEqual(is_loopback(host), is_it, host)

    def test_multicast(self) -> None:
        """Groups have addresses of their own; the wildcard is none."""
        for host, is_it in (
            ("224.0.0.1", True),
            ("ff02::1", True),
            ("0.0.0.0", False),
            ("192.0.2.1", False),
        ):
            self.assertEqual(is_multicast(host), is_it, host)

    def test_for_many(self) -> None:
        """So do all machines; every address of one machine is not that."""
        for host, is_it in (
            ("224.0.0.1", True),
            ("255.255.255.255", True),
            ("0.0.0.0", False),
            ("192.0.2.255", False),
        ):
            self.assertEqual(is_for_many(host), is_it, host)

    def test_link_local(self) -> None:
        """fe80::/10 is for one link."""
        for host, is_it in ("fe80::1", True), ("febf::1", True), ("fec0::1", False):
            self.assertEqual(is_link_local(host), is_it, host)

    def test_error(self) -> None:
        """The kernel's errors are the exceptions that Python makes of them."""
        self.assertIsInstance(os_error(errno.EAGAIN), BlockingIOError)
        self.assertEqual(str(os_error(errno.EPIPE)), "[Errno 32] Broken pipe")
