# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_agents -*-
"""An agent that comes to an end, with TLS on the reactor's own clock.

`WebAgent` is `twisted.web.client.Agent` on the connections of this chapter. Other
agents of the chapter are put around it, each with one task: redirects, passwords.
"""

from inspect import signature
from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IStreamClientEndpoint
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.components import proxyForInterface
from twisted.python.failure import Failure
from twisted.web.client import (
    URI,
    Agent,
    BrowserLikePolicyForHTTPS,
    ResponseFailed,
)
from twisted.web.error import SchemeNotSupported
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import (
    IAgent,
    IAgentEndpointFactory,
    IBodyProducer,
    IPolicyForHTTPS,
    IResponse,
)
from zope.interface import Interface, implementer

from twisted_examples.ch03_web_clients.connections import (
    Connection,
    ConnectionEndpoint,
)
from twisted_examples.command import IReactor


class IReplayableBody(IBodyProducer, Interface):
    """A body that can be sent more than once.

    Each call of ``startProducing`` begins at its beginning. So it can follow a
    redirect, or be sent again with a password.
    """


def can_be_sent_again(body: IBodyProducer | None) -> bool:
    """Say whether a request with this body, or none, can be made once more."""
    return body is None or IReplayableBody.providedBy(body)


@implementer(IAgent)
class WebAgent:
    """Makes each request on a connection of its own, which ends when nothing moves.

    Args:
        reactor: What connects, and what measures time: TLS's, too.
        timeout: The seconds that connecting may take, and after it any silence.
        policy: Whose certificates are good; the platform's authorities unless told.
    """

    def __init__(
        self, reactor: IReactor, timeout: float, policy: IPolicyForHTTPS | None = None
    ) -> None:
        self._reactor = reactor
        self._timeout = timeout
        self._policy = BrowserLikePolicyForHTTPS() if policy is None else policy

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        route = Route(self._reactor, self._timeout, self._policy)
        agent = Agent.usingEndpointFactory(self._reactor, route)
        requesting = agent.request(method, uri, headers, bodyProducer)
        joining: Deferred[IResponse] = requesting.addCallback(route.join)
        return joining


@implementer(IAgentEndpointFactory)
class Route:
    """The way of one request, and of its answer."""

    _endpoint: ConnectionEndpoint

    def __init__(
        self, reactor: IReactor, timeout: float, policy: IPolicyForHTTPS
    ) -> None:
        self._reactor = reactor
        self._timeout = timeout
        self._policy = policy

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        if uri.scheme not in (b"http", b"https"):
            raise SchemeNotSupported(f"Unsupported scheme: {uri.scheme!r}")
        host = uri.host.decode("ascii")
        endpoint: IStreamClientEndpoint = HostnameEndpoint(
            self._reactor, host, uri.port, timeout=self._timeout
        )
        if uri.scheme == b"https":
            creator = self._policy.creatorForNetloc(uri.host, uri.port)
            # Twisted before 23.10 has no use for a clock here.
            has_clock = "clock" in signature(wrapClientTLS).parameters
            options = {"clock": self._reactor} if has_clock else {}
            endpoint = wrapClientTLS(creator, endpoint, **options)
        self._endpoint = ConnectionEndpoint(endpoint, self._reactor, self._timeout)
        return self._endpoint

    def join(self, response: IResponse) -> "WebResponse":
        """Tell the answer about its connection."""
        return WebResponse(response, self._endpoint.connection)


class WebResponse(proxyForInterface(IResponse)):  # type: ignore[misc]
    """An answer that knows how its connection ended.

    If a page says nothing of its length it ends where the connection ends. For Agent
    that is always a potential loss of data. Here, it is one after a proper close only.
    After a reset, or a TLS connection that was cut off, it is a failure (RFC 9112,
    section 8): the page may have been meant to go on.
    """

    def __init__(self, original: IResponse, connection: Connection) -> None:
        super().__init__(original)
        self._connection = connection

    def deliverBody(self, protocol: IProtocol) -> None:
        end = BodyEnd(protocol, cast(IResponse, self), self._connection)
        self.original.deliverBody(end)


class BodyEnd(Protocol):
    """Passes a body on, and in the end says how it truly ended."""

    def __init__(
        self, protocol: IProtocol, response: IResponse, connection: Connection
    ) -> None:
        self._protocol = protocol
        self._response = response
        self._connection = connection

    def connectionMade(self) -> None:
        assert self.transport is not None
        self._protocol.makeConnection(self.transport)

    def dataReceived(self, data: bytes) -> None:
        self._protocol.dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if reason.check(PotentialDataLoss) and not self._connection.ended_cleanly:
            cause = self._connection.lost_reason or reason
            reason = Failure(ResponseFailed([cause], self._response))
        self._protocol.connectionLost(reason)
