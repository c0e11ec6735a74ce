"""Tests of ports behind a firewall."""

import errno
from typing import Any

from twisted.internet import error
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.trial.unittest import SynchronousTestCase

from harness import Network


class FilteredPortTests(SynchronousTestCase):
    """A port at which nothing arrives, whoever listens there."""

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.1")
        self.client = self.network.host("client", "192.0.2.2")
        for port in (80, 81):
            factory = ServerFactory.forProtocol(Protocol)
            self.server.reactor.listenTCP(port, factory)
        self.server.filtered = {80}

    def connect(self, port: int, timeout: float = 30) -> Protocol:
        """Connect, and return the protocol that is connected."""
        endpoint = TCP4ClientEndpoint(self.client.reactor, "192.0.2.1", port, timeout)
        connecting = connectProtocol(endpoint, Protocol())
        protocol: Protocol = self.network.run_until(connecting)
        return protocol

    def test_times_out(self) -> None:
        """Nobody answers, so it is for the client to give up."""
        self.assertRaises(error.TimeoutError, self.connect, 80)

        self.assertEqual(self.network.seconds(), 30)

    def test_the_system_gives_up(self) -> None:
        """If the client does not, the kernel does, as for a host that is not there."""
        failed = self.assertRaises(error.TCPTimedOutError, self.connect, 80, 1000)

        self.assertEqual(failed.osError, errno.ETIMEDOUT)
        self.assertEqual(self.network.seconds(), 127)

    def test_other_ports(self) -> None:
        """They answer as they did: one connects, the other refuses, both at once."""
        self.assertTrue(self.connect(81).connected)
        self.assertRaises(error.ConnectionRefusedError, self.connect, 82)

        self.assertEqual(self.network.seconds(), 0)

    def test_opened_while_somebody_tries(self) -> None:
        """Then the SYN that is sent again is answered: that is after one second."""
        self.server.reactor.callLater(0.5, self.server.filtered.clear)

        self.assertTrue(self.connect(80).connected)
        self.assertEqual(self.network.seconds(), 1)


class FilteredTests(SynchronousTestCase):
    """What can be behind a firewall."""

    def setUp(self) -> None:
        self.host: Any = Network().host("server", "192.0.2.1")

    def test_ports(self) -> None:
        """Any ports, in any way in which a set can be filled."""
        self.host.filtered = [80, 443]
        self.host.filtered.add(1)
        self.host.filtered.update({2}, range(3, 5))
        self.host.filtered |= {65535}
        self.host.filtered ^= {5, 80}
        self.host.filtered.symmetric_difference_update([6])

        self.assertEqual(self.host.filtered, {1, 2, 3, 4, 5, 6, 443, 65535})

    def test_not_ports(self) -> None:
        """Whatever else is put there is refused, and the rest stays as it was."""
        self.host.filtered = {443}
        ports = self.host.filtered
        for wrong, kind in (("80", TypeError), (0, ValueError), (65536, ValueError)):
            for put in (
                lambda wrong=wrong: ports.add(wrong),
                lambda wrong=wrong: ports.update({80}, [wrong]),
                lambda wrong=wrong: ports.symmetric_difference_update([wrong]),
                lambda wrong=wrong: ports.__ior__({wrong}),
                lambda wrong=wrong: ports.__ixor__({wrong}),
                lambda wrong=wrong: setattr(self.host, "filtered", {80, wrong}),
            ):
                refused: Exception = self.assertRaises(kind, put)
                self.assertEqual(
                    str(refused),
                    "a filtered port must be a whole number from 1 to 65535,"
                    f" not {wrong!r}",
                )

        self.assertEqual(self.host.filtered, {443})

    def test_one_port_alone(self) -> None:
        """A port is not a set of ports, and None is not the lack of them."""
        for wrong in (80, None):
            refused = self.assertRaises(
                TypeError, setattr, self.host, "filtered", wrong
            )
            self.assertEqual(
                str(refused), f"filtered must be a set of ports, not {wrong!r}"
            )
