"""Tests of ports to which the test itself connects."""

from twisted.internet.address import IPv4Address
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.internet.ssl import optionsForClientTLS
from twisted.trial.unittest import SynchronousTestCase

from harness import ManualReactor
from harness.contracts._certificates import certificate
from harness.test.clients import RecordingClientFactory

ADDRESS = IPv4Address("TCP", "192.0.2.1", 80)


class ManualPortTests(SynchronousTestCase):
    """A port to which the test connects."""

    def setUp(self) -> None:
        self.reactor = ManualReactor()
        self.factory = RecordingClientFactory()
        self.port = self.reactor.listenTCP(80, self.factory)

    def test_is_there_for_the_test(self) -> None:
        """The reactor has the ports of a program, in order."""
        other = self.reactor.listenUNIX("/run/socket", self.factory)

        self.assertEqual(self.reactor.ports, [self.port, other])

    def test_accepts(self) -> None:
        """The program's protocol is connected to the test's."""
        protocol, transport = self.port.accept(ADDRESS)

        self.assertIs(protocol, self.factory.protocol)
        self.assertEqual(self.factory.protocol.events, ["connectionMade"])
        self.assertEqual(transport.getPeer(), ADDRESS)
        self.assertEqual(transport.getHost(), IPv4Address("TCP", "0.0.0.0", 80))

    def test_accepts_from_anywhere(self) -> None:
        """The factory and the protocol see the same peer, whoever it is."""
        _, transport = self.port.accept()

        self.assertIsInstance(transport.getPeer(), IPv4Address)

    def test_accepts_nobody(self) -> None:
        """Where the factory wants no protocol the connection is closed."""
        self.factory.protocol = None
        _, transport = self.port.accept()

        self.assertTrue(transport.disconnecting)

    def test_factory_starts_with_the_first(self) -> None:
        """It is started once, and stopped with the port."""
        self.port.accept()
        self.port.accept()
        self.port.stopListening()
        self.port.stopListening()

        self.assertEqual(
            self.factory.events,
            ["startFactory", "buildProtocol", "buildProtocol", "stopFactory"],
        )

    def test_stops(self) -> None:
        """It remembers that it was told so, and accepts no more."""
        stopped = self.port.stopListening()

        self.assertIsNone(self.successResultOf(stopped))
        self.assertTrue(self.port.stoppedListening)
        self.assertRaises(RuntimeError, self.port.let_through)
        error = self.assertRaises(RuntimeError, self.port.accept)
        self.assertEqual(
            str(error),
            "the port has been stopped: IPv4Address(type='TCP', host='0.0.0.0', "
            "port=80)",
        )

    def test_is_let_through(self) -> None:
        """Others can connect on the network then, and the test itself no more."""
        self.port.let_through()
        client = RecordingClientFactory()
        self.reactor.virtual.connectTCP("127.0.0.1", 80, client)
        self.reactor.flush()

        self.assertEqual(self.factory.protocol.events, ["connectionMade"])
        self.assertEqual(client.protocol.events, ["connectionMade"])
        error = self.assertRaises(RuntimeError, self.port.accept)
        self.assertIn("the port has been let through", str(error))

    def test_stops_on_the_network(self) -> None:
        """The program that stops listening stops there."""
        self.port.let_through()
        stopped = self.port.stopListening()
        self.assertNoResult(stopped)
        self.reactor.flush()

        self.assertIsNone(self.successResultOf(stopped))
        self.reactor.virtual.listenTCP(80, Factory())

    def test_gets_a_number(self) -> None:
        """Only on the network does port 0 become a number."""
        port = self.reactor.listenTCP(0, self.factory)
        port.let_through()

        self.assertNotEqual(getattr(port.getHost(), "port", 0), 0)

    def test_is_taken(self) -> None:
        """On the network, two cannot have the same port."""
        other = self.reactor.listenTCP(80, self.factory)
        self.port.let_through()

        self.assertRaises(CannotListenError, other.let_through)

    def test_ssl(self) -> None:
        """A port with TLS accepts plain text of the test, and TLS on the network."""
        port = self.reactor.listenSSL(443, self.factory, certificate().options())
        port.accept()
        port.let_through()
        client = RecordingClientFactory()
        trusting = optionsForClientTLS("localhost", trustRoot=certificate())
        self.reactor.virtual.connectSSL("127.0.0.1", 443, client, trusting)
        self.reactor.flush()
        client.protocol.transport.write(b"secret")
        self.reactor.flush()

        self.assertEqual(self.factory.protocol.received, b"secret")

    def test_unix(self) -> None:
        """A UNIX port is let through to the namespace of the machine."""
        self.reactor.listenUNIX("/run/socket", self.factory).let_through()
        self.reactor.virtual.connectUNIX("/run/socket", RecordingClientFactory())
        self.reactor.flush()

        self.assertEqual(self.factory.protocol.events, ["connectionMade"])
