"""Tests of connecting to a name with several addresses: Happy Eyeballs, RFC 8305.

Twisted's `HostnameEndpoint` begins an attempt every 0.3 seconds, whether the one before
has failed or not, and takes the first connection. On virtual time that is exact.
"""

from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import (
    ConnectingCancelledError,
    ConnectionRefusedError,  # noqa: A004 - Twisted's name
)
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol

#: Where somebody listens, where nobody does, and what no machine has.
ALIVE, ALIVE6 = "192.0.2.1", "2001:db8::1"
REFUSING, REFUSING6 = "192.0.2.2", "2001:db8::2"
DEAD, DEAD_TOO, DEAD6 = "192.0.2.101", "192.0.2.102", "2001:db8::101"


class HappyEyeballsTests(SynchronousTestCase):
    """A client with both families, and a name with several addresses."""

    def setUp(self) -> None:
        self.network = Network()
        self.client = self.network.host("client", "192.0.2.9", "2001:db8::9")
        self.network.host("idle", REFUSING, REFUSING6)
        self.server = self.network.host("server", ALIVE, ALIVE6)
        self.accepted = Factory.forProtocol(RecordingProtocol)
        for interface in (ALIVE, ALIVE6):
            self.server.reactor.listenTCP(80, self.accepted, interface=interface)
        self.trace = self.network.start_trace()

    def connect(
        self, *addresses: str, attempt_delay: float | None = None
    ) -> Deferred[IProtocol]:
        """Begin to connect to a name with these addresses."""
        self.network.names["www.example"] = addresses
        endpoint = HostnameEndpoint(
            self.client.reactor, "www.example", 80, attemptDelay=attempt_delay
        )
        attempt: Deferred[IProtocol] = endpoint.connect(
            Factory.forProtocol(RecordingProtocol)
        )
        return attempt

    def connected_to(self, *addresses: str, attempt_delay: float | None = None) -> str:
        """Connect, and return the address that it is to."""
        attempt = self.connect(*addresses, attempt_delay=attempt_delay)
        protocol = cast(RecordingProtocol, self.network.run_until(attempt))
        assert protocol.transport is not None
        peer: str = protocol.transport.getPeer().host  # type: ignore[attr-defined]
        return peer

    def attempts(self) -> dict[str, float]:
        """Return when the first SYN was sent to each address."""
        first: dict[str, float] = {}
        for event in self.trace:
            if event.kind == "connect":
                first.setdefault(str(event.destination), event.time)
        return first

    def assert_one_connection(self) -> None:
        """Check that the connection made is all that the client has."""
        self.network.flush()
        self.assertEqual(len(self.client.sockets), 1)
        self.assertEqual(self.client.reactor.getDelayedCalls(), [])

    def assert_nothing_left(self) -> None:
        """Check that the client has neither sockets nor timers."""
        self.network.flush()
        self.assertEqual(self.client.sockets, [])
        self.assertEqual(self.client.reactor.getDelayedCalls(), [])

    def test_first_answers(self) -> None:
        """Where the first address answers, no other is tried."""
        self.assertEqual(self.connected_to(ALIVE6, ALIVE), ALIVE6)
        self.assertEqual(self.attempts(), {"[2001:db8::1]:80": 0})
        self.assert_one_connection()

    def test_ipv6_is_dead(self) -> None:
        """Where IPv6 leads nowhere, IPv4 costs the delay of one attempt."""
        self.assertEqual(self.connected_to(DEAD6, ALIVE), ALIVE)
        self.assertEqual(self.network.seconds(), 0.3)
        self.assertEqual(
            self.attempts(), {"[2001:db8::101]:80": 0, "192.0.2.1:80": 0.3}
        )
        self.assert_one_connection()

    def test_ipv4_is_dead(self) -> None:
        """Where IPv4 leads nowhere nobody notices: IPv6 comes first."""
        self.assertEqual(self.connected_to(DEAD, ALIVE6), ALIVE6)
        self.assertEqual(self.network.seconds(), 0)

    def test_two_are_dead(self) -> None:
        """Each dead address costs as much."""
        self.assertEqual(self.connected_to(DEAD, DEAD_TOO, ALIVE), ALIVE)
        self.assertEqual(
            self.attempts(),
            {"192.0.2.101:80": 0, "192.0.2.102:80": 0.3, "192.0.2.1:80": 0.6},
        )
        self.assertEqual(self.network.seconds(), 0.6)
        self.assert_one_connection()

    def test_first_refuses(self) -> None:
        """Twisted waits even after a refusal, though RFC 8305 would go on at once."""
        self.assertEqual(self.connected_to(REFUSING6, ALIVE), ALIVE)
        self.assertEqual(self.network.seconds(), 0.3)
        self.assert_one_connection()

    def test_attempt_delay(self) -> None:
        """The delay is the program's to choose."""
        self.assertEqual(self.connected_to(DEAD6, ALIVE, attempt_delay=0.05), ALIVE)
        self.assertEqual(self.network.seconds(), 0.05)

    def test_slow_name(self) -> None:
        """The first attempt begins when the name is known."""
        self.network.names.delay("www.example", 2)

        self.assertEqual(self.connected_to(DEAD6, ALIVE), ALIVE)
        self.assertEqual(
            self.attempts(), {"[2001:db8::101]:80": 2, "192.0.2.1:80": 2.3}
        )

    def test_all_are_dead(self) -> None:
        """Each attempt has 30 seconds, and the last one to end is the failure."""
        attempt = self.connect(DEAD6, DEAD, DEAD_TOO)

        self.assertRaises(ConnectTimeoutError, self.network.run_until, attempt)
        self.assertEqual(self.network.seconds(), 30.6)
        self.assert_nothing_left()

    def test_all_refuse(self) -> None:
        """That all refuse is known when there was time for one more."""
        attempt = self.connect(REFUSING6, REFUSING)

        self.assertRaises(ConnectionRefusedError, self.network.run_until, attempt)
        self.assertEqual(self.attempts(), {"[2001:db8::2]:80": 0, "192.0.2.2:80": 0.3})
        self.assertEqual(self.network.seconds(), 0.6)
        self.assert_nothing_left()

    def test_winner_ends_the_others(self) -> None:
        """When one is connected, the SYNs of the others are not sent again."""
        self.connected_to(DEAD6, DEAD, ALIVE)
        before = len(self.trace)

        self.network.advance(200)

        self.assertEqual(len(self.trace), before)

    def test_cancel(self) -> None:
        """To give up ends every attempt, and begins no other."""
        attempt = self.connect(DEAD6, DEAD, ALIVE)
        self.network.advance(0.5)
        self.assertEqual(len(self.client.sockets), 2)

        attempt.cancel()

        self.failureResultOf(attempt, ConnectingCancelledError)
        self.assert_nothing_left()
        self.network.advance(1)
        self.assertEqual(
            self.attempts(), {"[2001:db8::101]:80": 0, "192.0.2.101:80": 0.3}
        )

    def test_without_ipv6(self) -> None:
        """A machine that has no IPv6 does not lose time over it."""
        old = self.network.host("old", "192.0.2.10")
        self.network.names["www.example"] = [ALIVE6, ALIVE]
        endpoint = HostnameEndpoint(old.reactor, "www.example", 80)

        self.network.run_until(endpoint.connect(self.accepted))

        self.assertEqual(self.attempts(), {"192.0.2.1:80": 0})
