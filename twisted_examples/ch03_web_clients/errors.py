# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_errors -*-
"""What can go wrong on the web, in one line for the person who waits.

`twisted.web.client.Agent` wraps what happened to a connection in an exception of its
own, with a list of failures inside. `explain` looks for the one that tells most.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectError, ConnectionClosed, ConnectionDone
from twisted.web.client import (
    RequestGenerationFailed,
    RequestTransmissionFailed,
    ResponseFailed,
    ResponseNeverReceived,
)
from twisted.web.http import RESPONSES


class WebError(Exception):
    """A failure whose message is one line for a person."""


class StatusError(WebError):
    """The server answered, but not with what was asked for.

    Attributes:
        code: The status code.
    """

    def __init__(self, code: int, phrase: bytes = b"") -> None:
        self.code = code
        words = printable(phrase) or printable(RESPONSES.get(code, b"Unknown Status"))
        super().__init__(f"{code} {words}")


def printable(text: bytes) -> str:
    """Decode what a server sent for people, and drop what could steer a terminal."""
    decoded = text.decode("utf-8", "replace")
    return "".join(char for char in decoded if char.isprintable()).strip()


_Wrapped = RequestGenerationFailed | RequestTransmissionFailed | ResponseFailed

#: What `reported` turns into one line. All else is a mistake of the program's.
FAILURES = (
    WebError,
    ConnectError,
    ConnectionClosed,
    SSL.Error,
    VerificationError,
    RequestGenerationFailed,
    RequestTransmissionFailed,
    ResponseFailed,
    OSError,  # a failed look-up of a name is one, too
)


def explain(error: BaseException) -> str:
    """Say in one line why a request failed."""
    if isinstance(error, _Wrapped):
        return _explain_wrapped(error)
    if isinstance(error, VerificationError):
        return "the server's certificate is not for this host"
    if isinstance(error, SSL.Error):
        return f"TLS failed: {_openssl_reason(error)}"
    if isinstance(error, OSError) and error.strerror is not None:
        return error.strerror
    return str(error)


def _explain_wrapped(error: _Wrapped) -> str:
    cause = error.reasons[0].value
    if isinstance(cause, ConnectionDone):
        return f"the server closed the connection {_progress_of(error)}"
    if isinstance(cause, FAILURES):
        return explain(cause)
    # Whatever it is, Twisted's parser stumbled over it.
    return "the server's answer is not proper HTTP"


def _progress_of(error: _Wrapped) -> str:
    """Say how far a request had come."""
    if isinstance(error, ResponseNeverReceived):
        return "without an answer"
    if isinstance(error, ResponseFailed):
        return "before its answer was complete"
    return "before the request was complete"


def _openssl_reason(error: SSL.Error) -> str:
    """Take the words out of OpenSSL's queue of (library, function, reason)."""
    queue = error.args[0] if error.args else None
    reasons = [entry[2] for entry in queue] if isinstance(queue, list) else []
    return ", ".join(filter(None, reasons)) or "the connection was cut off"


@contextmanager
def reported() -> Iterator[None]:
    """End the program with one line where a request, or saving its answer, failed.

    Raises:
        SystemExit: It did.
        CancelledError: It was cancelled while its answer was under way.
    """
    try:
        yield
    except FAILURES as error:
        if isinstance(error, _Wrapped) and error.reasons[0].check(CancelledError):
            raise CancelledError from None
        raise SystemExit(f"Error: {explain(error)}") from None
