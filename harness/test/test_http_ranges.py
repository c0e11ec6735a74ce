"""Tests of parts of a page."""

from email.parser import BytesParser
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness._http.ranges import parse_ranges
from harness.test.http_case import HTTPCase


class ParseRangesTests(SynchronousTestCase):
    """What a Range field asks for."""

    def test_ranges(self) -> None:
        """From here to there, from here on, and so much of the end."""
        for text, spans in (
            ("bytes=0-3", [(0, 4)]),
            ("bytes=2-", [(2, 10)]),
            ("bytes=-3", [(7, 10)]),
            ("bytes=-30", [(0, 10)]),
            ("bytes=8-30", [(8, 10)]),
            ("Bytes = 0-0 , 9-9", [(0, 1), (9, 10)]),
        ):
            self.assertEqual(parse_ranges(text, 10), spans, text)

    def test_unsatisfiable(self) -> None:
        """What begins behind the end is left out."""
        for text in ("bytes=10-", "bytes=10-20", "bytes=-0"):
            self.assertEqual(parse_ranges(text, 10), [], text)
        self.assertEqual(parse_ranges("bytes=0-0,10-", 10), [(0, 1)])

    def test_malformed(self) -> None:
        """A field that means nothing is none."""
        for text in (
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=3-2",
            "bytes=0-1,",
            "lines=0-1",
            "bytes=1",
            "bytes=²-3",
        ):
            self.assertIsNone(parse_ranges(text, 10), text)


class RangeTests(HTTPCase):
    """Answers in part."""

    def setUp(self) -> None:
        super().setUp()
        self.fixture.page("/", b"0123456789", etag='"v1"', last_modified=60)

    def part(self, asked: str, **conditions: str) -> tuple[int, str | None, bytes]:
        """Ask for a part; return the status, what it says that it is, and the bytes."""
        headers = {name.replace("_", "-"): text for name, text in conditions.items()}
        answer = self.ask("/", headers={"Range": asked, **headers})
        return answer.status, answer.headers.get("Content-Range"), answer.body

    def test_naive(self) -> None:
        """Who does not ask for a part gets all, and learns that he could."""
        answer = self.ask("/")

        self.assertEqual((answer.status, answer.body), (200, b"0123456789"))
        self.assertEqual(answer.headers["Accept-Ranges"], "bytes")

    def test_one(self) -> None:
        """A part is sent as what it is."""
        self.assertEqual(self.part("bytes=2-4"), (206, "bytes 2-4/10", b"234"))

    def test_none(self) -> None:
        """What begins behind the end cannot be had."""
        self.assertEqual(self.part("bytes=10-"), (416, "bytes */10", b""))

    def test_malformed(self) -> None:
        """Who asks for nonsense gets all."""
        self.assertEqual(self.part("nonsense"), (200, None, b"0123456789"))

    def test_several(self) -> None:
        """Several parts come in one body, each with its own head."""
        answer = self.ask("/", headers={"Range": "bytes=0-1,8-"})
        typed = b"Content-Type: " + answer.headers["Content-Type"].encode()
        message: Any = BytesParser().parsebytes(typed + b"\r\n\r\n" + answer.body)

        self.assertEqual(answer.status, 206)
        self.assertEqual(
            [
                (part["Content-Range"], part["Content-Type"], part.get_payload())
                for part in message.get_payload()
            ],
            [
                ("bytes 0-1/10", "text/plain; charset=utf-8", "01"),
                ("bytes 8-9/10", "text/plain; charset=utf-8", "89"),
            ],
        )

    def test_several_of_no_type(self) -> None:
        """Parts of a page without a type have none either."""
        self.fixture.page("/untyped", b"0123456789", None)
        answer = self.ask("/untyped", headers={"Range": "bytes=0-1,8-"})

        self.assertNotIn(b"Content-Type", answer.body)

    def test_condition(self) -> None:
        """Who has a part of an older page gets all of the new one."""
        for condition, status in (
            ('"v1"', 206),
            ('"v2"', 200),
            ("Thu, 01 Jan 1970 00:01:00 GMT", 206),
            ("Thu, 01 Jan 1970 00:00:59 GMT", 200),
        ):
            answer = self.part("bytes=0-1", If_Range=condition)
            self.assertEqual(answer[0], status, condition)

    def test_weak_condition(self) -> None:
        """A weak tag does not say that bytes are the same."""
        self.fixture.page("/weak", b"0123456789", etag='W/"v1"')
        headers = {"Range": "bytes=0-1", "If-Range": 'W/"v1"'}

        self.assertEqual(self.ask("/weak", headers=headers).status, 200)

    def test_only_of_a_page(self) -> None:
        """An error is told in full."""
        self.fixture.status("/gone", 410, b"0123456789")
        answer = self.ask("/gone", headers={"Range": "bytes=0-1"})

        self.assertEqual((answer.status, answer.body), (410, b"0123456789"))

    def test_only_get(self) -> None:
        """Other methods know no parts."""
        answer = self.ask("/", "POST", {"Range": "bytes=0-1"})

        self.assertEqual((answer.status, answer.body), (200, b"0123456789"))
