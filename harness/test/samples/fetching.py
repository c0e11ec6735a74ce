"""A web client, small enough to be read before its tests."""

from base64 import b64encode

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone, readBody
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent


class Refused(Exception):
    """The server has not given us the page. The argument is the status."""


class TookTooLong(Exception):
    """The page had not come in time. The argument is the limit in seconds."""


async def fetch(agent: IAgent, url: str, headers: Headers | None = None) -> bytes:
    """GET a page."""
    response = await agent.request(b"GET", url.encode("ascii"), headers)
    body: bytes = await readBody(response)
    if response.code != 200:
        raise Refused(response.code)
    return body


async def fetch_within(
    seconds: float, clock: IReactorTime, agent: IAgent, url: str
) -> bytes:
    """GET a page, all of it in so many seconds."""
    response = ensureDeferred(_fetch_patiently(agent, url))
    limit = clock.callLater(seconds, response.cancel)
    try:
        return await response
    except Exception:
        # A response that is cancelled fails in a way of its own.
        if limit.active():
            raise
        raise TookTooLong(seconds) from None
    finally:
        if limit.active():
            limit.cancel()


async def _fetch_patiently(agent: IAgent, url: str) -> bytes:
    response = await agent.request(b"GET", url.encode("ascii"))
    body = Body()
    response.deliverBody(body)
    return await body.whole


class Body(Protocol):
    """Collects a body, and hangs up if it is cancelled, as ``readBody`` does not.

    Attributes:
        whole: Fires with all of it.
    """

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self._hang_up())
        self._pieces: list[bytes] = []

    def dataReceived(self, data: bytes) -> None:
        self._pieces.append(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if reason.check(ResponseDone):
            self.whole.callback(b"".join(self._pieces))
        elif not self.whole.called:  # and so not cancelled
            self.whole.errback(reason)

    def _hang_up(self) -> None:
        assert self.transport is not None
        self.transport.loseConnection()


async def fetch_as(agent: IAgent, url: str, user: str, password: str) -> bytes:
    """GET a page, and say who we are if the server asks for it."""
    response = await agent.request(b"GET", url.encode("ascii"))
    challenges = response.headers.getRawHeaders("WWW-Authenticate", [])
    await readBody(response)
    if not any(text.lower().startswith("basic ") for text in challenges):
        raise Refused(response.code)
    pair = b64encode(f"{user}:{password}".encode()).decode("ascii")
    return await fetch(agent, url, Headers({"Authorization": [f"Basic {pair}"]}))
