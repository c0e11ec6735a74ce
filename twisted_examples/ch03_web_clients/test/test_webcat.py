"""Tests of a program that prints a page."""

import gzip

from twisted.internet.protocol import Factory, Protocol

from harness import RecordingProtocol, fixture_path
from twisted_examples.ch03_web_clients import webcat
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase

PAGE = bytes(range(256)) + b"\r\n" * 3

REFUSED = "Connection was refused by other side: 111: Connection refused."


class Greeter(Protocol):
    """Speaks first, and not TLS."""

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b"220 mail.example ESMTP\r\n")


class WebcatTestCase(WebsiteTestCase):
    """With words for what is expected of a page."""

    program = webcat

    def assert_printed(self, path: str, expected: bytes = PAGE) -> None:
        """Assert that a page is printed as it is, and nothing else is."""
        running = self.run_to_end(self.site.url(path))

        self.site.assert_body(running.stdout_bytes, expected)
        self.assertEqual(running.stderr, "")
        self.assertEqual(running.exit_status, 0)


class PageTests(WebcatTestCase):
    """Pages."""

    def test_prints_the_bytes(self) -> None:
        """Whatever they are, and however their end is told."""
        for framing in ("length", "chunked", "close"):
            self.site.page(f"/{framing}", PAGE, framing=framing)
            self.assert_printed(f"/{framing}")

    def test_prints_an_empty_page(self) -> None:
        """Which is a page."""
        for framing in ("length", "chunked", "close"):
            self.site.page(f"/{framing}", b"", framing=framing)
            self.assert_printed(f"/{framing}", b"")

    def test_decodes_gzip(self) -> None:
        """It asks for it, and prints what was meant."""
        self.site.page("/page", PAGE, coding="gzip")
        self.assert_printed("/page")

        self.assertEqual(self.site.requests[0].header("Accept-Encoding"), "gzip")

    def test_prints_however_the_bytes_arrive(self) -> None:
        """Pieces of any size make the same page."""
        self.site.page("/page", PAGE, coding="gzip", framing="chunked")
        for size in (1, 2, 3, 5, 8, 13):
            self.network.segments = lambda size=size: size
            self.assert_printed("/page")

    def test_prints_what_comes_slowly(self) -> None:
        """As long as it comes."""
        self.site.drip("/page", b"slow", every=29)
        self.assert_printed("/page", b"slow")

        self.assertEqual(self.network.seconds(), 29 * 3)

    def test_prints_a_page_as_it_comes(self) -> None:
        """It does not wait for the end."""
        self.site.drip("/page", b"slow", every=1)
        with self.start(self.site.url("/page")) as running:
            self.network.advance(2.5)
            seen = running.stdout

        self.assertEqual(seen, "slo")

    def test_asks_for_the_page_without_its_fragment(self) -> None:
        """The fragment is for whoever reads it."""
        self.site.page("/page?a=b", PAGE)
        self.assert_printed("/page?a=b#part")

        self.site.assert_requests("GET /page?a=b")


class RedirectTests(WebcatTestCase):
    """Pages that are elsewhere."""

    def test_follows(self) -> None:
        """Relative to the page that has sent it, with any status."""
        self.site.redirect("/1", "/dir/2", status=301)
        self.site.redirect("/dir/2", "3", status=303)
        self.site.redirect("/dir/3", "../4", status=307)
        self.site.redirect("/4", "?q=5", status=308)
        self.site.page("/4?q=5", PAGE)
        self.assert_printed("/1")

        self.site.assert_requests(
            "GET /1", "GET /dir/2", "GET /dir/3", "GET /4", "GET /4?q=5"
        )

    def test_follows_to_another_site(self) -> None:
        """From http to https, whose certificate is verified."""
        secure = self.serve("valid")
        secure.page("/page", PAGE)
        self.site.redirect("/", secure.url("/page"))

        self.assert_printed("/")

    def test_gives_up_in_a_circle(self) -> None:
        """With one line."""
        self.site.redirect("/1", "/2", "/3", "/2")

        self.assert_fails("the redirects go round in a circle", self.site.url("/1"))

    def test_gives_up_after_ten(self) -> None:
        """Ten are followed."""
        self.site.redirect(*(f"/{number}" for number in range(12)))
        self.site.page("/11", PAGE)
        self.assert_fails("there are more than 10 redirects", self.site.url("/0"))

        self.assert_printed("/1")

    def test_needs_a_location(self) -> None:
        """Without one it is an error like any other."""
        self.site.status("/", 302)

        self.assert_fails("302 Found", self.site.url())


class ErrorTests(WebcatTestCase):
    """What is no page."""

    def test_status(self) -> None:
        """Its number and words; its text is not taken for the page."""
        for code, words in (
            (404, "404 Not Found"),
            (403, "403 Forbidden"),
            (500, "500 Internal Server Error"),
            (304, "304 Not Modified"),
        ):
            self.site.status(f"/{code}", code)
            running = self.assert_fails(words, self.site.url(f"/{code}"))

            self.assertEqual(running.stdout, "")

    def test_name(self) -> None:
        """There is no such machine."""
        self.assert_fails(
            "DNS lookup failed: no results for hostname lookup: no.test.",
            "http://no.test/",
        )

    def test_refused(self) -> None:
        """Nobody listens there."""
        self.assert_fails(REFUSED, "http://server:81/")

    def test_hung_up(self) -> None:
        """Nothing was said."""
        self.site.hang_up("/")

        self.assert_fails(
            "the server closed the connection without an answer", self.site.url()
        )

    def test_reset(self) -> None:
        """In place of an answer, and in the middle of one."""
        self.site.hang_up("/1", abort=True)
        self.site.truncate("/2", PAGE, abort=True)
        for path in ("/1", "/2"):
            self.assert_fails(
                "Connection to the other side was lost in a non-clean fashion.",
                self.site.url(path),
            )

    def test_truncated(self) -> None:
        """What was printed is printed; the status tells that it was not all."""
        cut = "the server closed the connection before its answer was complete"
        self.site.truncate("/length", b"part")
        self.site.truncate("/chunk", b"part", chunked=True)
        for path in ("/length", "/chunk"):
            running = self.assert_fails(cut, self.site.url(path))

            self.assertEqual(running.stdout, "part")

    def test_truncated_gzip(self) -> None:
        """Complete for HTTP, but not for gzip."""
        self.site.page(
            "/", gzip.compress(PAGE)[:-9], headers={"Content-Encoding": "gzip"}
        )

        self.assert_fails(
            "the page ends in the middle of its gzip data", self.site.url()
        )

    def test_a_reset_is_not_the_end_of_a_page(self) -> None:
        """Even where only the end of the connection tells the end of the page."""
        self.site.raw("/", b"HTTP/1.1 200 OK\r\n\r\npart", 1.0, end="abort")
        running = self.assert_fails(
            "Connection to the other side was lost in a non-clean fashion.",
            self.site.url(),
        )

        self.assertEqual(running.stdout, "part")

    def test_too_long(self) -> None:
        """Announced, it is not even begun; else as much is printed as was wanted."""
        for framing in ("length", "close"):
            self.site.page(f"/{framing}", bytes(10), framing=framing)
            self.assert_fails(
                "the page is longer than 9 bytes",
                self.site.url(f"/{framing}"),
                "--limit",
                "9",
            )

    def test_gzip_bomb(self) -> None:
        """What counts is what would be printed."""
        self.site.page("/", bytes(10**6), coding="gzip")

        self.assert_fails(
            "the page is longer than 1000 bytes", self.site.url(), "--limit", "1000"
        )

    def test_unknown_encoding(self) -> None:
        """What cannot be decoded is not printed as if it were the page."""
        self.site.page("/", PAGE, headers={"Content-Encoding": "br"})
        running = self.assert_fails(
            "the page comes in an encoding that is not known: br", self.site.url()
        )

        self.assertEqual(running.stdout, "")

    def test_any_bad_answer(self) -> None:
        """Every answer that was ever seen to go wrong ends one way or the other."""
        self.network.segments = None
        scripts = sorted(path.stem for path in fixture_path("http").glob("*.txt"))
        self.assertGreater(len(scripts), 10)
        for name in scripts:
            self.site.transcript(f"/{name}", name)
            running = self.run_to_end(self.site.url(f"/{name}"))
            outcome = (running.exit_status, running.stderr.count("\n"))

            self.assertIn(outcome, [(0, 0), (1, 1)], name)


class TimeoutTests(WebcatTestCase):
    """Servers that do nothing."""

    def assert_times_out(self, message: str, seconds: float, *argv: str) -> None:
        """Assert that the program gives up after just so many seconds."""
        start = self.network.seconds()
        self.assert_fails(message, *argv)

        self.assertEqual(self.network.seconds() - start, seconds)

    def test_no_answer(self) -> None:
        """The connection was made, and that was that."""
        self.site.stall("/")

        self.assert_times_out(
            "the server did nothing for 30 seconds", 30, self.site.url()
        )

    def test_half_an_answer(self) -> None:
        """However the page would have ended."""
        head = b"HTTP/1.1 200 OK\r\n"
        self.site.raw("/head", head, end="silence")
        self.site.stall("/length", b"part")
        self.site.stall("/chunk", b"part", chunked=True)
        self.site.raw("/close", head + b"\r\npart", end="silence")
        for path in ("/head", "/length", "/chunk", "/close"):
            self.assert_times_out(
                "the server did nothing for 2.5 seconds",
                2.5,
                self.site.url(path),
                "--timeout",
                "2.5",
            )


class TLSTests(WebcatTestCase):
    """https."""

    def test_prints_a_page(self) -> None:
        """In virtual time, and to its last byte, however its end is told."""
        secure = self.serve("valid")
        for framing in ("length", "chunked", "close"):
            secure.page(f"/{framing}", PAGE * 1000, framing=framing)
            running = self.run_to_end(secure.url(f"/{framing}"))

            self.site.assert_body(running.stdout_bytes, PAGE * 1000)
            self.assertEqual(running.exit_status, 0)

    def test_verifies_certificates(self) -> None:
        """What is wrong with one is said, and nothing is asked there."""
        failed = "TLS failed: certificate verify failed"
        for port, (certificate, message) in enumerate(
            {
                "expired": failed,
                "not_yet_valid": failed,
                "self_signed": failed,
                "unknown_authority": failed,
                "wrong_host": "the server's certificate is not for this host",
            }.items(),
            start=1001,
        ):
            site = self.serve(certificate, port=port)
            self.assert_fails(message, site.url())

            self.assertEqual(site.requests, [], certificate)

    def test_verifies_the_name(self) -> None:
        """A good certificate is not good for every name of the machine."""
        self.serve("valid")
        self.network.names["alias.test"] = ["192.0.2.1"]

        self.assert_fails(
            "the server's certificate is not for this host", "https://alias.test/"
        )

    def test_a_cut_connection_is_not_the_end_of_a_page(self) -> None:
        """Without TLS's own farewell, anybody could have cut it (RFC 9112, 9.8)."""
        secure = self.serve("valid")
        secure.raw("/", b"HTTP/1.1 200 OK\r\n\r\npart", 1.0, end="abort")
        running = self.assert_fails(
            "Connection to the other side was lost in a non-clean fashion: "
            "Connection lost.",
            secure.url(),
        )

        self.assertEqual(running.stdout, "part")

    def test_a_server_without_tls(self) -> None:
        """It answers, but not in TLS."""
        factory = Factory.forProtocol(Greeter)
        self.server.reactor.listenTCP(1443, factory)
        running = self.run_to_end("https://server:1443/")

        self.assertRegex(running.stderr, r"\AError: TLS failed: [a-z ]+\n\Z")
        self.assertEqual(running.exit_status, 1)

    def test_a_handshake_that_stalls(self) -> None:
        """The connection was made, TLS was not."""
        factory = Factory.forProtocol(RecordingProtocol)
        self.server.reactor.listenTCP(1443, factory)

        self.assert_fails(
            "the server did nothing for 30 seconds", "https://server:1443/"
        )


class CommandTests(WebcatTestCase):
    """The program and its shell."""

    def test_wrong_usage(self) -> None:
        """What is no page cannot be printed."""
        self.assert_wrong_usage(
            [],
            ["server"],
            ["ftp://server/"],
            ["http://user:secret@server/"],
            [self.site.url(), self.site.url()],
            [self.site.url(), "--limit", "0"],
            [self.site.url(), "--timeout", "0"],
        )

    def test_interrupt(self) -> None:
        """Ctrl-C ends it at any time, and is not reported as a failure."""
        self.site.drip("/", b"slow", every=10)
        self.site.stall("/silence")
        for path in ("/", "/silence"):
            with self.start(self.site.url(path)) as running:
                running.interrupt(after=15)
                running.wait()

            self.assertEqual(running.stderr, "")
            self.assertEqual(running.exit_status, 130)

    def test_broken_pipe(self) -> None:
        """Whoever has seen enough, as ``| head``, is not told about it."""
        self.site.drip("/", b"slow", every=10)
        with self.start(self.site.url()) as running:
            running.console.break_output(after=15)
            running.wait()

        self.assertEqual(running.stderr, "")
        self.assertEqual(running.exit_status, 1)
        self.assertLess(self.network.seconds(), 40)
