"""An agent that answers at once, from a list, and remembers what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.interfaces import IProtocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http_headers import Headers
from twisted.web.iweb import (
    UNKNOWN_LENGTH,
    IAgent,
    IBodyProducer,
    IClientRequest,
    IResponse,
)
from zope.interface import implementer

from twisted_examples.ch03_web_clients.agents import IReplayableBody


@implementer(IClientRequest)
@dataclass
class Asked:
    """A request that was made.

    Attributes:
        body: The bytes that were sent along, or None if there was no body.
    """

    method: bytes
    absoluteURI: bytes
    headers: Headers
    body: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method.decode()} {self.absoluteURI.decode()}"

    def header(self, name: bytes) -> bytes | None:
        """Return the value of a header, or None."""
        values: list[bytes | None] = [None]
        values[1:] = self.headers.getRawHeaders(name, [])
        return values[-1]


@implementer(IResponse)
class Answer:
    """An answer whose body has come already.

    Attributes:
        is_discarded: Whether it was told that nobody wants the body.
    """

    version = (b"HTTP", 1, 1)
    request: Any = None
    previousResponse: IResponse | None = None

    def __init__(
        self,
        data: bytes = b"",
        code: int = 200,
        headers: Mapping[bytes, Sequence[bytes]] | None = None,
        length: Any = UNKNOWN_LENGTH,
    ) -> None:
        self.code = code
        self.phrase = b""
        self.headers = Headers({name: [*v] for name, v in (headers or {}).items()})
        self.length = length
        self._data = data
        self._transport = StringTransport()

    @property
    def is_discarded(self) -> bool:
        """Whether the connection was given up."""
        return self._transport.producerState == "stopped"

    def deliverBody(self, protocol: IProtocol) -> None:
        protocol.makeConnection(self._transport)
        protocol.dataReceived(self._data)
        protocol.connectionLost(Failure(ResponseDone()))

    def setPreviousResponse(self, response: IResponse) -> None:
        self.previousResponse = response


def redirect(code: int, *locations: bytes) -> Answer:
    """Make an answer that redirects."""
    return Answer(code=code, headers={b"Location": locations})


def challenge(*fields: bytes) -> Answer:
    """Make an answer that wants a password."""
    return Answer(code=401, headers={b"WWW-Authenticate": fields})


@implementer(IAgent)
@dataclass
class ScriptedAgent:
    """Gives one answer after the other.

    Attributes:
        answers: They. An exception among them is raised.
        asked: What it was asked so far.
    """

    answers: list[Answer]
    asked: list[Asked] = field(default_factory=list)

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        sent = StringTransport()
        if bodyProducer is not None:
            maybeDeferred(bodyProducer.startProducing, sent)
        body = None if bodyProducer is None else sent.value()
        asked = Asked(method, uri, headers or Headers(), body)
        self.asked.append(asked)
        answer = self.answers.pop(0)
        answer.request = asked
        return succeed(answer)


@implementer(IBodyProducer)
class OnceBody:
    """A body that can be sent once."""

    def __init__(self, data: bytes) -> None:
        self.length = len(data)
        self._data = data

    def startProducing(self, consumer: Any) -> Deferred[None]:
        consumer.write(self._data)
        return succeed(None)

    def pauseProducing(self) -> None:
        """Too late."""

    def resumeProducing(self) -> None:
        """Nothing is left to be done."""

    def stopProducing(self) -> None:
        """Nothing is left to be stopped."""


@implementer(IReplayableBody)
class BytesBody(OnceBody):
    """A body that can be sent again and again."""
