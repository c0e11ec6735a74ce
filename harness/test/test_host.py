"""Tests of a machine's addresses."""

import errno
from socket import AF_INET, AF_INET6, gaierror

from twisted.trial.unittest import SynchronousTestCase

from harness._network import Network


class AddressTests(SynchronousTestCase):
    """Which addresses are a machine's, and which it sends from."""

    def setUp(self) -> None:
        self.network = Network()
        self.host = self.network.host("one", "192.0.2.1", "192.0.2.7", "2001:db8::1")
        self.network.host("two", "192.0.2.2")

    def test_own(self) -> None:
        """A socket can be bound to the machine's own addresses, and to groups."""
        for address in ("192.0.2.7", "127.0.0.9", "::1", "0.0.0.0", "::", "224.0.0.1"):
            self.host.require_own(address)

    def test_not_own(self) -> None:
        """... but not to another's."""
        for address in ("192.0.2.2", "192.0.2.9"):
            error = self.assertRaises(OSError, self.host.require_own, address)
            self.assertEqual(error.errno, errno.EADDRNOTAVAIL)

    def test_source(self) -> None:
        """What is sent comes from an address of the same kind."""
        for destination, source in (
            ("127.0.0.9", "127.0.0.1"),
            ("::1", "::1"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.2", "192.0.2.1"),
            ("2001:db8::2", "2001:db8::1"),
            ("224.0.0.1", "192.0.2.1"),
        ):
            self.assertEqual(self.host.source_for(destination), source)

    def test_no_source(self) -> None:
        """If there is none, the other network cannot be reached."""
        lonely = self.network.host("lonely")
        self.assertEqual(lonely.source_for("224.0.0.1"), "127.0.0.1")

        error = self.assertRaises(OSError, lonely.source_for, "192.0.2.1")
        self.assertEqual(error.errno, errno.ENETUNREACH)

    def test_look_up(self) -> None:
        """A name given as an address is that of the socket's kind."""
        self.network.names["www"] = ["2001:db8::1", "192.0.2.1"]

        self.assertEqual(self.host.look_up(AF_INET, "www"), "192.0.2.1")
        self.assertEqual(self.host.look_up(AF_INET6, "www"), "2001:db8::1")
        error = self.assertRaises(gaierror, self.host.look_up, AF_INET, "ftp")
        self.assertEqual(str(error), "[Errno -2] Name or service not known")

    def test_text(self) -> None:
        """It says what it is."""
        self.assertEqual(repr(self.host), "<Host one 192.0.2.1 192.0.2.7 2001:db8::1>")
        self.assertEqual(repr(self.network.host("lonely")), "<Host lonely>")
