"""Tests of the reactor on which connections happen when the test says so."""

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactor, MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import providedBy

from harness import ManualReactor, Network, RecordingProtocol
from harness.test.clients import RecordingClientFactory

FAILED = "clientConnectionFailed OSError"


class ManualReactorTests(SynchronousTestCase):
    """What a `MemoryReactorClock` has not."""

    def setUp(self) -> None:
        self.reactor = ManualReactor()

    def listen(self) -> RecordingProtocol:
        """Let a program of another kind listen on port 80 of the same machine."""
        server = RecordingProtocol()
        self.reactor.virtual.listenTCP(80, Factory.forProtocol(lambda: server))
        return server

    def test_same_interfaces(self) -> None:
        """Code that asks what a reactor can do gets the same answer."""
        self.assertEqual(
            set(providedBy(self.reactor)), set(providedBy(MemoryReactorClock()))
        )
        self.assertIsInstance(self.reactor, MemoryReactor)

    def test_calls_cannot_be_put_in(self) -> None:
        """They are the network's. There is nothing to put them into."""
        with self.assertRaises(AttributeError):
            self.reactor.calls = [object()]

    def test_instants_are_exact(self) -> None:
        """Each call is made when it is due, however far time goes."""
        seen: list[float] = []

        def call() -> None:
            seen.append(self.reactor.seconds())
            if len(seen) < 3:
                self.reactor.callLater(1, call)

        call()
        self.reactor.advance(10)

        self.assertEqual(seen, [0.0, 1.0, 2.0])

    def test_lets_all_through(self) -> None:
        """What waits meets on the network: the port listens before anyone connects."""
        client = RecordingClientFactory()
        server = RecordingProtocol()
        self.reactor.connectTCP("127.0.0.1", 80, client)
        self.reactor.listenTCP(80, Factory.forProtocol(lambda: server))
        self.reactor.let_through()
        self.reactor.flush()

        self.assertEqual(
            client.events, ["startedConnecting", "startFactory", "buildProtocol"]
        )
        self.assertEqual(client.protocol.events, ["connectionMade"])
        self.assertEqual(server.events, ["connectionMade"])

    def test_lets_through_only_what_waits(self) -> None:
        """What is decided on stays so, and what comes later waits."""
        self.listen()
        stopped, decided, later = (RecordingClientFactory() for _ in range(3))
        self.reactor.connectTCP("127.0.0.1", 80, stopped).stopConnecting()
        self.reactor.connectTCP("127.0.0.1", 80, decided).fail(OSError())
        self.reactor.listenTCP(80, Factory()).stopListening()
        self.reactor.let_through()
        self.reactor.connectTCP("127.0.0.1", 80, later)
        self.reactor.flush()

        self.assertEqual(stopped.events, ["startedConnecting"])
        self.assertEqual(decided.events[-2:], [FAILED, "stopFactory"])
        self.assertEqual(later.events, ["startedConnecting"])

    def test_runs_until_there_is_a_result(self) -> None:
        """Nobody has to know how much time it takes."""
        waiting: Deferred[str] = Deferred()
        self.reactor.callLater(5, waiting.callback, "done")

        self.assertEqual(self.reactor.run_until(waiting), "done")
        self.assertEqual(self.reactor.seconds(), 5.0)

    def test_on_a_host(self) -> None:
        """It can stand on one machine of several, and reach the others."""
        network = Network()
        here = network.host("here", "192.0.2.1")
        there = network.host("there", "192.0.2.2")
        server = RecordingProtocol()
        there.reactor.listenTCP(80, Factory.forProtocol(lambda: server))
        reactor = ManualReactor(here.reactor)
        client = RecordingClientFactory()
        reactor.connectTCP("there", 80, client)
        reactor.let_through()
        network.flush()

        self.assertEqual(server.events, ["connectionMade"])
        address = client.protocol.transport.getHost()
        self.assertEqual(address.host, "192.0.2.1")
