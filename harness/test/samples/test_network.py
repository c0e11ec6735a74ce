"""Two machines, the way between them, and what can befall both."""

from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.error import (
    ConnectionLost,
    ConnectionRefusedError,  # noqa: A004 - Twisted's name
    TimeoutError,  # noqa: A004 - Twisted's name
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol
from harness.test.samples.greeting import PATIENCE, QUESTION, Door, visit


class Sentry(LineReceiver):
    """Asks for a name and turns everybody away: a server for a test of the client."""

    def connectionMade(self) -> None:
        self.sendLine(QUESTION)

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(b"Go away, " + line)


class NetworkTests(SynchronousTestCase):
    """A house with a doorkeeper, and a visitor who comes from afar."""

    def setUp(self) -> None:
        self.network = Network()
        self.house = self.network.host("house.example", "192.0.2.1")
        self.visitor = self.network.host("visitor.example", "192.0.2.2")
        self.house.reactor.listenTCP(4000, Door(self.house.reactor))
        self.endpoint = HostnameEndpoint(self.visitor.reactor, "house.example", 4000)

    def test_client_alone(self) -> None:
        """The visitor says a name to whoever asks, and hears what is said to that."""
        self.house.reactor.listenTCP(22, Factory.forProtocol(Sentry))
        endpoint = HostnameEndpoint(self.visitor.reactor, "house.example", 22)
        greeting = self.network.run_until(visit(endpoint, b"Ada"))

        self.assertEqual(greeting, b"Go away, Ada")

    def test_nobody_listens(self) -> None:
        """A door that is not there cannot be knocked at."""
        endpoint = HostnameEndpoint(self.visitor.reactor, "house.example", 23)

        with self.assertRaises(ConnectionRefusedError):
            self.network.run_until(visit(endpoint, b"Ada"))

    def test_server_alone(self) -> None:
        """The doorkeeper asks first, then greets and closes."""
        visitor: Any = RecordingProtocol()
        self.network.run_until(connectProtocol(self.endpoint, visitor))
        self.network.flush()
        self.assertEqual(visitor.received, b"Who is there?\r\n")
        visitor.transport.write(b"Ada\r\n")
        self.network.flush()

        self.assertEqual(visitor.received, b"Who is there?\r\nHello, Ada\r\n")
        self.assertEqual(visitor.events[-1], "readConnectionLost")

    def test_both(self) -> None:
        """Each side has a reactor of its own, and both have one clock."""
        greeting = self.network.run_until(visit(self.endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")
        self.assertEqual(self.network.seconds(), 0.0)

    def test_slow(self) -> None:
        """Six trips of a quarter of a second."""
        self.network.shape(latency=0.25)
        self.network.run_until(visit(self.endpoint, b"Ada"))

        # SYN, SYN and ACK, ACK, question, name, greeting.
        self.assertEqual(self.network.seconds(), 6 * 0.25)

    def test_narrow(self) -> None:
        """A name of 1,000 bytes, at 8,000 bits in a second, takes as many seconds."""
        self.network.link(self.visitor, self.house).shape(bandwidth=8_000)
        name = b"A" * 998  # and the two bytes at the end of the line
        self.network.run_until(visit(self.endpoint, name))

        self.assertEqual(self.network.seconds(), 1.0)

    def test_far_too_slow(self) -> None:
        """Who takes longer to answer than the doorkeeper waits is not greeted."""
        self.network.shape(latency=PATIENCE / 2)
        visiting = ensureDeferred(visit(self.endpoint, b"Ada"))
        self.network.advance(10 * PATIENCE)

        self.assertNoResult(visiting)

    def test_any_pieces(self) -> None:
        """The greeting does not depend on how the bytes arrive."""
        self.network.shape(segment=1, jitter=0.1, loss=0.2)
        greeting = self.network.run_until(visit(self.endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")


class Lines(Protocol):
    """Keeps what comes, and why it ended.

    Attributes:
        ended: Fires when the connection does.
    """

    transport: Any

    def __init__(self) -> None:
        self.ended: Deferred[object] = Deferred()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.ended.callback(reason.value)  # an outcome here, not a failure


class DyingPeerTests(SynchronousTestCase):
    """A server that is there, and then is not."""

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.1", disk=[])
        self.client = self.network.host("client", "192.0.2.2")
        self.endpoint = HostnameEndpoint(self.client.reactor, "server", 4000)
        self.listen()

    def listen(self) -> None:
        """Start the program on the server."""
        self.server.reactor.listenTCP(4000, Factory.forProtocol(Protocol))

    def connect(self) -> Lines:
        """Connect the client."""
        client = Lines()
        self.network.run_until(connectProtocol(self.endpoint, client))
        return client

    def test_crash(self) -> None:
        """Nobody is told that the server died; who writes learns it in the end."""
        client = self.connect()
        self.server.crash()
        client.transport.write(b"are you there?")
        self.network.advance(15 * 60)
        self.assertNoResult(client.ended)
        self.network.advance(60)

        self.assertIsInstance(self.successResultOf(client.ended), ConnectionLost)

    def test_restart(self) -> None:
        """A server that is back knows nothing of the connection, and says so."""
        client = self.connect()
        self.server.crash()
        self.server.restart()
        self.listen()
        client.transport.write(b"are you there?")
        self.network.flush()

        self.assertIsInstance(self.successResultOf(client.ended), ConnectionLost)
        self.connect()

    def test_down(self) -> None:
        """No machine, no answer: that is not a refusal, it takes until a timeout."""
        self.server.crash()
        connecting = self.endpoint.connect(Factory.forProtocol(Lines))
        self.network.advance(30)

        self.failureResultOf(connecting, TimeoutError)

    def test_disk(self) -> None:
        """What the program has written down outlives the crash; a call does not."""
        write_later = deferLater(self.server.reactor, 1, self.server.disk.append, "one")
        self.network.run_until(write_later)
        deferLater(self.server.reactor, 1, self.server.disk.append, "two")
        self.server.crash()
        self.server.restart()
        self.network.advance(5)

        self.assertEqual(self.server.disk, ["one"])

    def test_partition(self) -> None:
        """What is sent while the network is cut arrives when it has healed."""
        client = self.connect()
        self.network.partition(self.client, self.server)
        client.transport.loseConnection()
        self.network.advance(60)
        connections = len(self.server.reactor.getReaders())
        self.network.heal()
        self.network.advance(60)

        self.assertEqual(connections, 2)  # with the port that listens
        self.assertEqual(len(self.server.reactor.getReaders()), 1)
