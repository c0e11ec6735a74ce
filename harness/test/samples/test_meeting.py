"""Both sides of a conversation meet, and time passes when the test says so."""

from twisted.internet import error
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, VirtualReactor
from harness.test.samples.greeting import Door, visit


class MeetingTests(SynchronousTestCase):
    """A server and its client, on one reactor."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.endpoint = HostnameEndpoint(self.reactor, "localhost", 4000)

    def test_greets(self) -> None:
        """The visitor connects, is asked, answers and is greeted."""
        self.reactor.listenTCP(4000, Door(self.reactor))

        greeting = self.reactor.run_until(visit(self.endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")

    def test_refused(self) -> None:
        """Where nobody listens a connection is refused, as everywhere."""
        with self.assertRaises(error.ConnectionRefusedError):
            self.reactor.run_until(visit(self.endpoint, b"Ada"))

    def test_unknown_name(self) -> None:
        """A name that the test has not entered does not exist."""
        elsewhere = HostnameEndpoint(self.reactor, "door.example", 4000)

        with self.assertRaises(error.DNSLookupError):
            self.reactor.run_until(visit(elsewhere, b"Ada"))

    def test_name(self) -> None:
        """Names are a table, and an address of the machine's own can have one."""
        self.reactor.host.network.names["door.example"] = ["127.0.0.1"]
        self.reactor.listenTCP(4000, Door(self.reactor))
        elsewhere = HostnameEndpoint(self.reactor, "door.example", 4000)

        greeting = self.reactor.run_until(visit(elsewhere, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")


class PatienceTests(SynchronousTestCase):
    """A time limit, on both sides of its instant."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.reactor.listenTCP(4000, Door(self.reactor))
        self.visitor = RecordingProtocol()
        endpoint = HostnameEndpoint(self.reactor, "localhost", 4000)
        self.reactor.run_until(connectProtocol(endpoint, self.visitor))
        self.reactor.flush()

    def test_closes_after_ten_seconds(self) -> None:
        """A visitor who says nothing may stay for ten seconds, and no longer."""
        self.reactor.advance(9.75)
        self.reactor.flush()
        self.assertEqual(self.visitor.events, ["connectionMade", "dataReceived"])

        self.reactor.advance(0.25)
        self.reactor.flush()
        self.assertEqual(self.visitor.events[2:], ["readConnectionLost"])
