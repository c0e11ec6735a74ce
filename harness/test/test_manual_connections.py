"""Tests of attempts to connect that wait for the test to decide on them."""

from typing import Any

from twisted.internet.address import IPv4Address, UNIXAddress
from twisted.internet.error import (
    ConnectionLost,
    NotConnectingError,
    UserError,
)
from twisted.internet.interfaces import IConnector, ISSLTransport
from twisted.internet.protocol import Factory, ReconnectingClientFactory
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import ManualReactor, Network, RecordingProtocol
from harness.contracts._certificates import certificate
from harness.test.clients import RecordingClientFactory

ADDRESS = IPv4Address("TCP", "192.0.2.1", 80)


class ManualConnectorTests(SynchronousTestCase):
    """An attempt of which the test itself says what becomes of it."""

    def setUp(self) -> None:
        self.reactor = ManualReactor()
        self.factory = RecordingClientFactory()
        self.connector = self.reactor.connectTCP("192.0.2.1", 80, self.factory)

    def test_succeeds(self) -> None:
        """The program's protocol is connected to the address that was dialled."""
        protocol, transport = self.connector.succeed()

        self.assertIs(protocol, self.factory.protocol)
        self.assertIs(self.factory.protocol.transport, transport)
        self.assertEqual(transport.getPeer(), ADDRESS)
        self.assertEqual(self.factory.protocol.events, ["connectionMade"])
        self.assertEqual(
            self.factory.events, ["startedConnecting", "startFactory", "buildProtocol"]
        )

    def test_succeeds_without_a_protocol(self) -> None:
        """Where the factory wants no protocol the connection is closed."""
        self.factory.protocol = None
        protocol, transport = self.connector.succeed()
        transport.write(b"to nobody")
        protocol.dataReceived(b"nor from")

        self.assertTrue(transport.disconnecting)

    def test_fails(self) -> None:
        """The factory is told why, and has done its work."""
        self.connector.fail(OSError())

        self.assertEqual(
            self.factory.events,
            [
                "startedConnecting",
                "startFactory",
                "clientConnectionFailed OSError",
                "stopFactory",
            ],
        )
        self.assertIs(self.factory.connector, self.connector)

    def test_is_lost(self) -> None:
        """The protocol hears it, then the factory."""
        self.connector.succeed()
        self.connector.lose()

        self.assertEqual(
            self.factory.protocol.events, ["connectionMade", "connectionLost"]
        )
        self.assertEqual(
            self.factory.events[-2:],
            ["clientConnectionLost ConnectionDone", "stopFactory"],
        )

    def test_is_lost_for_a_reason(self) -> None:
        """Both hear the reason that the test gives."""
        self.connector.succeed()
        error = ConnectionLost()
        self.connector.lose(error)

        self.assertIs(self.factory.protocol.lost_reason.value, error)
        self.assertIn("clientConnectionLost ConnectionLost", self.factory.events)

    def test_disconnects(self) -> None:
        """The program's wish to disconnect reaches the transport."""
        _, transport = self.connector.succeed()
        self.connector.disconnect()

        self.assertTrue(transport.disconnecting)

    def test_waits_again(self) -> None:
        """A program that calls ``connect`` has a new attempt on the same connector."""
        self.connector.fail(OSError())
        self.connector.connect()
        waits = self.connector.is_waiting
        self.connector.succeed()

        self.assertEqual((waits, self.connector.is_waiting), (True, False))
        self.assertEqual(
            self.factory.events[4:],
            ["startedConnecting", "startFactory", "buildProtocol"],
        )

    def test_reconnects(self) -> None:
        """Twisted's own factory connects again when its time has come."""
        factory: Any = ReconnectingClientFactory()
        factory.noisy = False
        factory.protocol = RecordingProtocol
        factory.clock = self.reactor
        connector = self.reactor.connectTCP("192.0.2.1", 80, factory)
        connector.fail(OSError())
        waited = connector.is_waiting
        self.reactor.advance(10)
        protocol, _ = connector.succeed()
        connector.lose()
        self.reactor.advance(10)

        self.assertFalse(waited)
        self.assertTrue(connector.is_waiting)
        self.assertEqual(
            getattr(protocol, "events", None), ["connectionMade", "connectionLost"]
        )

    def test_reconnects_at_once(self) -> None:
        """A factory that wants a new attempt when one fails has not done its work."""

        def connect_again(connector: IConnector, reason: Failure) -> None:
            connector.connect()

        self.patch(self.factory, "clientConnectionFailed", connect_again)
        self.connector.fail(OSError())
        self.connector.succeed()
        self.connector.lose()

        self.assertEqual(
            self.factory.events,
            [
                "startedConnecting",
                "startFactory",
                "startedConnecting",
                "buildProtocol",
                "clientConnectionLost ConnectionDone",
                "stopFactory",
            ],
        )

    def test_told_to_stop(self) -> None:
        """It can only fail then, as it does on a real reactor."""
        self.connector.stopConnecting()
        with self.assertRaises(RuntimeError) as succeeding:
            self.connector.succeed()
        with self.assertRaises(RuntimeError):
            self.connector.let_through()
        self.connector.fail(UserError())

        self.assertEqual(
            str(succeeding.exception),
            "the attempt is stopped: IPv4Address(type='TCP', host='192.0.2.1', "
            "port=80)",
        )
        self.assertIn("clientConnectionFailed UserError", self.factory.events)

    def test_new_attempt_is_not_stopped(self) -> None:
        """A word to stop is for one attempt only."""
        self.connector.stopConnecting()
        self.connector.fail(UserError())
        self.connector.connect()

        self.assertFalse(self.connector.stoppedConnecting)

    def test_is_decided_once(self) -> None:
        """What is over cannot succeed, fail or be let through any more."""
        self.connector.succeed()

        for decide in (
            self.connector.succeed,
            self.connector.let_through,
            lambda: self.connector.fail(OSError()),
        ):
            self.assertRaises(RuntimeError, decide)

    def test_only_a_connection_is_lost(self) -> None:
        """None can end before it is there, nor twice, nor when it is made anew."""
        self.assertRaises(RuntimeError, self.connector.lose)
        self.connector.succeed()
        self.connector.lose()
        self.assertRaises(RuntimeError, self.connector.lose)
        self.connector.connect()
        self.connector.succeed()
        self.connector.connect()

        self.assertRaises(RuntimeError, self.connector.lose)

    def test_unix(self) -> None:
        """An attempt over a UNIX socket is no different."""
        connector = self.reactor.connectUNIX("/run/socket", self.factory)
        _, transport = connector.succeed()

        self.assertEqual(transport.getPeer(), UNIXAddress("/run/socket"))

    def test_ssl(self) -> None:
        """Of an attempt over TLS the test sees the plain text."""
        connector = self.reactor.connectSSL("192.0.2.1", 443, self.factory, None)
        protocol, transport = connector.succeed()
        transport.write(b"plain")

        self.assertIs(protocol, self.factory.protocol)
        self.assertEqual(transport.value(), b"plain")


class LetThroughConnectorTests(SynchronousTestCase):
    """An attempt that goes over to the simulated network."""

    def setUp(self) -> None:
        # Its neighbour 192.0.2.2 is never there.
        self.reactor = ManualReactor(Network().host("here", "192.0.2.1").reactor)
        self.factory = RecordingClientFactory()
        self.server = RecordingProtocol()
        self.servers = Factory.forProtocol(lambda: self.server)

    def test_connects(self) -> None:
        """It meets whoever listens there, on Twisted's own transport."""
        self.reactor.virtual.listenTCP(80, self.servers)
        connector = self.reactor.connectTCP("127.0.0.1", 80, self.factory)
        connector.let_through()
        self.reactor.flush()
        self.factory.protocol.transport.write(b"hello")
        self.reactor.flush()

        self.assertEqual(self.server.received, b"hello")
        self.assertEqual(self.factory.events.count("startedConnecting"), 1)
        self.assertRaises(RuntimeError, connector.lose)

    def test_is_lost(self) -> None:
        """It ends there as well."""
        self.reactor.virtual.listenTCP(80, self.servers)
        connector = self.reactor.connectTCP("127.0.0.1", 80, self.factory)
        connector.let_through()
        self.reactor.flush()
        connector.disconnect()
        self.reactor.flush()

        self.assertEqual(
            self.factory.events[-2:],
            ["clientConnectionLost ConnectionDone", "stopFactory"],
        )
        self.assertEqual(self.server.events, ["connectionMade", "readConnectionLost"])

    def test_is_refused(self) -> None:
        """It fails where nobody listens."""
        connector = self.reactor.connectTCP("127.0.0.1", 80, self.factory)
        connector.let_through()
        self.reactor.flush()

        self.assertIn(
            "clientConnectionFailed ConnectionRefusedError", self.factory.events
        )

    def test_times_out(self) -> None:
        """Its timeout begins now, and not when the program asked."""
        connector = self.reactor.connectTCP("192.0.2.2", 80, self.factory, timeout=5)
        self.reactor.advance(100)
        connector.let_through()
        self.reactor.advance(4)
        early = list(self.factory.events)
        self.reactor.advance(1)

        self.assertEqual(early, ["startedConnecting", "startFactory"])
        self.assertIn("clientConnectionFailed TimeoutError", self.factory.events)

    def test_without_timeout(self) -> None:
        """As on any reactor, None waits for as long as the system does."""
        timeout: Any = None
        connector = self.reactor.connectTCP("192.0.2.2", 80, self.factory, timeout)
        connector.let_through()
        self.reactor.advance(100)

        self.assertEqual(self.factory.events, ["startedConnecting", "startFactory"])

    def test_told_to_stop(self) -> None:
        """It fails at once, as on any reactor."""
        connector = self.reactor.connectTCP("192.0.2.2", 80, self.factory)
        connector.let_through()
        connector.stopConnecting()

        self.assertIn("clientConnectionFailed UserError", self.factory.events)
        self.assertRaises(NotConnectingError, connector.stopConnecting)

    def test_next_attempt_waits(self) -> None:
        """One that is made again is for the test to decide again."""
        connector = self.reactor.connectTCP("127.0.0.1", 80, self.factory)
        connector.let_through()
        self.reactor.flush()
        connector.connect()
        self.reactor.flush()

        self.assertTrue(connector.is_waiting)

    def test_unix(self) -> None:
        """A UNIX socket is found in the namespace of the machine."""
        self.reactor.virtual.listenUNIX("/run/socket", self.servers)
        self.reactor.connectUNIX("/run/socket", self.factory).let_through()
        self.reactor.flush()

        self.assertEqual(self.server.events, ["connectionMade"])

    def test_ssl(self) -> None:
        """On the network TLS is spoken in earnest."""
        self.reactor.virtual.listenSSL(443, self.servers, certificate().options())
        trusting = optionsForClientTLS("localhost", trustRoot=certificate())
        connector = self.reactor.connectSSL("127.0.0.1", 443, self.factory, trusting)
        connector.let_through()
        self.reactor.flush()
        transport = self.factory.protocol.transport
        transport.write(b"secret")
        self.reactor.flush()

        self.assertTrue(ISSLTransport.providedBy(transport))
        self.assertEqual(self.server.received, b"secret")

    def test_ssl_made_again(self) -> None:
        """After the network, the test sees the plain text again."""
        trusting = optionsForClientTLS("localhost")
        connector = self.reactor.connectSSL("127.0.0.1", 443, self.factory, trusting)
        connector.let_through()
        self.reactor.flush()
        connector.connect()
        protocol, _ = connector.succeed()

        self.assertIs(protocol, self.factory.protocol)
