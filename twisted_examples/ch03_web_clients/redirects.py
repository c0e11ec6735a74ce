# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_redirects -*-
"""Go where a server sends us, and take along only what is meant for that place.

Twisted's own agents resolve a second relative redirect against the first page, and
make a GET of a POST that was redirected by a 308.
"""

from dataclasses import dataclass

from twisted.internet.defer import Deferred
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from twisted_examples.ch03_web_clients.agents import can_be_sent_again
from twisted_examples.ch03_web_clients.bodies import discard
from twisted_examples.ch03_web_clients.errors import WebError, printable
from twisted_examples.ch03_web_clients.urls import origin_of, resolve

MOST_REDIRECTS = 10

_REDIRECTS = frozenset({301, 302, 303, 307, 308})

#: Headers that are for one origin only.
_PERSONAL = (b"Authorization", b"Cookie", b"Host", b"Proxy-Authorization")

#: Headers that speak of the body (RFC 9110, section 15.4).
_ABOUT_THE_BODY = (
    b"Content-Encoding",
    b"Content-Language",
    b"Content-Length",
    b"Content-Location",
    b"Content-Type",
    b"Transfer-Encoding",
)


class RedirectError(WebError):
    """A redirect that leads nowhere."""


@dataclass(frozen=True)
class Request:
    """What is asked of a server."""

    method: bytes
    url: bytes
    headers: Headers
    body: IBodyProducer | None = None


def method_after(code: int, method: bytes) -> bytes:
    """Choose the method with which a redirect is followed (RFC 9110, section 15.4).

    301 and 302 make a GET of a POST, as every browser does. 307 and 308 were
    introduced because of that, and change nothing.
    """
    becomes_get = code == 303 and method != b"HEAD"
    return b"GET" if becomes_get or (code < 303 and method == b"POST") else method


def redirected(request: Request, code: int, location: bytes) -> Request:
    """Make the request that follows a redirect.

    Args:
        request: What was redirected.
        code: The status: 301, 302, 303, 307 or 308.
        location: Where to, seen from the page that was asked for.

    Raises:
        RedirectError: There is no such place, or the body cannot be sent again.
    """
    try:
        url = resolve(request.url, location)
    except ValueError as error:
        raise RedirectError(f"a redirect leads nowhere: {error}") from error
    method = method_after(code, request.method)
    body = request.body if method == request.method else None
    if not can_be_sent_again(body):
        raise RedirectError("the server redirects a body that cannot be sent again")
    dropped: tuple[bytes, ...] = _ABOUT_THE_BODY if body is None else ()
    if origin_of(url) != origin_of(request.url):
        dropped += _PERSONAL
    return Request(method, url, _without(request.headers, dropped), body)


def _without(headers: Headers, names: tuple[bytes, ...]) -> Headers:
    kept = headers.copy()
    for name in names:
        kept.removeHeader(name)
    return kept


def location_of(response: IResponse) -> bytes | None:
    """Return where an answer redirects to, or None if it does not.

    Raises:
        RedirectError: It names several places.
    """
    if response.code not in _REDIRECTS:
        return None
    locations = set(response.headers.getRawHeaders(b"Location", []))
    if len(locations) > 1:
        places = " and ".join(sorted(map(printable, locations)))
        raise RedirectError(f"a redirect leads to several places: {places}")
    return locations.pop() if locations else None


@implementer(IAgent)
class RedirectingAgent:
    """Follows redirects on behalf of another agent.

    Args:
        agent: What makes the requests.
        limit: How many redirects are followed.
    """

    def __init__(self, agent: IAgent, limit: int = MOST_REDIRECTS) -> None:
        self._agent = agent
        self._limit = limit

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        request = Request(method, uri, headers or Headers(), bodyProducer)
        return Deferred.fromCoroutine(self._follow(request))

    async def _follow(self, request: Request) -> IResponse:
        seen: set[tuple[bytes, bytes]] = set()
        previous: IResponse | None = None
        while len(seen) <= self._limit:
            seen.add((request.method, request.url))
            response = await self._ask(request)
            response.setPreviousResponse(previous)
            next_request = self._next(request, response)
            if next_request is None:
                return response
            if (next_request.method, next_request.url) in seen:
                raise RedirectError("the redirects go round in a circle")
            previous, request = response, next_request
        raise RedirectError(f"there are more than {self._limit} redirects")

    async def _ask(self, request: Request) -> IResponse:
        return await self._agent.request(
            request.method, request.url, request.headers, request.body
        )

    def _next(self, request: Request, response: IResponse) -> Request | None:
        """Make the request that an answer asks for, if it is a redirect."""
        try:
            location = location_of(response)
            if location is None:
                return None
            following = redirected(request, response.code, location)
        except RedirectError:
            discard(response)
            raise
        discard(response)
        return following
