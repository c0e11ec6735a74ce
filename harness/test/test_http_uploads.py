"""Tests of forms that came."""

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from harness._http.uploads import FormPart, parse_form
from harness.test.http_case import HTTPCase

FORM = "multipart/form-data; boundary=B"


def part(disposition: str, body: bytes, content_type: str | None = None) -> bytes:
    """Write one part, and the boundary before it."""
    head = f"--B\r\nContent-Disposition: {disposition}\r\n"
    if content_type is not None:
        head += f"Content-Type: {content_type}\r\n"
    return head.encode() + b"\r\n" + body + b"\r\n"


class ParseFormTests(SynchronousTestCase):
    """Forms as a reader of the standard library sees them."""

    def test_parts(self) -> None:
        """Each part has its name, its file name, its type and its bytes."""
        body = (
            part('form-data; name="a"', b"1")
            + part('form-data; name="f"; filename="%22x%22.txt"', b"", "text/plain")
            + part('form-data; name="Grüße"', "é".encode())
            + b"--B--\r\n"
        )

        self.assertEqual(
            parse_form(FORM, body),
            [
                FormPart("a", None, None, b"1"),
                FormPart("f", "%22x%22.txt", "text/plain", b""),
                FormPart("Grüße", None, None, "é".encode()),
            ],
        )

    def test_any_bytes(self) -> None:
        """No byte of a file is changed, whatever looks like the end of a line."""
        random = Random(0)
        for _ in range(200):
            size = random.randrange(12)
            content = bytes(random.choices(b"\r\n\0\xff-aB\x0b\x0c\x85\x1a :", k=size))
            body = part('form-data; name="f"', content, "text/plain") + b"--B--\r\n"

            self.assertEqual(parse_form(FORM, body)[0].body, content)

    def test_file_that_is_a_message(self) -> None:
        """A file is bytes, though its type be one that is read further."""
        for kind in ("message/rfc822", "multipart/mixed; boundary=C", "text/html"):
            content = b"Subject: x\r\n\r\n--C\r\n\r\n"
            body = part('form-data; name="f"', content, kind) + b"--B--\r\n"

            self.assertEqual(
                parse_form(FORM, body), [FormPart("f", None, kind, content)]
            )

    def test_malformed(self) -> None:
        """What is wrong with a form is said."""
        good = part('form-data; name="a"', b"1")
        for content_type, body, message in (
            ("text/plain", good + b"--B--\r\n", "not a form but text/plain"),
            (None, b"", "not a form but None"),
            ("multipart/form-data", good + b"--B--\r\n", "malformed form"),
            (FORM, good, "malformed form"),
            (FORM, good[2:] + b"--B--\r\n", "malformed form"),
            (FORM, b"", "malformed form"),
            (FORM, good.replace(b"\r\n\r\n", b"\r\n") + b"--B--\r\n", "malformed form"),
            (FORM, b"before\r\n" + good + b"--B--\r\n", "outside of the boundaries"),
            (FORM, good + b"--B--\r\nbehind", "outside of the boundaries"),
            (FORM, part("attachment", b"") + b"--B--\r\n", "no field: attachment"),
            (FORM, part("form-data", b"") + b"--B--\r\n", "no field: form-data"),
            (FORM, b"--B\r\nX: 1\r\n\r\n1\r\n--B--\r\n", "no field: None"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                self.fail(str(parse_form(content_type, body)))


class ReceivedFormTests(HTTPCase):
    """Forms that came to a fixture."""

    def test_form(self) -> None:
        """A request's body can be read as a form."""
        self.fixture.page("/upload", b"thanks")
        body = part('form-data; name="a"', b"1") + b"--B--\r\n"
        answer = self.ask("/upload", "POST", {"Content-Type": FORM}, body)
        (request,) = self.fixture.requests

        self.assertEqual(answer.body, b"thanks")
        self.assertEqual(request.form(), [FormPart("a", None, None, b"1")])
