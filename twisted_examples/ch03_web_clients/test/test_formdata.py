"""Tests of forms with a file in them."""

import os
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

from multipart import MultipartParser  # type: ignore[import-untyped]
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.formdata import (
    PIECE,
    FilePart,
    FormBody,
    Part,
    TextPart,
    UploadError,
    content_type,
    disposition,
)

#: name, file name, type, content
Parsed = tuple[str, str | None, str | None, bytes]

BOUNDARY = "example-boundary"


def produce(body: FormBody) -> bytes:
    """Send a body to somebody who never has enough."""
    transport = StringTransport()
    sent: list[object] = []
    body.startProducing(transport).addCallback(sent.append)
    assert sent == [None]
    produced: bytes = transport.value()
    return produced


def parse_with_email(body: bytes, content_type: bytes) -> list[Parsed]:
    """Read a form with the standard library's parser of mail."""
    head = b"Content-Type: " + content_type + b"\r\n\r\n"
    message: Any = message_from_bytes(head + body, policy=policy.HTTP)
    assert message.get_content_type() == "multipart/form-data"
    assert not message.defects
    return [
        (
            part.get_param("name", header="Content-Disposition"),
            part.get_filename(),
            part.get_content_type() if "Content-Type" in part else None,
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]


def parse_with_multipart(body: bytes, boundary: str = BOUNDARY) -> list[Parsed]:
    """Read a form with a parser that web servers are made with."""
    return [
        (
            part.name,
            part.filename or None,
            part.headers.get("Content-Type"),
            part.raw,
        )
        for part in MultipartParser(BytesIO(body), boundary, strict=True).parts()
    ]


class DispositionTests(SynchronousTestCase):
    """The line that names a part."""

    def test_escapes_what_would_end_a_name(self) -> None:
        """As browsers do, and nothing else (RFC 7578, section 4.2)."""
        for name, expected in (
            ("plain", b"plain"),
            ("a b;c", b"a b;c"),
            ('a"b', b"a%22b"),
            ("a\r\nb", b"a%0D%0Ab"),
            ("a\\b", b"a\\b"),
            ("100%", b"100%"),
            ("Büro", "Büro".encode()),
            ("\udcff", b"\xff"),
        ):
            self.assertEqual(
                disposition(name),
                b'Content-Disposition: form-data; name="' + expected + b'"',
            )
            self.assertEqual(
                disposition("f", name),
                b'Content-Disposition: form-data; name="f"; filename="'
                + expected
                + b'"',
            )


class ContentTypeTests(SynchronousTestCase):
    """What is said of a file."""

    def test_is_guessed_from_the_name(self) -> None:
        """If in doubt, it is bytes; and so is what is packed."""
        for name, expected in (
            ("page.html", "text/html"),
            ("picture.PNG", "image/png"),
            ("no_extension", "application/octet-stream"),
            ("unknown.xyzzy", "application/octet-stream"),
            ("archive.tar.gz", "application/octet-stream"),
        ):
            self.assertEqual(content_type(name), expected)


class FormTestCase(SynchronousTestCase):
    """With a file."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp()).with_name("page.html")
        self.path.parent.mkdir(exist_ok=True)
        self.addCleanup(self.path.unlink, missing_ok=True)
        self.path.write_bytes(b"<p>Hello.</p>\n")

    def body(self, *parts: Part) -> FormBody:
        """Make a form with the file, after other parts."""
        return FormBody([*parts, FilePart("upload", self.path)], BOUNDARY)


class FormBodyTests(FormTestCase):
    """The bytes."""

    def test_bytes(self) -> None:
        """All of them: delimiters, an empty line after each head, and an end."""
        body = self.body(TextPart("charset", "utf-8"))

        self.assertEqual(
            produce(body),
            b"--example-boundary\r\n"
            b'Content-Disposition: form-data; name="charset"\r\n'
            b"\r\n"
            b"utf-8\r\n"
            b"--example-boundary\r\n"
            b'Content-Disposition: form-data; name="upload"; filename="page.html"\r\n'
            b"Content-Type: text/html\r\n"
            b"\r\n"
            b"<p>Hello.</p>\n\r\n"
            b"--example-boundary--\r\n",
        )
        self.assertEqual(
            body.content_type, b"multipart/form-data; boundary=example-boundary"
        )

    def test_length_is_known_beforehand(self) -> None:
        """In bytes, not in characters."""
        for value in ("", "x", "ü" * 100, "\udcff"):
            body = self.body(TextPart("nämé", value))

            self.assertEqual(body.length, len(produce(body)))

    def test_can_be_sent_again(self) -> None:
        """The second time is like the first."""
        body = self.body()

        self.assertEqual(produce(body), produce(body))

    def test_boundaries_cannot_be_foreseen(self) -> None:
        """Each form has its own, which nobody can have put into the file."""
        first, second = FormBody([]), FormBody([])

        self.assertNotEqual(first.content_type, second.content_type)
        self.assertRegex(
            first.content_type, rb"\Amultipart/form-data; boundary=[0-9a-f]{32}\Z"
        )

    def test_two_parsers_read_it(self) -> None:
        """Neither of them ours; and nothing is added to a value, or taken away."""
        contents = (
            b"",
            b"\r\n",
            b"--example-boundar",
            b"\r\n--example-boundary-but-longer"[:-14],
            bytes(range(256)),
            b"x" * (PIECE - 1) + b"\r\n" * 9,
        )
        for content in contents:
            self.path.write_bytes(content)
            body = self.body(TextPart("a", ""), TextPart("b", "two\r\nlines\n"))
            sent = produce(body)
            expected = [
                ("a", None, None, b""),
                ("b", None, None, b"two\r\nlines\n"),
                ("upload", "page.html", "text/html", content),
            ]

            self.assertEqual(parse_with_email(sent, body.content_type), expected)
            self.assertEqual(parse_with_multipart(sent), expected)

    def test_two_parsers_read_any_name(self) -> None:
        """One of them knows how browsers escape; for the other that is the name."""
        for name, escaped in (
            ("Büro 世界.txt", "Büro 世界.txt"),
            ('say "hi".txt', "say %22hi%22.txt"),
            ("two\r\nlines.txt", "two%0D%0Alines.txt"),
            ("semi;colon=.txt", "semi;colon=.txt"),
        ):
            path = self.path.with_name(name)
            path.write_bytes(b"x")
            self.addCleanup(path.unlink)
            body = FormBody([FilePart(name, path)], BOUNDARY)
            sent = produce(body)

            self.assertEqual(
                parse_with_email(sent, body.content_type),
                [(escaped, escaped, "text/plain", b"x")],
            )
            self.assertEqual(
                parse_with_multipart(sent), [(name, name, "text/plain", b"x")]
            )


class FilePartTests(FormTestCase):
    """Files that cannot be sent."""

    def assert_refused(self, path: Path, message: str) -> None:
        """Assert that a file is refused before anything is sent."""
        with self.assertRaises(UploadError) as caught:
            FilePart("upload", path)

        self.assertEqual(str(caught.exception), message)

    def test_must_be_there(self) -> None:
        """And is missed before anybody is asked to take it."""
        missing = self.path.with_name("missing")

        self.assert_refused(
            missing, f"cannot read {missing}: No such file or directory"
        )

    def test_must_be_a_file(self) -> None:
        """A folder has no content, a device no end, and a pipe might block."""
        fifo = self.path.with_name("fifo")
        os.mkfifo(fifo)
        self.addCleanup(fifo.unlink)
        for path in (self.path.parent, Path(os.devnull), fifo):
            self.assert_refused(path, f"{path} is not a file")


class Consumer(StringTransport):
    """Pauses its producer as soon as it has more than a little."""

    def write(self, data: bytes) -> None:
        super().write(data)
        assert self.producer is not None
        self.producer.pauseProducing()


class ProducingTests(FormTestCase):
    """How the bytes are sent."""

    def start(self) -> tuple[FormBody, Consumer, Deferred[None]]:
        """Begin to send two pieces and a bit to somebody who is soon full."""
        self.path.write_bytes(b"x" * (2 * PIECE + 1))
        body, consumer = self.body(), Consumer()
        consumer.registerProducer(body, True)
        return body, consumer, body.startProducing(consumer)

    def test_waits_for_its_consumer(self) -> None:
        """One piece at a time, and no more than was asked for."""
        body, consumer, finished = self.start()
        sizes = [len(consumer.value())]
        while not finished.called:
            consumer.clear()
            body.resumeProducing()
            sizes.append(len(consumer.value()))

        head, *pieces = sizes
        self.assertEqual(pieces[:3], [PIECE, PIECE, 1])
        self.assertEqual(head + sum(pieces), body.length)
        self.assertIsNone(self.successResultOf(finished))

    def test_can_be_stopped(self) -> None:
        """Then nothing more comes, and not even the Deferred fires."""
        body, consumer, finished = self.start()
        body.resumeProducing()
        consumer.clear()
        body.stopProducing()

        self.assertEqual(consumer.value(), b"")
        self.assertNoResult(finished)

    def test_can_be_stopped_by_its_consumer(self) -> None:
        """In the middle of a piece, as by Agent if there are too many."""

        class Stopping(StringTransport):
            def write(self, data: bytes) -> None:
                super().write(data)
                body.stopProducing()

        body, consumer = self.body(), Stopping()
        finished = body.startProducing(consumer)

        self.assertTrue(consumer.value().endswith(b"\r\n\r\n"))
        self.assertNoResult(finished)

    def test_can_be_cancelled(self) -> None:
        """The file is closed, too."""
        body, consumer, finished = self.start()
        body.resumeProducing()
        consumer.clear()
        finished.cancel()

        self.failureResultOf(finished, CancelledError)
        self.assertEqual(consumer.value(), b"")

    def change(self, action: Any) -> None:
        """Change the file in the middle, and assert that this is an error."""
        body, consumer, finished = self.start()
        body.resumeProducing()
        action()
        while not finished.called:
            body.resumeProducing()

        error = self.failureResultOf(finished, UploadError).value
        self.assertEqual(str(error), f"{self.path} was changed while it was being sent")
        self.assertNotIn(b"--example-boundary--", consumer.value())
        self.assertLess(len(consumer.value()), body.length)

    def test_notices_a_file_that_grows(self) -> None:
        """What was promised has been sent, but is not all."""

        def grow() -> None:
            with self.path.open("ab") as file:
                file.write(b"more")

        self.change(grow)

    def test_notices_a_file_that_shrinks(self) -> None:
        """There is less than was promised."""
        self.change(lambda: os.truncate(self.path, 10))

    def test_notices_a_file_that_is_written_to(self) -> None:
        """The length is what it was, the content is not."""

        def overwrite() -> None:
            with self.path.open("r+b") as file:
                file.write(b"y")
            os.utime(self.path, (1, 1))

        self.change(overwrite)

    def test_notices_a_file_that_was_replaced(self) -> None:
        """Between looking at it and sending it."""
        body = self.body()
        other = self.path.with_name("other")
        other.write_bytes(b"<p>HELLO.</p>\n")
        os.replace(other, self.path)

        self.failureResultOf(body.startProducing(StringTransport()), UploadError)

    def test_notices_a_file_that_was_removed(self) -> None:
        """Before it could be sent once more."""
        body = self.body()
        self.path.unlink()

        self.failureResultOf(body.startProducing(StringTransport()), UploadError)
