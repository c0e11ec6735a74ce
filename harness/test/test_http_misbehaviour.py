"""Tests of what a server should not do, and of what becomes of a naive client."""

from collections.abc import Iterator

from twisted.internet.defer import ensureDeferred
from twisted.internet.error import ConnectionLost
from twisted.web.client import (
    PartialDownloadError,
    ResponseFailed,
    ResponseNeverReceived,
)

from harness import Deadlock, VirtualTimeoutError
from harness.test.http_case import HTTPCase, ask


class SlowTests(HTTPCase):
    """Bodies that take their time."""

    def test_drip(self) -> None:
        """A byte in a second: who waits gets all of it, as late as that."""
        self.fixture.drip("/", b"hello", every=60)
        answer = self.ask("/")

        self.assertEqual(answer.body, b"hello")
        self.assertEqual(answer.headers.get("Transfer-Encoding"), None)
        self.assertEqual(self.network.seconds(), 4 * 60)

    def test_drip_outlasts_patience(self) -> None:
        """Who counts the seconds between bytes waits for ever: count all of them."""
        self.fixture.drip("/", b"hello" * 1000, every=60)

        with self.assertRaises(VirtualTimeoutError):
            self.ask("/")

    def test_drip_in_chunks(self) -> None:
        """Each byte can be a chunk of its own."""
        self.fixture.drip("/", b"ab", every=0.5, chunked=True)
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")
        self.network.advance(1)
        self.network.flush()

        self.assertTrue(protocol.received.endswith(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"))

    def test_head_comes_at_once(self) -> None:
        """The head does not wait for the first byte, and HEAD gets no more."""
        self.fixture.drip("/", b"hello")
        protocol = self.send(b"HEAD / HTTP/1.1\r\n\r\nGET /no HTTP/1.1\r\n\r\n")

        self.assertIn(b"\r\nContent-Length: 5\r\n", protocol.received)
        self.assertIn(b"404 Not Found", protocol.received)

    def test_stall(self) -> None:
        """Nothing comes: a client without a time limit waits for ever."""
        self.fixture.stall("/")

        with self.assertRaises(Deadlock):
            self.ask("/")

    def test_stalled_body(self) -> None:
        """Half of a body comes: so it does here."""
        self.fixture.stall("/", b"half")
        self.fixture.stall("/chunk", b"half", 8, chunked=True)

        for path in ("/", "/chunk"):
            with self.assertRaises(Deadlock):
                self.ask(path)


class StreamTests(HTTPCase):
    """Bodies that are made while they are sent."""

    SIZE = 1 << 16

    def setUp(self) -> None:
        super().setUp()
        self.made = 0

    def pieces(self) -> Iterator[bytes]:
        """Make a body of 16 MiB, and count how much of it is made."""
        for _ in range(256):
            self.made += 1
            yield bytes(self.SIZE)

    def test_all_of_it(self) -> None:
        """Whatever its length, all of it comes, with a length or in chunks."""
        for length in (None, 256 * self.SIZE):
            self.fixture.stream("/", self.pieces, length=length)
            self.assertEqual(len(self.ask("/").body), 256 * self.SIZE)

    def test_no_faster_than_read(self) -> None:
        """Of a body that nobody reads little is made."""
        self.fixture.stream("/", self.pieces)
        response = self.network.run_until(
            self.agent.request(b"GET", self.fixture.url().encode())
        )
        self.network.advance(10)
        assert response is not None

        self.assertLess(self.made, 64)

    def test_client_goes_away(self) -> None:
        """When the client is gone, no more of it is made."""
        self.fixture.stream("/", self.pieces, every=1.0)
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")
        self.network.advance(2.5)
        assert protocol.transport is not None
        protocol.transport.loseConnection()
        self.network.advance(100)

        self.assertEqual(self.made, 3)

    def test_closed_in_the_middle(self) -> None:
        """Nor is any made when the server itself has closed the connection."""
        self.fixture.stream("/", self.pieces, every=1.0)
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")
        self.network.advance(2.5)
        self.fixture.close_connections()
        self.network.advance(100)

        self.assertEqual(self.made, 3)
        self.assertIn("readConnectionLost", protocol.events)

    def test_client_goes_away_while_paused(self) -> None:
        """Nor is it when the client was gone before it could take more."""
        self.fixture.stream("/", self.pieces)
        protocol = self.send(b"")
        transport = protocol.transport
        assert transport is not None
        transport.pauseProducing()  # type: ignore[attr-defined]
        transport.write(b"GET / HTTP/1.1\r\n\r\n")
        self.network.flush()
        made = self.made
        transport.abortConnection()  # type: ignore[attr-defined]
        self.network.flush()

        self.assertLess(made, 64)
        self.assertEqual(self.made, made)


class BrokenOffTests(HTTPCase):
    """Answers that end too early."""

    def test_truncated(self) -> None:
        """Less comes than was promised: a naive client is told."""
        self.fixture.truncate("/", b"half")
        self.fixture.truncate("/chunk", b"half", 8, chunked=True)

        for path in ("/", "/chunk"):
            with self.assertRaises(ResponseFailed):
                self.ask(path)

    def test_reset(self) -> None:
        """A reset in the middle is told too."""
        self.fixture.truncate("/", b"half", abort=True)

        with self.assertRaises((ResponseFailed, ResponseNeverReceived)):
            self.ask("/")
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")
        assert protocol.lost_reason is not None
        self.assertIs(protocol.lost_reason.type, ConnectionLost)

    def test_cut_or_whole(self) -> None:
        """Of a body without a length, one and the same error says that it is whole."""
        self.fixture.page("/whole", b"all of it", framing="close")
        self.fixture.transcript("/cut", "reset")

        for path, body in (("/whole", b"all of it"), ("/cut", b"four")):
            with self.assertRaises(PartialDownloadError) as caught:
                self.ask(path)
            self.assertEqual(caught.exception.response, body)

    def test_hang_up(self) -> None:
        """No answer at all comes."""
        self.fixture.hang_up("/")
        self.fixture.hang_up("/reset", abort=True)

        for path in ("/", "/reset"):
            with self.assertRaises(ResponseNeverReceived):
                self.ask(path)

    def test_kept_connection(self) -> None:
        """Twisted asks again when a kept connection fails it, but not with a body."""
        self.fixture.page("/a", b"a")
        self.fixture.hang_up("/b")
        self.fixture.page("/b", b"b")
        agent, _ = self.persistent()
        urls = [self.fixture.url(path) for path in ("/a", "/b", "/a")]
        bodies = [self.network.run_until(ask(agent, url)).body for url in urls]

        self.assertEqual(bodies, [b"a", b"b", b"a"])
        self.fixture.assert_requests(
            "GET /a", "GET /b", "GET /b", "GET /a", connections=2
        )
        self.fixture.hang_up("/post")
        with self.assertRaises(ResponseNeverReceived):
            self.network.run_until(ask(agent, self.fixture.url("/post"), "POST"))

    def test_closed_in_passing(self) -> None:
        """A kept connection can end at the moment at which it is used again."""
        self.fixture.page("/a", b"a")
        agent, _ = self.persistent()
        self.network.run_until(ask(agent, self.fixture.url("/a")))
        self.fixture.close_connections()
        asked = ensureDeferred(ask(agent, self.fixture.url("/a"), "POST"))

        with self.assertRaises((ResponseNeverReceived, ConnectionLost)):
            self.network.run_until(asked)


class EarlyTests(HTTPCase):
    """Answers that do not wait for the request."""

    def test_early(self) -> None:
        """A client that is still sending is answered, and cut off."""
        self.fixture.early("/", 413)
        protocol = self.send(b"PUT / HTTP/1.1\r\nContent-Length: 8\r\n\r\nfour")
        (request,) = self.fixture.requests

        self.assertTrue(protocol.received.startswith(b"HTTP/1.1 413 "))
        self.assertIn(b"\r\nConnection: close\r\n", protocol.received)
        self.assertIn("readConnectionLost", protocol.events)
        self.assertIsNone(request.completed_at)

    def test_naive(self) -> None:
        """Twisted's agent hears the answer, and stops sending."""
        self.fixture.early("/", 413)
        answer = self.ask("/", "PUT", body=bytes(1 << 22))
        (request,) = self.fixture.requests

        self.assertEqual(answer.status, 413)
        self.assertLess(len(request.body), 1 << 22)

    def test_small_body(self) -> None:
        """Who has sent all by then gets the answer."""
        self.fixture.early("/", 413)

        self.assertEqual(self.ask("/", "PUT", body=b"small").status, 413)
        self.assertEqual(self.ask("/", "GET").status, 413)

    def test_reads_on(self) -> None:
        """Or the body is read to its end, and the connection used again."""
        self.fixture.early("/", 413, read_on=True)
        protocol = self.send(b"PUT / HTTP/1.1\r\nContent-Length: 8\r\n\r\nfour")
        early = protocol.received
        assert protocol.transport is not None
        for data in (b"more", b"GET /no HTTP/1.1\r\n\r\n"):
            protocol.transport.write(data)
            self.network.flush()
        first, second = self.fixture.requests

        self.assertTrue(early.startswith(b"HTTP/1.1 413 "), early)
        self.assertEqual(first.body, b"fourmore")
        self.assertEqual(str(second), "GET /no")
        self.assertIn(b"404 Not Found", protocol.received)

    def test_in_turn(self) -> None:
        """It takes its turn as other answers do."""
        self.fixture.early("/", 413, read_on=True)
        self.fixture.status("/", 500)
        self.fixture.page("/", b"hello")
        statuses = [self.ask("/", "PUT", body=b"small").status for _ in range(3)]

        self.assertEqual(statuses, [413, 500, 200])

    def test_turn_that_comes_late(self) -> None:
        """If its turn comes when the whole request is there, it answers that."""
        self.fixture.page("/", b"hello")
        self.fixture.early("/", 413)
        put = b"PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
        one, two = self.send(put), self.send(put)
        for protocol in (one, two):
            assert protocol.transport is not None
            protocol.transport.write(b"four")
            self.network.flush()

        self.assertIn(b" 200 OK", one.received)
        self.assertIn(b" 413 ", two.received)

    def test_nothing_more(self) -> None:
        """What follows on a connection that is being closed is not answered."""
        self.fixture.early("/", 413)
        put = b"PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nfour"
        protocol = self.send(put + b"GET /no HTTP/1.1\r\n\r\n")

        self.assertEqual(protocol.received.count(b"HTTP/1.1 "), 1)


class ContinueTests(HTTPCase):
    """Clients that ask whether to send their body (RFC 9110, section 10.1.1)."""

    def expect(self, path: str) -> bytes:
        """Ask, and return what is said before the body is sent."""
        head = f"PUT {path} HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue"
        return self.send(head.encode() + b"\r\n\r\n").received

    def test_continue(self) -> None:
        """A good server says so."""
        self.assertEqual(self.expect("/"), b"HTTP/1.1 100 Continue\r\n\r\n")

    def test_silence(self) -> None:
        """Some never do, and a client must not wait for ever."""
        self.fixture.no_continue("/")

        self.assertEqual(self.expect("/"), b"")
        self.assertEqual(self.expect("/?a=b"), b"")

    def test_refused(self) -> None:
        """Some know better at once."""
        self.fixture.early("/", 417)

        self.assertTrue(self.expect("/").startswith(b"HTTP/1.1 417 "))

    def test_naive(self) -> None:
        """Twisted's agent does not wait to be told."""
        self.fixture.page("/", b"thanks")
        self.fixture.no_continue("/")
        answer = self.ask("/", "PUT", {"Expect": "100-continue"}, b"body")

        self.assertEqual(answer.body, b"thanks")


class RawTests(HTTPCase):
    """Answers that are played as they stand."""

    def test_bytes_and_pauses(self) -> None:
        """Bytes come as they are, and at their time."""
        self.fixture.raw("/", b"HTTP/1.1 200 OK\r\n\r\na", 2.5, b"b")
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")
        self.network.advance(2.25)
        self.assertEqual(protocol.received, b"HTTP/1.1 200 OK\r\n\r\na")

        self.network.advance(0.25)
        self.network.flush()
        self.assertEqual(protocol.received, b"HTTP/1.1 200 OK\r\n\r\nab")
        self.assertIn("readConnectionLost", protocol.events)

    def test_next(self) -> None:
        """A connection can go on with the next request."""
        self.fixture.raw("/", b"HTTP/1.1 204 Nothing\r\n\r\n", end="next")
        agent, _ = self.persistent()
        for _ in range(2):
            self.network.run_until(ask(agent, self.fixture.url()))

        self.fixture.assert_requests("GET /", "GET /", connections=1)

    def test_unknown_end(self) -> None:
        """An end that is none fails at once."""
        with self.assertRaisesRegex(ValueError, "'explode' is not a valid End"):
            self.fixture.raw("/", end="explode")

    def test_unknown_transcript(self) -> None:
        """So does a transcript that is not there."""
        with self.assertRaisesRegex(FileNotFoundError, "no fixture http/none.txt"):
            self.fixture.transcript("/", "none")
