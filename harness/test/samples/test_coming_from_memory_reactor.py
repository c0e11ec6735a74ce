"""The same test, with `MemoryReactorClock`, with its drop-in, and with both sides."""

from twisted.internet.defer import ensureDeferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import ManualReactor, VirtualReactor
from harness.test.samples.greeting import Door, visit


class GreetingTests(SynchronousTestCase):
    """A visitor is greeted."""

    def test_with_memory_reactor(self) -> None:
        """The test finds the factory, makes the connection and plays the server."""
        reactor = MemoryReactorClock()
        endpoint = TCP4ClientEndpoint(reactor, "localhost", 4000)
        visiting = ensureDeferred(visit(endpoint, b"Ada"))
        host, port, factory, _, _ = reactor.tcpClients[0]
        visitor = factory.buildProtocol(None)
        assert visitor is not None
        transport = StringTransport()
        visitor.makeConnection(transport)
        visitor.dataReceived(b"Who is there?\r\n")
        self.assertEqual((host, port), ("localhost", 4000))
        self.assertEqual(transport.value(), b"Ada\r\n")

        visitor.dataReceived(b"Hello, Ada\r\n")
        self.assertEqual(self.successResultOf(visiting), b"Hello, Ada")

    def test_with_manual_reactor(self) -> None:
        """The drop-in records the same, and its connectors do what the test says."""
        reactor = ManualReactor()
        endpoint = TCP4ClientEndpoint(reactor, "localhost", 4000)
        visiting = ensureDeferred(visit(endpoint, b"Ada"))
        visitor, transport = reactor.connectors[0].succeed()
        visitor.dataReceived(b"Who is there?\r\n")
        self.assertEqual(reactor.tcpClients[0][:2], ("localhost", 4000))
        self.assertEqual(transport.value(), b"Ada\r\n")

        visitor.dataReceived(b"Hello, Ada\r\n")
        self.assertEqual(self.successResultOf(visiting), b"Hello, Ada")

    def test_with_both_sides(self) -> None:
        """On the network nobody is played: the door is the real one."""
        reactor = VirtualReactor()
        reactor.listenTCP(4000, Door(reactor))
        endpoint = TCP4ClientEndpoint(reactor, "localhost", 4000)

        self.assertEqual(reactor.run_until(visit(endpoint, b"Ada")), b"Hello, Ada")


class FailureTests(SynchronousTestCase):
    """A connection that fails as the test says."""

    def test_fails(self) -> None:
        """Any error can be had, at any time."""
        reactor = ManualReactor()
        endpoint = TCP4ClientEndpoint(reactor, "localhost", 4000)
        visiting = ensureDeferred(visit(endpoint, b"Ada"))

        reactor.connectors[0].fail(ConnectError(string="no one is at home"))

        self.failureResultOf(visiting, ConnectError)
