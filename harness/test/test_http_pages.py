"""Tests of what a good server says, and of what a naive client makes of it."""

import gzip
import zlib

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import PartialDownloadError, ResponseFailed

from harness._http.pages import compress
from harness.test.http_case import Answer, HTTPCase, ask


class PageTests(HTTPCase):
    """A body, and what is said about it."""

    def test_head_of_an_answer(self) -> None:
        """A page has a type, a length and the virtual date."""
        self.fixture.page("/a", b"hello", "text/html")
        self.network.advance(90.5)
        answer = self.ask("/a")

        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/html")
        self.assertEqual(answer.headers["Date"], "Thu, 01 Jan 1970 00:01:30 GMT")
        self.assertEqual(answer.body, b"hello")

    def test_no_type(self) -> None:
        """A page can be without a type."""
        self.fixture.page("/a", b"hello", None)

        self.assertNotIn("Content-Type", self.ask("/a").headers)

    def test_more_fields(self) -> None:
        """Fields can be added, the same one several times."""
        self.fixture.page("/", b"", headers={"X-A": "1", "Set-Cookie": ["a=1", "b=2"]})
        response = self.network.run_until(
            self.agent.request(b"GET", self.fixture.url().encode())
        )
        assert response is not None

        self.assertEqual(response.headers.getRawHeaders("X-A"), ["1"])
        self.assertEqual(response.headers.getRawHeaders("Set-Cookie"), ["a=1", "b=2"])

    def test_head(self) -> None:
        """HEAD gets the head of the page alone."""
        self.fixture.page("/", b"hello")
        received = self.send(b"HEAD / HTTP/1.1\r\n\r\n").received

        self.assertIn(b"\r\nContent-Length: 5\r\n", received)
        self.assertTrue(received.endswith(b"\r\n\r\n"), received)

    def test_unknown_words(self) -> None:
        """What a page cannot be fails at once."""
        with self.assertRaisesRegex(ValueError, "no coding: 'br'"):
            self.fixture.page("/", b"", coding="br")
        with self.assertRaisesRegex(ValueError, "no framing: 'blank line'"):
            self.fixture.page("/", b"", framing="blank line")


class ConditionTests(HTTPCase):
    """Pages that are asked for if they are new."""

    def test_tag(self) -> None:
        """A page is not sent again to who has it."""
        self.fixture.page("/", b"hello", etag='"v1"')
        first = self.ask("/")
        again = self.ask("/", headers={"If-None-Match": first.headers["ETag"]})
        other = self.ask("/", headers={"If-None-Match": '"v2"'})

        self.assertEqual(first.headers["ETag"], '"v1"')
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual((other.status, other.body), (200, b"hello"))

    def test_date(self) -> None:
        """A page is not sent again to who has it since it was changed."""
        self.fixture.page("/", b"hello", last_modified=3600)
        first = self.ask("/")
        again = self.ask("/", headers={"If-Modified-Since": modified(first)})
        older = self.ask(
            "/", headers={"If-Modified-Since": "Thu, 01 Jan 1970 00:59:59 GMT"}
        )

        self.assertEqual(modified(first), "Thu, 01 Jan 1970 01:00:00 GMT")
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual((older.status, older.body), (200, b"hello"))


def modified(answer: Answer) -> str:
    """Return when a page says that it was changed."""
    return answer.headers["Last-Modified"]


class CodingTests(HTTPCase):
    """Pages that come compressed."""

    def test_naive(self) -> None:
        """Who does not say what he takes gets what he does not expect."""
        self.fixture.page("/", b"hello", coding="gzip")
        answer = self.ask("/")

        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
        self.assertNotEqual(answer.body, b"hello")
        self.assertEqual(gzip.decompress(answer.body), b"hello")

    def test_as_accepted(self) -> None:
        """Who says what he takes gets that."""
        self.fixture.page("/", b"hello", coding="gzip")
        for accepted, coded in (
            ("gzip", True),
            ("br, GZIP;q=0.5", True),
            ("*", True),
            ("gzip;q=0.001", True),
            ("gzip;q=0", False),
            ("gzip; q=0.000", False),
            ("identity", False),
            ("", False),
        ):
            answer = self.ask("/", headers={"Accept-Encoding": accepted})
            self.assertEqual("Content-Encoding" in answer.headers, coded, accepted)

    def test_deflate(self) -> None:
        """Deflate is zlib's format by the book, and a bare stream in the wild."""
        self.fixture.page("/book", b"hello", coding="deflate")
        self.fixture.page("/wild", b"hello", coding="raw-deflate")
        book, wild = self.ask("/book"), self.ask("/wild")

        self.assertEqual(book.headers["Content-Encoding"], "deflate")
        self.assertEqual(wild.headers["Content-Encoding"], "deflate")
        self.assertEqual(zlib.decompress(book.body), b"hello")
        self.assertEqual(zlib.decompress(wild.body, -15), b"hello")


class CompressTests(SynchronousTestCase):
    """Compressed bytes."""

    def test_says_nothing_of_the_time(self) -> None:
        """In the head of gzip the time is left out (RFC 1952, section 2.3.1)."""
        self.assertEqual(compress(b"hello", "gzip")[4:8], bytes(4))


class FramingTests(HTTPCase):
    """How the end of a page is told."""

    def test_chunked(self) -> None:
        """A page can come in chunks, without its length."""
        self.fixture.page("/", b"hello", framing="chunked")
        received = self.send(b"GET / HTTP/1.1\r\n\r\n").received

        self.assertNotIn(b"Content-Length", received)
        self.assertTrue(received.endswith(b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), received)
        self.assertEqual(self.ask("/").body, b"hello")

    def test_close(self) -> None:
        """Of a page that ends with the connection a naive client gets an error."""
        self.fixture.page("/", b"hello", framing="close")
        protocol = self.send(b"GET / HTTP/1.1\r\n\r\n")

        self.assertTrue(protocol.received.startswith(b"HTTP/1.0 200 OK\r\n"))
        self.assertTrue(protocol.received.endswith(b"\r\n\r\nhello"))
        self.assertIn("readConnectionLost", protocol.events)
        with self.assertRaises(PartialDownloadError) as caught:
            self.ask("/")
        self.assertEqual(caught.exception.response, b"hello")

    def test_too_short(self) -> None:
        """More was promised: who keeps the connection waits until it is closed."""
        self.fixture.page("/", b"hello", headers={"Content-Length": "6"})
        agent, _ = self.persistent()

        with self.assertRaises(ResponseFailed):
            self.network.run_until(ask(agent, self.fixture.url()))
        self.assertEqual(self.network.seconds(), 60)

    def test_too_long(self) -> None:
        """Less was promised: the rest is lost, and nobody is told."""
        self.fixture.page("/", b"hello", headers={"Content-Length": "4"})

        self.assertEqual(self.ask("/").body, b"hell")
