# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_authenticating -*-
"""Ask for a password when a server does, and tell it to nobody else."""

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from twisted.internet.defer import Deferred
from twisted.web.client import URI
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from twisted_examples.ch03_web_clients.agents import can_be_sent_again
from twisted_examples.ch03_web_clients.authorization import (
    Credentials,
    Use,
    authorize,
    choose,
    is_stale,
)
from twisted_examples.ch03_web_clients.bodies import discard
from twisted_examples.ch03_web_clients.challenges import Challenge, parse_challenges
from twisted_examples.ch03_web_clients.redirects import Request
from twisted_examples.ch03_web_clients.urls import Origin, origin_of

#: How often the user is asked: once, and at most twice again.
MOST_QUESTIONS = 3
#: How often credentials are shown again because the server's nonce has grown old.
MOST_REPEATS = 3

#: Is told who wants to know, and what for: the origin and the realm.
Ask = Callable[[Origin, str], Awaitable[Credentials]]

#: What credentials are for: origin, scheme and realm.
Space = tuple[Origin, str, str]


@dataclass
class Attempt:
    """How far it has come with one request.

    Attributes:
        shown: The credentials that the server was shown last, if any.
        questions: How often the user may still be asked.
        repeats: How often credentials may still be shown without a question.
    """

    shown: Credentials | None = None
    questions: int = MOST_QUESTIONS
    repeats: int = MOST_REPEATS


@implementer(IAgent)
class AuthenticatingAgent:
    """Answers challenges on behalf of another agent.

    Credentials are asked for when a challenge has come that can be answered, and sent
    to the origin that sent it, for the realm that it named. What was accepted there
    is not asked for twice, unless another scheme is to carry it: a password that was
    proved by Digest is not told by Basic behind the user's back.

    If redirects are followed, that is the business of an agent around this one, so
    that each of the requests is a new one here.

    Args:
        agent: What makes the requests.
        ask: Asks the user.
        make_cnonce: Makes what Digest needs to be unforeseeable.
    """

    def __init__(
        self,
        agent: IAgent,
        ask: Ask,
        make_cnonce: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._agent = agent
        self._ask = ask
        self._make_cnonce = make_cnonce
        self._accepted: dict[Space, Credentials] = {}
        self._uses: Counter[str] = Counter()

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        request = Request(method, uri, headers or Headers(), bodyProducer)
        return Deferred.fromCoroutine(self._authenticate(request))

    async def _authenticate(self, request: Request) -> IResponse:
        response = await self._send(request, request.headers)
        if request.headers.hasHeader(b"Authorization"):
            return response  # the caller has credentials of its own
        origin, attempt = origin_of(request.url), Attempt()
        while challenge := self._answerable(request, response):
            space = origin, challenge.scheme, challenge.realm
            known = self._known(challenge, space, attempt)
            if (attempt.repeats if known else attempt.questions) == 0:
                self._accepted.pop(space, None)
                break
            discard(response)
            if known:
                attempt.repeats -= 1
            else:
                attempt.questions -= 1
            attempt.shown = known or await self._ask(origin, challenge.realm)
            headers = self._authorized(request, challenge, attempt.shown)
            response = await self._send(request, headers)
            if response.code != 401:
                self._accepted[space] = attempt.shown
        return response

    async def _send(self, request: Request, headers: Headers) -> IResponse:
        return await self._agent.request(
            request.method, request.url, headers, request.body
        )

    def _answerable(self, request: Request, response: IResponse) -> Challenge | None:
        """Choose a challenge to be answered, if the answer is one."""
        if response.code != 401 or not can_be_sent_again(request.body):
            return None
        fields = response.headers.getRawHeaders(b"WWW-Authenticate", [])
        return choose(parse_challenges(fields))

    def _known(
        self, challenge: Challenge, space: Space, attempt: Attempt
    ) -> Credentials | None:
        """Return credentials that need no question: they have not been refused."""
        if attempt.shown is None:
            return self._accepted.get(space)
        return attempt.shown if is_stale(challenge) else None

    def _authorized(
        self, request: Request, challenge: Challenge, credentials: Credentials
    ) -> Headers:
        nonce = challenge.parameters.get("nonce", "")
        self._uses[nonce] += 1
        use = Use(
            request.method,
            URI.fromBytes(request.url).originForm,
            self._make_cnonce(),
            self._uses[nonce],
        )
        headers = request.headers.copy()
        value = authorize(challenge, credentials, use)
        headers.setRawHeaders(b"Authorization", [value])
        return headers
