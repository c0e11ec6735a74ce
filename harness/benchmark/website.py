# -*- test-case-name: harness.test.test_benchmark_website -*-
"""The page that is got, and what getting it takes with no reactor at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, ensureDeferred, succeed
from twisted.internet.interfaces import (
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import connectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.web.client import URI, Agent, HTTPConnectionPool, readBody
from twisted.web.iweb import IAgent, IAgentEndpointFactory
from twisted.web.resource import Resource
from twisted.web.server import Site
from twisted.web.static import Data
from zope.interface import implementer

from harness.benchmark.measuring import Contender

BODY = b"Hello, world!\n"
URL = b"http://127.0.0.1:8000/hello"


def hello_site(clock: IReactorTime) -> Site:
    """Make a site of one page, ``/hello``."""
    root = Resource()
    root.putChild(b"hello", Data(BODY, "text/plain"))
    site = Site(root, reactor=clock)
    site.noisy = False
    return site


async def fetch(agent: IAgent, url: bytes) -> bytes:
    """GET one page."""
    response = await agent.request(b"GET", url)
    body: bytes = await readBody(response)
    return body


class SoloClient:
    """An agent whose connections lead nowhere: responses are put into its hands."""

    def __init__(self, clock: IReactorTime, persistent: bool) -> None:
        self._persistent = persistent
        self._line = DeadLine()
        self._agent = Agent.usingEndpointFactory(
            clock, self._line, HTTPConnectionPool(clock, persistent)
        )

    def request(self) -> bytes:
        """Return the bytes of a request, which is left without an answer."""
        ensureDeferred(fetch(self._agent, URL))
        written: bytes = self._line.transport.value()
        return written

    def get(self, response: bytes) -> bytes:
        """Ask for the page, and be answered with ``response``."""
        bodies: list[bytes] = []
        ensureDeferred(fetch(self._agent, URL)).addCallback(bodies.append)
        self._line.protocol.dataReceived(response)
        if not self._persistent:
            self._line.protocol.connectionLost(connectionDone)
        return bodies.pop()


@implementer(IStreamClientEndpoint, IAgentEndpointFactory)
class DeadLine:
    """Connects at once, to nobody."""

    protocol: IProtocol
    transport: StringTransport

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        return self

    def connect(self, factory: IProtocolFactory) -> "Deferred[IProtocol]":
        protocol = factory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 8000))
        assert protocol is not None
        self.protocol, self.transport = protocol, StringTransport()
        protocol.makeConnection(self.transport)
        return succeed(protocol)


class SoloServer:
    """A site whose connections come from nowhere: requests are pushed over it."""

    def __init__(self, clock: IReactorTime, persistent: bool) -> None:
        self._persistent = persistent
        self._site = hello_site(clock)
        self._connect()

    def _connect(self) -> None:
        self._channel = self._site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 9000))
        self._transport = StringTransport()
        self._channel.makeConnection(self._transport)

    def serve(self, request: bytes) -> bytes:
        """Return the bytes of the response."""
        self._channel.dataReceived(request)
        response: bytes = self._transport.value()
        self._transport.clear()
        if not self._persistent:
            self._channel.connectionLost(connectionDone)
            self._connect()
        return response


def web_floor(gets: int, persistent: bool) -> Contender:
    """Hand a recorded request to the server, and the server's answer to the client."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        clock = Clock()
        client, server = SoloClient(clock, persistent), SoloServer(clock, persistent)
        request = SoloClient(clock, persistent).request()

        def work() -> int:
            bodies = [client.get(server.serve(request)) for _ in range(gets)]
            return bodies.count(BODY)

        yield work

    return Contender(prepare, gets)
