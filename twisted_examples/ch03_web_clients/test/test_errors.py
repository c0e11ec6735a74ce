"""Tests of the one line that says what went wrong."""

import errno
from typing import Any

from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone, ConnectionLost, DNSLookupError
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import (
    RequestGenerationFailed,
    RequestTransmissionFailed,
    ResponseFailed,
    ResponseNeverReceived,
)

from twisted_examples.ch03_web_clients.errors import (
    StatusError,
    WebError,
    explain,
    printable,
    reported,
)


class StatusErrorTests(SynchronousTestCase):
    """A status as a message."""

    def test_words(self) -> None:
        """The server's own words, or else those of the standard, or none at all."""
        for code, phrase, message in (
            (404, b"Not Found", "404 Not Found"),
            (404, b"Nowhere", "404 Nowhere"),
            (404, b"", "404 Not Found"),
            (404, b"\x1b\x07", "404 Not Found"),
            (599, b"", "599 Unknown Status"),
        ):
            self.assertEqual(str(StatusError(code, phrase)), message)
        self.assertEqual(StatusError(404).code, 404)


class PrintableTests(SynchronousTestCase):
    """What a server says, on a terminal of ours."""

    def test_keeps_words(self) -> None:
        """In any language."""
        self.assertEqual(printable("Grüße, 世界".encode()), "Grüße, 世界")

    def test_drops_what_steers_a_terminal(self) -> None:
        """No escape sequence gets through, and nothing that is not text."""
        self.assertEqual(printable(b"\x1b[31m red \r\n\x9b"), "[31m red �")


class ExplainTests(SynchronousTestCase):
    """What `explain` makes of what Twisted raises."""

    def assert_explained(self, error: BaseException, message: str) -> None:
        """Assert what is said about an error."""
        self.assertEqual(explain(error), message)

    def assert_wrapped(self, wrapper: Any, cause: Exception, message: str) -> None:
        """Assert what is said about an error that Agent has wrapped."""
        self.assert_explained(wrapper([Failure(cause)]), message)

    def test_own_errors(self) -> None:
        """They are in plain words already."""
        self.assert_explained(WebError("it is raining"), "it is raining")
        self.assert_wrapped(ResponseFailed, WebError("too wet"), "too wet")
        self.assert_wrapped(RequestGenerationFailed, WebError("no ink"), "no ink")

    def test_closed_connections(self) -> None:
        """How far it had come is said, since that is all there is to say."""
        for wrapper, message in (
            (ResponseNeverReceived, "without an answer"),
            (ResponseFailed, "before its answer was complete"),
            (RequestTransmissionFailed, "before the request was complete"),
        ):
            self.assert_wrapped(
                wrapper, ConnectionDone(), f"the server closed the connection {message}"
            )

    def test_lost_connections(self) -> None:
        """The system's words say more."""
        self.assert_wrapped(
            ResponseFailed,
            ConnectionLost("Connection reset by peer"),
            "Connection to the other side was lost in a non-clean fashion: "
            "Connection reset by peer.",
        )

    def test_names(self) -> None:
        """A failed look-up is an error of the system's, but has no number."""
        self.assert_explained(
            DNSLookupError("no results for hostname lookup: no.test"),
            "DNS lookup failed: no results for hostname lookup: no.test.",
        )

    def test_errors_of_the_system(self) -> None:
        """Without their number."""
        self.assert_explained(
            OSError(errno.EIO, "Input/output error"), "Input/output error"
        )

    def test_parser(self) -> None:
        """Whatever Twisted's parser raises, it is the server's fault."""
        for cause in (ValueError("x"), KeyError(b"brotli"), IndexError(3)):
            self.assert_wrapped(
                ResponseFailed, cause, "the server's answer is not proper HTTP"
            )

    def test_certificates(self) -> None:
        """For another host, or from nobody who is known."""
        self.assert_wrapped(
            ResponseNeverReceived,
            VerificationError([]),
            "the server's certificate is not for this host",
        )
        verify_failed = [("SSL routines", "", "certificate verify failed")]
        self.assert_wrapped(
            ResponseNeverReceived,
            SSL.Error(verify_failed),
            "TLS failed: certificate verify failed",
        )

    def test_tls_without_words(self) -> None:
        """OpenSSL does not always say what it is about."""
        for error in (
            SSL.Error(),
            SSL.Error([]),
            SSL.Error([("", "", "")]),
            SSL.SysCallError(-1, "Unexpected EOF"),
        ):
            self.assert_explained(error, "TLS failed: the connection was cut off")


class ReportedTests(SynchronousTestCase):
    """Failures as the end of a program."""

    def test_ends_with_one_line(self) -> None:
        """What can be expected to go wrong is said in one line."""
        with self.assertRaises(SystemExit) as caught, reported():
            raise StatusError(404)

        self.assertEqual(caught.exception.code, "Error: 404 Not Found")

    def test_lets_cancellations_through(self) -> None:
        """A request that was cancelled has not failed, wherever it was by then."""
        cancelled = CancelledError()
        for error in (cancelled, ResponseNeverReceived([Failure(cancelled)])):
            with self.assertRaises(CancelledError), reported():
                raise error

    def test_lets_mistakes_through(self) -> None:
        """What is a mistake of ours is not blamed on anybody else."""
        with self.assertRaises(ZeroDivisionError), reported():
            raise ZeroDivisionError

    def test_is_silent_otherwise(self) -> None:
        """Nothing happens if nothing has happened."""
        with reported():
            done = True

        self.assertTrue(done)
