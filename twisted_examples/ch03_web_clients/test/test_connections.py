"""Tests of connections that end."""

from twisted.internet.defer import Deferred
from twisted.internet.error import (
    ConnectionAborted,
    ConnectionDone,
    ConnectionLost,
    DNSLookupError,
    TimeoutError,  # noqa: A004 (Twisted's)
)
from twisted.internet.interfaces import (
    IProtocol,
    IProtocolFactory,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from harness import RecordingProtocol
from twisted_examples.ch03_web_clients.connections import (
    EARLY_BYTES,
    Connection,
    ConnectionEndpoint,
    ConnectionFactory,
    SilentServerError,
)


class ConnectionTests(SynchronousTestCase):
    """A connection that may be silent for 10 seconds."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.inner = RecordingProtocol()
        factory = ConnectionFactory(
            Factory.forProtocol(lambda: self.inner), self.clock, 10
        )
        connection = factory.buildProtocol(None)
        assert isinstance(connection, Connection)
        self.connection = connection
        self.transport = StringTransport()
        self.connection.makeConnection(self.transport)

    def assert_given_up(self, after: float) -> None:
        """Assert that it is aborted so many seconds from now, and not earlier."""
        self.clock.advance(after - 0.25)
        self.assertFalse(self.transport.disconnected)
        self.clock.advance(0.25)
        self.assertTrue(self.transport.disconnected)

    def lose(self, reason: Exception) -> None:
        """Let the transport report the end."""
        self.connection.connectionLost(Failure(reason))

    def test_stands_in_between(self) -> None:
        """Data passes in both directions, and the end comes last."""
        self.connection.dataReceived(b"in")
        self.connection.write(b"o")
        self.connection.writeSequence([b"u", b"t"])
        self.lose(ConnectionDone())

        self.assertEqual(self.transport.value(), b"out")
        self.assertEqual(self.inner.received, b"in")
        self.assertEqual(
            self.inner.events, ["connectionMade", "dataReceived", "connectionLost"]
        )
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_is_given_up_in_silence(self) -> None:
        """The reason that the protocol is told is the true one."""
        self.assert_given_up(after=10)
        self.lose(ConnectionAborted())

        assert self.inner.lost_reason is not None
        self.assertIsInstance(self.inner.lost_reason.value, SilentServerError)
        self.assertEqual(
            str(self.inner.lost_reason.value), "the server did nothing for 10 seconds"
        )
        self.assertIs(self.connection.lost_reason, self.inner.lost_reason)

    def test_counts_from_the_last_event(self) -> None:
        """Whatever comes or goes breaks the silence."""
        for event in (
            lambda: self.connection.dataReceived(b"x"),
            lambda: self.connection.write(b"x"),
            lambda: self.connection.writeSequence([b"x"]),
        ):
            self.clock.advance(9)
            event()
        self.assert_given_up(after=10)

    def test_does_not_count_while_paused(self) -> None:
        """Who has enough for the moment is no reason to blame the server."""
        self.connection.pauseProducing()
        self.assertEqual(self.transport.producerState, "paused")
        self.clock.advance(100)
        self.connection.resumeProducing()

        self.assertEqual(self.transport.producerState, "producing")
        self.assert_given_up(after=10)

    def test_does_not_count_the_time_that_data_takes(self) -> None:
        """A protocol that blocks, as on a slow pipe, has the whole time afterwards."""
        receive = self.inner.dataReceived

        def receive_slowly(data: bytes) -> None:
            receive(data)
            self.clock.rightNow += 60

        self.inner.dataReceived = receive_slowly  # type: ignore[method-assign]
        self.connection.dataReceived(b"x")

        self.assert_given_up(after=10)

    def test_may_be_paused_or_lost_by_what_it_receives(self) -> None:
        """Then there is nothing to be measured, and nothing is left over."""
        for react in (
            self.connection.pauseProducing,
            lambda: self.lose(ConnectionDone()),
        ):
            self.inner.dataReceived = (  # type: ignore[method-assign]
                lambda data, react=react: react()  # type: ignore[misc]
            )
            self.connection.dataReceived(b"x")

            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_counts_nothing_after_its_end(self) -> None:
        """Whatever is still called then."""
        self.lose(ConnectionDone())
        self.connection.write(b"late")

        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_knows_whether_it_ended_cleanly(self) -> None:
        """That is, whether the other side has closed it, and not before it has."""
        self.assertFalse(self.connection.ended_cleanly)
        self.lose(ConnectionDone())
        self.assertTrue(self.connection.ended_cleanly)

    def test_knows_that_it_did_not(self) -> None:
        """A reset is no proper end."""
        self.lose(ConnectionLost())

        self.assertFalse(self.connection.ended_cleanly)

    def test_gives_up_at_once_when_told(self) -> None:
        """Who wants no more does not wait for the other side to agree."""
        self.connection.stopProducing()

        self.assertTrue(self.transport.disconnected)

    def test_closes_properly(self) -> None:
        """If all was said."""
        self.connection.loseConnection()

        self.assertTrue(self.transport.disconnecting)
        self.assertFalse(self.transport.disconnected)

    def test_does_not_send_the_rest_of_a_request(self) -> None:
        """Who closes while a body is being sent has its answer already."""
        self.connection.registerProducer(object(), True)
        self.connection.loseConnection()

        self.assertTrue(self.transport.disconnected)

    def test_closes_properly_after_the_request(self) -> None:
        """When all of it was sent."""
        self.connection.registerProducer(object(), True)
        self.connection.unregisterProducer()
        self.connection.loseConnection()

        self.assertFalse(self.transport.disconnected)

    def test_reads_an_early_answer(self) -> None:
        """While a request is being sent, it is not paused by Agent."""
        self.connection.registerProducer(object(), True)
        self.connection.dataReceived(b"HTTP/1.1 413 Too Large\r\n\r\n")
        self.connection.pauseProducing()

        self.assertEqual(self.transport.producerState, "producing")

    def test_reads_an_early_answer_within_bounds(self) -> None:
        """Nobody has asked for the rest yet; but silence goes on to count."""
        self.connection.registerProducer(object(), True)
        self.connection.dataReceived(bytes(EARLY_BYTES))
        self.connection.pauseProducing()

        self.assertEqual(self.transport.producerState, "paused")
        self.assert_given_up(after=10)


@implementer(IStreamClientEndpoint)
class WaitingEndpoint:
    """Connects when it is told to."""

    def __init__(self) -> None:
        self.connecting: Deferred[IProtocol] = Deferred()

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        self._factory = protocolFactory
        return self.connecting

    def succeed(self) -> None:
        """Let a connection be made."""
        protocol = self._factory.buildProtocol(None)  # type: ignore[arg-type]
        assert protocol is not None
        protocol.makeConnection(StringTransport())
        self.connecting.callback(protocol)


class ConnectionEndpointTests(SynchronousTestCase):
    """Connecting."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.inner = RecordingProtocol()
        self.waiting = WaitingEndpoint()
        self.endpoint = ConnectionEndpoint(self.waiting, self.clock, 10)
        factory = Factory.forProtocol(lambda: self.inner)
        self.connecting = self.endpoint.connect(factory)

    def test_answers_with_the_protocol_within(self) -> None:
        """Who connects finds what it has made, and the connection is known."""
        self.waiting.succeed()

        self.assertIs(self.successResultOf(self.connecting), self.inner)
        self.assertIs(self.endpoint.connection.wrappedProtocol, self.inner)

    def test_passes_a_failure_on(self) -> None:
        """The reason is the other endpoint's, and no call is left over."""
        self.waiting.connecting.errback(DNSLookupError())

        self.failureResultOf(self.connecting, DNSLookupError)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_takes_no_longer_than_it_may(self) -> None:
        """Be it for the look-up of a name, which has no limit of its own."""
        self.clock.advance(9.75)
        self.assertNoResult(self.connecting)
        self.clock.advance(0.25)

        self.failureResultOf(self.connecting, TimeoutError)
