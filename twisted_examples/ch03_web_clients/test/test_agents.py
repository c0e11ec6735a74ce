"""Tests of an agent that comes to an end."""

from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import ResponseDone, ResponseFailed, readBody
from twisted.web.error import SchemeNotSupported
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IAgent, IResponse
from zope.interface.verify import verifyObject

from harness import HTTPFixture, Network, RecordingProtocol
from twisted_examples.ch03_web_clients import agents
from twisted_examples.ch03_web_clients.agents import (
    BodyEnd,
    WebAgent,
    can_be_sent_again,
)
from twisted_examples.ch03_web_clients.connections import SilentServerError
from twisted_examples.ch03_web_clients.test.answering import (
    Answer,
    BytesBody,
    OnceBody,
    ScriptedAgent,
)
from twisted_examples.command import IReactor


class ReplayTests(SynchronousTestCase):
    """Which requests can be made once more."""

    def test_says_so_itself(self) -> None:
        """A body that does not is taken for one that cannot."""
        self.assertTrue(can_be_sent_again(None))
        self.assertTrue(can_be_sent_again(BytesBody(b"")))
        self.assertFalse(can_be_sent_again(OnceBody(b"")))

    def test_doubles_are_verified(self) -> None:
        """What stands for an agent and an answer in the tests has what they have."""
        self.assertTrue(verifyObject(IAgent, ScriptedAgent([])))
        self.assertTrue(verifyObject(IResponse, Answer()))


class Ended:
    """A connection that has ended, or not."""

    def __init__(self, reason: Exception | None) -> None:
        self.lost_reason = None if reason is None else Failure(reason)
        self.ended_cleanly = isinstance(reason, ConnectionDone)


class BodyEndTests(SynchronousTestCase):
    """How the end of a body is told."""

    def end(self, reason: Exception, connection: Exception | None) -> Failure:
        """Return the reason that the protocol is told."""
        protocol = RecordingProtocol()
        end = BodyEnd(protocol, Answer(), Ended(connection))  # type: ignore[arg-type]
        end.connectionLost(Failure(reason))
        assert protocol.lost_reason is not None
        return protocol.lost_reason

    def test_is_passed_on(self) -> None:
        """Where the page itself says where it ends, the connection does not matter."""
        for reason in (ResponseDone(), ResponseFailed([])):
            self.assertIs(self.end(reason, ConnectionLost()).value, reason)

    def test_is_good_after_a_close(self) -> None:
        """All that could have been lost is there."""
        reason = PotentialDataLoss()

        self.assertIs(self.end(reason, ConnectionDone()).value, reason)

    def test_is_a_failure_after_anything_else(self) -> None:
        """The reason is that of the connection, if it has one."""
        lost = ConnectionLost()
        after_reset = self.end(PotentialDataLoss(), lost).value
        while_open = self.end(PotentialDataLoss(), None).value

        assert isinstance(after_reset, ResponseFailed)
        assert isinstance(while_open, ResponseFailed)
        self.assertIs(after_reset.reasons[0].value, lost)
        self.assertIsInstance(while_open.reasons[0].value, PotentialDataLoss)


class WebAgentTests(SynchronousTestCase):
    """The agent, with a real site on a network."""

    def setUp(self) -> None:
        self.network = Network()
        self.site = HTTPFixture(self.network.host("server", "192.0.2.1"))
        self.addCleanup(lambda: self.network.run_until(self.site.stop()))
        self.client = self.network.host("client", "192.0.2.2")
        reactor = cast(IReactor, self.client.reactor)
        self.agent = WebAgent(reactor, 10)

    def get(self, path: str) -> Deferred[IResponse]:
        """Ask for a page."""
        return self.agent.request(b"GET", self.site.url(path).encode())

    def assert_nothing_left(self) -> None:
        """Assert that the client has no connection and no call left."""
        self.network.flush()
        self.assertEqual(self.client.sockets, [])
        self.assertEqual(self.client.reactor.getDelayedCalls(), [])

    def test_is_an_agent(self) -> None:
        """It answers as Twisted's does, with a body that Twisted's `readBody` reads."""
        self.site.page("/", b"page", "text/html")
        response = self.network.run_until(self.get("/"))
        body = self.network.run_until(readBody(response))

        self.assertTrue(verifyObject(IAgent, self.agent))
        self.assertEqual(response.code, 200)
        self.assertEqual(response.headers.getRawHeaders("Content-Type"), ["text/html"])
        self.assertEqual(response.request.absoluteURI, b"http://server/")
        self.assertEqual(body, b"page")
        self.assert_nothing_left()

    def test_gives_tls_its_clock(self) -> None:
        """Where it takes one: otherwise it would be the global reactor's."""
        clocks: list[object] = []

        def wrap(
            creator: object, endpoint: IStreamClientEndpoint, clock: object = None
        ) -> IStreamClientEndpoint:
            clocks.append(clock)
            return endpoint

        def wrap_before_twisted_23(
            creator: object, endpoint: IStreamClientEndpoint
        ) -> IStreamClientEndpoint:
            return wrap(creator, endpoint)

        for function in (wrap, wrap_before_twisted_23):
            self.patch(agents, "wrapClientTLS", function)
            self.agent.request(b"GET", b"https://server/").addErrback(lambda _: None)

        self.assertEqual(clocks, [self.client.reactor, None])

    def test_does_not_speak_other_schemes(self) -> None:
        """It fails as Twisted's does."""
        asking = self.agent.request(b"GET", b"ftp://server/")

        self.failureResultOf(asking, SchemeNotSupported)
        self.assertEqual(self.client.sockets, [])

    def test_can_be_cancelled(self) -> None:
        """Nothing is left of the request."""
        self.site.stall("/")
        asking = self.get("/")
        self.network.advance(1)
        asking.cancel()

        self.failureResultOf(asking)
        self.assert_nothing_left()

    def test_leaves_nothing_after_a_silence(self) -> None:
        """The connection is gone when the failure is there."""
        self.site.stall("/")
        with self.assertRaises(ResponseFailed) as caught:
            self.network.run_until(self.get("/"))

        self.assertIsInstance(caught.exception.reasons[0].value, SilentServerError)
        self.assertEqual(self.network.seconds(), 10)
        self.assert_nothing_left()

    def test_waits_for_who_reads(self) -> None:
        """An answer may lie for as long as it likes before its body is wanted."""
        self.site.stall("/", b"part")
        response = self.network.run_until(self.get("/"))
        self.network.advance(100)
        body = RecordingProtocol()
        response.deliverBody(body)
        self.network.advance(9)
        self.assertEqual(body.events, ["connectionMade", "dataReceived"])
        self.network.advance(1)
        self.network.flush()

        self.assertEqual(body.received, b"part")
        assert body.lost_reason is not None
        self.assertIsInstance(body.lost_reason.value, ResponseFailed)
        self.assert_nothing_left()
