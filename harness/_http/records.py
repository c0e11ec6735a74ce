# -*- test-case-name: harness.test.test_http_fixture -*-
"""What a test is told about the requests that came, and about their connections."""

from dataclasses import dataclass, field

from twisted.web.http_headers import Headers

from harness._http.uploads import FormPart, parse_form


@dataclass(eq=False)
class AcceptedConnection:
    """A connection that a client has made to a `HTTPFixture`.

    Attributes:
        number: 1 for the first of the fixture.
        peer: The client's address and port.
        opened_at: When it was made, in virtual seconds.
        closed_at: When it was lost, or None while it is not.
        requests: What came on it, in order.
    """

    number: int
    peer: str
    opened_at: float
    closed_at: float | None = None
    requests: "list[ReceivedRequest]" = field(default_factory=list, repr=False)


@dataclass(eq=False)
class ReceivedRequest:
    """A request that has come to a `HTTPFixture`, from the end of its head on.

    Attributes:
        method: Such as ``"GET"``.
        target: What was asked for, as it stands in the request.
        version: Such as ``"HTTP/1.1"``.
        headers: Its fields.
        connection: What it came on.
        time: When its head was whole, in virtual seconds.
        completed_at: When its body was whole too, or None while it is not.
    """

    method: str
    target: str
    version: str
    headers: Headers = field(repr=False)
    connection: AcceptedConnection
    time: float
    completed_at: float | None = None
    _pieces: list[bytes] = field(default_factory=list, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.target}"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def body(self) -> bytes:
        """All of the body that has come so far, without its framing."""
        return b"".join(self._pieces)

    def header(self, name: str) -> str | None:
        """Return the one value of a field, or None if it is not there.

        Raises:
            ValueError: The field is there more than once.
        """
        values = self.headers.getRawHeaders(name, [])
        if len(values) > 1:
            raise ValueError(f"{self} has {len(values)} fields {name}: {values}")
        return values[0] if values else None

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, by name."""
        pairs = "; ".join(self.headers.getRawHeaders("Cookie", [])).split("; ")
        return dict(_pair(text) for text in pairs if text)

    def form(self) -> list[FormPart]:
        """Read the body as a form, by means of the standard library.

        Raises:
            ValueError: It is none, or malformed.
        """
        return parse_form(self.header("Content-Type"), self.body)

    def receive(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._pieces.append(piece)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()
