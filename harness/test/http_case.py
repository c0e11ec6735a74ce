"""A web server, a client on another machine, and the most naive way to ask."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.task import Cooperator
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, readBody
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent

from harness import HTTPFixture, Network, RecordingProtocol


class Answer(NamedTuple):
    """What a client has got.

    Attributes:
        status: The code.
        headers: The fields, of those that came more than once the last.
        body: The bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(
    agent: IAgent,
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: Any = None,
) -> Answer:
    """Ask with an agent and ``readBody``, as many programs do, and trust the answer."""
    fields = Headers({name: [value] for name, value in (headers or {}).items()})
    response: Any = await agent.request(
        method.encode("ascii"), url.encode("ascii"), fields, body
    )
    received = {
        name.decode("ascii"): values[-1].decode("latin-1")
        for name, values in response.headers.getAllRawHeaders()
    }
    return Answer(response.code, received, await readBody(response))


class HTTPCase(SynchronousTestCase):
    """Has a network with a server and a client on machines of their own.

    Attributes:
        network: It.
        server: The machine of the fixture.
        client: Another.
        fixture: On port 80 of the server.
        agent: Twisted's own, on the client. It keeps no connection.
    """

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.80")
        self.client = self.network.host("client", "192.0.2.1")
        self.fixture = self.serve()
        self.agent: IAgent = Agent(self.client.reactor)

    def serve(
        self, certificate: str | None = None, port: int | None = None
    ) -> HTTPFixture:
        """Have one more fixture on the server, for the length of the test."""
        fixture = HTTPFixture(self.server, certificate, port=port)
        self.addCleanup(lambda: self.network.run_until(fixture.stop()))
        return fixture

    def persistent(self) -> tuple[IAgent, HTTPConnectionPool]:
        """Make an agent that keeps its connections, for the length of the test."""
        pool = HTTPConnectionPool(self.client.reactor)
        self.addCleanup(lambda: self.network.run_until(pool.closeCachedConnections()))
        return Agent(self.client.reactor, pool=pool), pool

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask the fixture with the agent, and wait for the answer."""
        producer = None if body is None else self.producer(body)
        return self.network.run_until(
            ask(self.agent, self.fixture.url(path), method, headers, producer)
        )

    def producer(self, body: bytes) -> FileBodyProducer:
        """Make a producer of a request's body, on virtual time."""
        cooperator = Cooperator(
            scheduler=lambda step: self.client.reactor.callLater(0, step)
        )
        producer: FileBodyProducer = FileBodyProducer(BytesIO(body), cooperator, 1024)
        return producer

    def send(self, data: bytes) -> RecordingProtocol:
        """Send bytes to the fixture, and look at what comes back."""
        protocol = RecordingProtocol()
        endpoint = HostnameEndpoint(self.client.reactor, "server", self.fixture.port)
        self.network.run_until(connectProtocol(endpoint, protocol))
        assert protocol.transport is not None
        protocol.transport.write(data)
        self.network.flush()
        return protocol
