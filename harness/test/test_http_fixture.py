"""Tests of the server itself: where it is, what it notes, what is left of it."""

from twisted.internet import error
from twisted.internet.defer import ensureDeferred
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent, ResponseFailed, ResponseNeverReceived

from harness import HTTPFixture, Network, VirtualReactor
from harness.test.http_case import HTTPCase, ask


class PlaceTests(SynchronousTestCase):
    """Where a fixture is, and what it is called."""

    def test_lone_reactor(self) -> None:
        """The machine of a lone reactor is called localhost."""
        reactor = VirtualReactor()
        with HTTPFixture(reactor.host) as fixture:
            fixture.page("/a", b"hello")

            answer = reactor.run_until(ask(Agent(reactor), "http://localhost/a"))

        self.assertEqual(fixture.url("/a"), "http://localhost/a")
        self.assertEqual(answer.body, b"hello")

    def test_urls(self) -> None:
        """A port stands in the URL, if it is not the one of the scheme."""
        server = Network().host("server", "192.0.2.80")
        with (
            HTTPFixture(server) as plain,
            HTTPFixture(server, "valid") as secure,
            HTTPFixture(server, port=8080, name="www.example.com") as other,
        ):
            urls = [fixture.url() for fixture in (plain, secure, other)]

        self.assertEqual(
            urls, ["http://server/", "https://server/", "http://www.example.com:8080/"]
        )

    def test_both_families(self) -> None:
        """Where the machine has an IPv6 address, it is reached by that one too."""
        network = Network()
        server = network.host("server", "2001:db8::80", "192.0.2.80")
        with HTTPFixture(server) as fixture:
            fixture.page("/", b"hello")
            agent = Agent(server.reactor)

            bodies = [
                network.run_until(ask(agent, url)).body
                for url in ("http://[2001:db8::80]/", "http://192.0.2.80/")
            ]

        self.assertEqual(bodies, [b"hello", b"hello"])

    def test_port_is_taken(self) -> None:
        """Two cannot listen on one port."""
        server = Network().host("server", "192.0.2.80")
        with HTTPFixture(server), self.assertRaisesRegex(Exception, "in use"):
            HTTPFixture(server)


class RecordTests(HTTPCase):
    """What a test is told."""

    def test_request(self) -> None:
        """A request is recorded with all that it had."""
        self.fixture.page("/a", b"")
        self.network.advance(1.5)

        self.ask("/a?b=c", "POST", {"X-One": "1", "Cookie": "a=1; b=2=3"}, b"body")
        (request,) = self.fixture.requests

        self.assertEqual(str(request), "POST /a?b=c")
        self.assertEqual(request.path, "/a")
        self.assertEqual(request.version, "HTTP/1.1")
        self.assertEqual(request.header("x-one"), "1")
        self.assertIsNone(request.header("X-Two"))
        self.assertEqual(request.cookies, {"a": "1", "b": "2=3"})
        self.assertEqual(request.body, b"body")
        self.assertEqual((request.time, request.completed_at), (1.5, 1.5))

    def test_doubled_field(self) -> None:
        """Who asks for the value of a field that came twice learns of it."""
        self.fixture.page("/", b"")
        self.ask("/")
        (request,) = self.fixture.requests
        request.headers.setRawHeaders("X-Two", ["1", "2"])

        with self.assertRaisesRegex(ValueError, r"GET / has 2 fields X-Two: \['1', "):
            request.header("X-Two")

    def test_half_a_body(self) -> None:
        """A request is recorded from its head on, whatever becomes of its body."""
        self.send(b"PUT /a HTTP/1.1\r\nContent-Length: 8\r\n\r\nfour")
        (request,) = self.fixture.requests

        self.assertEqual(request.body, b"four")
        self.assertIsNone(request.completed_at)

    def test_connections(self) -> None:
        """Each connection is numbered, and knows its requests and its times."""
        self.fixture.page("/a", b"")
        self.ask("/a")
        self.network.advance(1)
        self.ask("/a?again")
        self.network.flush()
        first, second = self.fixture.connections

        self.assertEqual([first.number, second.number], [1, 2])
        self.assertEqual([str(each) for each in second.requests], ["GET /a?again"])
        self.assertTrue(first.peer.startswith("192.0.2.1:"), first.peer)
        self.assertEqual((first.opened_at, first.closed_at), (0.0, 0.0))
        self.assertEqual((second.opened_at, second.closed_at), (1.0, 1.0))

    def test_connection_without_request(self) -> None:
        """A connection on which nothing is asked is known too, and open."""
        self.send(b"")
        (connection,) = self.fixture.connections

        self.assertEqual(connection.requests, [])
        self.assertIsNone(connection.closed_at)

    def test_access_log(self) -> None:
        """The log has the line that Twisted writes, with the virtual time."""
        self.fixture.page("/a", b"hello")
        self.network.advance(90.5)
        with capturedLogs() as events:
            self.ask("/a")
        lines = [event["line"] for event in events if "line" in event]

        self.assertEqual(
            lines,
            [
                '"192.0.2.1" - - [01/Jan/1970:00:01:30 +0000] '
                '"GET /a HTTP/1.1" 200 5 "-" "-"'
            ],
        )

    def test_lists_are_snapshots(self) -> None:
        """What a test has asked for does not change in its hands."""
        before = self.fixture.requests, self.fixture.connections
        self.ask("/")

        self.assertEqual(before, ([], []))

    def test_assertion(self) -> None:
        """Requests are compared in their order, and connections counted."""
        agent, _ = self.persistent()
        self.fixture.page("/a", b"")
        for path in ("/a", "/b"):
            self.network.run_until(ask(agent, self.fixture.url(path)))

        self.fixture.assert_requests("GET /a", "GET /b", connections=1)
        with self.assertRaisesRegex(AssertionError, "other requests came"):
            self.fixture.assert_requests("GET /b", "GET /a")

    def test_body_assertion(self) -> None:
        """Bodies are compared, and the difference shown."""
        self.fixture.assert_body(b"same", b"same")
        with self.assertRaisesRegex(AssertionError, "differ from byte 1 on"):
            self.fixture.assert_body(b"same", b"some")


class EndTests(HTTPCase):
    """What is left of a fixture: nothing."""

    def test_nobody_listens(self) -> None:
        """After it has stopped, connections are refused."""
        self.network.run_until(self.fixture.stop())

        with self.assertRaises(error.ConnectionRefusedError):
            self.ask("/")

    def test_nothing_is_pending(self) -> None:
        """Neither a connection in use, nor a timer, nor a pause outlives it."""
        self.fixture.drip("/drip", b"hello")
        self.fixture.raw("/wait", 60.0)
        self.fixture.stall("/stall")
        for path in ("/drip", "/wait", "/stall"):
            asked = ensureDeferred(ask(self.agent, self.fixture.url(path)))
            asked.addErrback(
                lambda failure: failure.trap(ResponseNeverReceived, ResponseFailed)
            )
        self.network.flush()
        self.network.run_until(self.fixture.stop())
        self.network.flush()

        self.assertEqual(self.network.describe_pending(), "  nothing is pending")

    def test_twice(self) -> None:
        """To stop it once more does nothing."""
        self.network.run_until(self.fixture.stop())
        self.network.run_until(self.fixture.stop())

    def test_of_a_machine_that_has_crashed(self) -> None:
        """There is nothing to be waited for, and its threads end too."""
        self.send(b"")
        self.fixture.wsgi("/wsgi", lambda environ, start_response: [])
        self.server.crash()
        self.client.crash()
        self.network.run_until(self.fixture.stop())

        self.assertEqual(
            self.network.describe_pending(),
            "  server is down, since 0.0 s\n  client is down, since 0.0 s",
        )

    def test_of_a_machine_that_crashes_meanwhile(self) -> None:
        """What was waited for will never be."""
        self.send(b"")
        stopping = self.fixture.stop()
        self.server.crash()

        self.assertIsNone(self.successResultOf(stopping))

    def test_of_a_machine_that_was_restarted(self) -> None:
        """What listens there now is left alone."""
        self.server.crash()
        self.server.restart()
        with HTTPFixture(self.server) as other:
            other.page("/", b"other")
            self.network.run_until(self.fixture.stop())
            answer = self.network.run_until(ask(self.agent, other.url()))

        self.assertEqual(answer.body, b"other")

    def test_asynchronous_context(self) -> None:
        """In a coroutine it is an asynchronous context manager."""

        async def visit() -> bytes:
            async with HTTPFixture(self.server, port=8080) as fixture:
                fixture.page("/", b"hello")
                return (await ask(self.agent, fixture.url())).body

        self.assertEqual(self.network.run_until(visit()), b"hello")
        with self.assertRaises(error.ConnectionRefusedError):
            self.network.run_until(ask(self.agent, "http://server:8080/"))

    def test_close_connections(self) -> None:
        """All connections can be closed at a moment of the test's choice."""
        self.send(b"")
        self.fixture.close_connections()
        self.network.flush()
        (connection,) = self.fixture.connections

        self.assertEqual(connection.closed_at, 0.0)


class DeterminismTests(SynchronousTestCase):
    """The same every time."""

    def digest(self, seed: int) -> str:
        """Run a session in which much is drawn at random, and digest its trace."""
        network = Network(seed)
        server = network.host("server", "192.0.2.80")
        trace = network.start_trace()
        with HTTPFixture(server) as fixture:
            fixture.protect("/", {"ada": "1815"}, "Digest MD5")
            agent = Agent(server.reactor)
            for _ in range(3):
                network.run_until(ask(agent, fixture.url()))
        return trace.digest()

    def test_same_seed(self) -> None:
        """Two networks of one seed see the same bytes."""
        self.assertEqual(self.digest(1), self.digest(1))

    def test_other_seed(self) -> None:
        """What is drawn at random comes from the seed."""
        self.assertNotEqual(self.digest(1), self.digest(2))
