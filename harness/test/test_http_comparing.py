"""Tests of what is said when something else came."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from harness import AcceptedConnection, ReceivedRequest
from harness._http.comparing import require_requests, require_same_bytes


def received(text: str, connection: int = 1) -> ReceivedRequest:
    """Make a record."""
    method, _, target = text.partition(" ")
    accepted = AcceptedConnection(connection, "192.0.2.1:1", 0.0)
    return ReceivedRequest(method, target, "HTTP/1.1", Headers(), accepted, 0.0)


class RequireRequestsTests(SynchronousTestCase):
    """Requests, their order, and their connections."""

    def test_as_expected(self) -> None:
        """Nothing is said of what was expected."""
        require_requests([], [], None)
        require_requests([received("GET /")], ["GET /"], None)
        require_requests([received("GET /"), received("GET /", 2)], ["GET /"] * 2, 2)

    def test_others(self) -> None:
        """What is missing and what came instead stand one under the other."""
        with self.assertRaises(AssertionError) as caught:
            require_requests(
                [received("GET /a"), received("PUT /c")], ["GET /a", "GET /b"], None
            )

        self.assertEqual(
            str(caught.exception).splitlines(),
            [
                "other requests came (- expected, + came):",
                "  GET /a",
                "- GET /b",
                "+ PUT /c",
            ],
        )

    def test_connections(self) -> None:
        """Each request stands behind the number of its connection."""
        with self.assertRaises(AssertionError) as caught:
            require_requests(
                [received("GET /a"), received("GET /b", 2)], ["GET /a", "GET /b"], 1
            )

        self.assertEqual(
            str(caught.exception),
            "the requests came on 2 connections, not 1:\n1: GET /a\n2: GET /b",
        )

    def test_fewer_connections(self) -> None:
        """Fewer connections than expected are wrong too."""
        with self.assertRaisesRegex(AssertionError, "on 1 connections, not 2"):
            require_requests([received("GET /a")], ["GET /a"], 2)


class RequireSameBytesTests(SynchronousTestCase):
    """Bodies."""

    def test_same(self) -> None:
        """Nothing is said of the same bytes."""
        require_same_bytes(b"", b"")
        require_same_bytes(b"a", b"a")

    def message(self, actual: bytes, expected: bytes) -> list[str]:
        """Return what is said of two bodies."""
        with self.assertRaises(AssertionError) as caught:
            require_same_bytes(actual, expected)
        return str(caught.exception).splitlines()

    def test_short(self) -> None:
        """Short ones are shown as they are."""
        self.assertEqual(
            self.message(b"one three", b"one two"),
            [
                "the bodies differ from byte 5 on (- expected, + came):",
                "- b'one two' (7 bytes in all)",
                "+ b'one three' (9 bytes in all)",
            ],
        )

    def test_one_is_longer(self) -> None:
        """What ends too early differs from its end on."""
        self.assertIn("from byte 3 on", self.message(b"one", b"one two")[0])

    def test_long(self) -> None:
        """Of long ones that is shown which matters."""
        shown = self.message(bytes(1 << 20) + b"a", bytes(1 << 20) + b"b")

        self.assertEqual(shown[1], f"- ...{bytes(16) + b'b'!r} (1048577 bytes in all)")
