"""Tests of a program that sends a file."""

import argparse
import os
import webbrowser
from pathlib import Path

from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import Request

from harness import RunningProgram
from twisted_examples.ch02_clients_servers.dataforward import ISocket
from twisted_examples.ch03_web_clients import upload
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase
from twisted_examples.ch03_web_clients.upload import field

ANSWER = b"<p>Valid.</p>\n"
PAGE = "page.html"


class FieldTests(SynchronousTestCase):
    """Fields on the command line."""

    def test_name_and_value(self) -> None:
        """The first "=" is between them."""
        for text, expected in (
            ("a=b", ("a", "b")),
            ("a=", ("a", "")),
            ("a=b=c", ("a", "b=c")),
            ("a= b ", ("a", " b ")),
        ):
            self.assertEqual(field(text), expected)

    def test_needs_both(self) -> None:
        """A field without a name is none."""
        for text in ("", "a", "=b"):
            with self.assertRaises(argparse.ArgumentTypeError):
                field(text)


class UploadTestCase(WebsiteTestCase):
    """With a file, and a site that takes it."""

    program = upload

    def setUp(self) -> None:
        super().setUp()
        self.site.page("/check", ANSWER)
        Path(PAGE).write_bytes(b"<p>Hello.</p>\r\n")

    def upload(self, *argv: str, path: str = "/check") -> RunningProgram:
        """Send the file, or another one."""
        return self.run_to_end(*(argv or [PAGE]), "--url", self.site.url(path))

    def assert_nothing_left(self, message: str, path: str = "/check") -> None:
        """Assert that an upload fails, and leaves nothing but the file itself."""
        self.assert_fails(message, PAGE, "--url", self.site.url(path))

        self.assertEqual(self.files(), [PAGE])


class SendingTests(UploadTestCase):
    """What the server gets."""

    def test_sends_the_file(self) -> None:
        """As a form does, and says beforehand how long it will be."""
        running = self.upload(PAGE, "--field", "a=b", "--field", "c=Ü", "--name", "f")
        (request,) = self.site.requests
        a, c, file = request.form()

        self.assertEqual(running.exit_status, 0)
        self.assertEqual(request.method, "POST")
        self.assertEqual(request.header("Content-Length"), str(len(request.body)))
        self.assertEqual((a.name, a.filename, a.body), ("a", None, b"b"))
        self.assertEqual((c.name, c.filename, c.body), ("c", None, "Ü".encode()))
        self.assertEqual((file.name, file.filename), ("f", PAGE))
        self.assertEqual(file.content_type, "text/html")
        self.assertEqual(file.body, b"<p>Hello.</p>\r\n")

    def test_sends_these_bytes(self) -> None:
        """All of them, with a boundary that is known."""
        self.run_to_end(PAGE, "--url", self.site.url("/check"), boundary="x")

        self.site.assert_body(
            self.site.requests[0].body,
            b"--x\r\n"
            b"Content-Disposition: form-data; "
            b'name="uploaded_file"; filename="page.html"\r\n'
            b"Content-Type: text/html\r\n"
            b"\r\n"
            b"<p>Hello.</p>\r\n\r\n"
            b"--x--\r\n",
        )

    def test_sends_any_file(self) -> None:
        """An empty one, and one that is larger than any buffer."""
        for content in (b"", os.urandom(10**6)):
            Path("data").write_bytes(content)
            self.upload("data")
            (part,) = self.site.requests[-1].form()

            self.site.assert_body(part.body, content)

    def test_twisted_reads_it(self) -> None:
        """Twisted's own server has always had a parser for forms."""
        arguments: list[dict[bytes, list[bytes]]] = []

        class Check(Resource):
            isLeaf = True

            def render_POST(self, request: Request) -> bytes:
                arguments.append(request.args)
                return ANSWER

        self.site.mount("/twisted", Check())
        self.upload(PAGE, "--field", "a=b", path="/twisted")

        self.assertEqual(
            arguments,
            [{b"a": [b"b"], b"uploaded_file": [b"<p>Hello.</p>\r\n"]}],
        )

    def test_sends_over_tls(self) -> None:
        """Where a file is no faster than the encryption."""
        secure = self.serve("valid")
        secure.page("/check", ANSWER)
        Path("data").write_bytes(bytes(10**6))
        running = self.run_to_end("data", "--url", secure.url("/check"))
        (part,) = secure.requests[0].form()

        self.assertEqual(running.exit_status, 0)
        self.site.assert_body(part.body, bytes(10**6))

    def test_follows_redirects(self) -> None:
        """307 and 308 with the file, others without."""
        self.site.redirect("/307", "/308", status=307)
        self.site.redirect("/308", "/303", status=308)
        self.site.redirect("/303", "/check", status=303)
        self.upload(path="/307")

        self.site.assert_requests("POST /307", "POST /308", "POST /303", "GET /check")
        self.assertEqual(
            [len(request.body) > 0 for request in self.site.requests],
            [True, True, True, False],
        )


class Refusing(Protocol):
    """Answers at once, and reads nothing at all."""

    transport: ISocket

    def connectionMade(self) -> None:
        self.transport.pauseProducing()
        self.transport.write(
            b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nNo.\n"
        )


class AnswerTests(UploadTestCase):
    """What the server answers."""

    def test_saves_the_answer(self) -> None:
        """Under the file's name, or another one; a browser is not opened."""
        self.patch(webbrowser, "open", self.fail)
        first = self.upload()
        second = self.upload(PAGE, "--output", "saved")

        self.assertEqual(first.stdout, "Saved page.html.answer.html (14 bytes).\n")
        self.assertEqual(second.stdout, "Saved saved (14 bytes).\n")
        self.assertEqual(self.files(), [PAGE, "page.html.answer.html", "saved"])
        self.assertEqual(Path("saved").read_bytes(), ANSWER)

    def test_shows_the_answer(self) -> None:
        """If it is asked for."""
        shown: list[str] = []

        def show(url: str) -> bool:
            shown.append(url)
            return True

        running = self.run_to_end(
            PAGE, "--url", self.site.url("/check"), "--open", show=show
        )

        self.assertEqual(running.exit_status, 0)
        self.assertEqual(
            shown, [(self.folder / "page.html.answer.html").resolve().as_uri()]
        )

    def test_has_nobody_to_show_it(self) -> None:
        """That is said, and the answer is there."""
        self.assert_fails(
            "there is no browser to show it.",
            PAGE,
            "--url",
            self.site.url("/check"),
            "--open",
            show=lambda url: False,
        )

        self.assertEqual(self.files(), [PAGE, "page.html.answer.html"])

    def test_refused(self) -> None:
        """An error is not saved."""
        self.site.status("/status", 400)
        self.assert_nothing_left("400 Bad Request", "/status")

    def test_answered_early(self) -> None:
        """The answer counts, and the rest of the file is not sent."""
        self.site.early("/early", 413)
        with open("large", "wb") as file:
            file.truncate(2**22)
        self.assert_fails(
            "413 Request Entity Too Large", "large", "--url", self.site.url("/early")
        )

        self.assertLess(len(self.site.requests[0].body), 2**21)

    def test_answered_early_in_pieces(self) -> None:
        """However the answer arrives, and though the server reads nothing."""
        with open("large", "wb") as file:
            file.truncate(2**22)
        self.server.reactor.listenTCP(81, Factory.forProtocol(Refusing))
        for size in (1, 7, 1000):
            self.network.segments = lambda size=size: size
            self.assert_fails(
                "413 Content Too Large", "large", "--url", "http://server:81/"
            )

            self.assertEqual(self.client.sockets, [])
            self.assertEqual(self.network.seconds(), 0)

    def test_hung_up(self) -> None:
        """Before an answer, or in the middle of one."""
        self.site.hang_up("/nothing")
        self.site.truncate("/half", ANSWER)
        self.assert_nothing_left(
            "the server closed the connection without an answer", "/nothing"
        )
        self.assert_nothing_left(
            "the server closed the connection before its answer was complete", "/half"
        )

    def test_silent(self) -> None:
        """A server that takes nothing is given up."""
        self.site.stall("/")
        self.assert_nothing_left("the server did nothing for 30 seconds", "/")


class FileTests(UploadTestCase):
    """What cannot be sent."""

    def test_no_file(self) -> None:
        """Nobody is asked to take it."""
        self.assert_fails(
            "cannot read missing: No such file or directory",
            "missing",
            "--url",
            self.site.url("/check"),
        )

        self.assertEqual(self.site.requests, [])

    def test_changed_file(self) -> None:
        """The server gets no whole form, and nothing is saved."""
        with open("large", "wb") as file:
            file.truncate(2**20)
        running = self.start("large", "--url", self.site.url("/check"))
        with running:
            while not self.site.requests:
                self.network.advance(0)
            os.truncate("large", 2**20 - 1)
            running.wait()

        self.assertEqual(
            running.stderr, "Error: large was changed while it was being sent\n"
        )
        self.assertEqual(running.exit_status, 1)
        self.assertIsNone(self.site.requests[0].completed_at)
        self.assertEqual(self.files(), ["large", PAGE])

    def test_interrupt(self) -> None:
        """Ctrl-C leaves nothing behind, whether the file is being sent or was."""
        self.site.stall("/")
        with open("large", "wb") as file:
            file.truncate(2**20)
        for name in ("large", PAGE):
            with self.start(name, "--url", self.site.url()) as running:
                while len(self.site.requests) < 1:
                    self.network.advance(0)
                running.interrupt()
                running.wait()

            self.assertEqual(running.exit_status, 130)
            self.assertEqual(running.stderr, "")
            self.assertEqual(self.files(), ["large", PAGE])

    def test_wrong_usage(self) -> None:
        """One file, and fields that are some."""
        self.assert_wrong_usage(
            [], ["a", "b"], ["a", "--field", "b"], ["a", "--url", "server"]
        )
