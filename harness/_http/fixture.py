# -*- test-case-name: harness.test.test_http_fixture -*-
"""A web server on a machine of a network, with all that a client must survive."""

from functools import cache, partial
from random import Random
from types import TracebackType
from typing import Any

from twisted.internet.defer import (
    Deferred,
    DeferredList,
    ensureDeferred,
    gatherResults,
    maybeDeferred,
)
from twisted.internet.ssl import Certificate, CertificateOptions, PrivateCertificate
from twisted.web.client import (
    Agent,
    BrowserLikePolicyForHTTPS,
    HTTPConnectionPool,
)

from harness._data import fixture_bytes
from harness._host import Host
from harness._http.comparing import require_requests, require_same_bytes
from harness._http.misbehaviour import Misbehaviour
from harness._http.names import NAMES, is_certified
from harness._http.records import AcceptedConnection, ReceivedRequest
from harness._http.routes import Routes
from harness._http.site import FixtureSite
from harness._http.vocabulary import Vocabulary

DEFAULT_PORTS = {"http": 80, "https": 443}


@cache  # it takes as long as a short conversation
def _authority() -> Certificate:
    return Certificate.loadPEM(fixture_bytes("certificates", "authority.pem"))


class HTTPFixture(Vocabulary, Misbehaviour):
    """A web server that behaves as well, or as badly, as a test wants it to.

    It is Twisted's own ``Site`` on a machine of a `Network`, and it listens as soon as
    it is made. Every request is recorded. Use it as a context manager, or call `stop`
    at the end of the test, and nothing of it is left.

    Attributes:
        host: The machine that it is on.
        name: What it is called in its URLs.
        port: Where it listens.
        scheme: ``"http"`` or ``"https"``.
    """

    def __init__(
        self,
        host: Host,
        certificate: str | None = None,
        *,
        name: str | None = None,
        port: int | None = None,
        timeout: float | None = 60,
    ) -> None:
        """Begin to listen.

        Args:
            host: The machine that it is on; of a lone `VirtualReactor`, its ``host``.
            certificate: None for http. For https, which of the files in
                ``fixtures/certificates/``: ``"valid"``, ``"expired"``,
                ``"not_yet_valid"``, ``"wrong_host"``, ``"self_signed"`` or
                ``"unknown_authority"``.
            name: What it is called in its URLs, if not as the machine is.
            port: Where it listens, if not on 80 or 443.
            timeout: After how many seconds an idle connection is closed, or None.

        Raises:
            ValueError: The valid certificate is for others.
            FileNotFoundError: There is no such certificate.
        """
        self.host = host
        self.name = name or (host.name if host.addresses else "localhost")
        self.scheme = "http" if certificate is None else "https"
        self.port = port or DEFAULT_PORTS[self.scheme]
        self._random = Random(f"http {host.network.seed} {self.url('/')}")
        self._routes = Routes()
        self._pools = []
        self._site = FixtureSite(
            self._routes, host.reactor, self._random.randbytes, timeout
        )
        self._crashed: Deferred[None] = Deferred()
        host.at_crash.append(partial(self._crashed.callback, None))
        self._listening = self._listen(certificate)

    def _listen(self, certificate: str | None) -> Any:
        interface = "::" if ":" in "".join(self.host.addresses) else ""
        if certificate is None:
            return self.host.reactor.listenTCP(
                self.port, self._site, interface=interface
            )
        if certificate == "valid" and not is_certified(self.name):
            raise ValueError(
                f"the valid certificate is for {', '.join(NAMES)}, not {self.name}"
            )
        own = PrivateCertificate.loadPEM(
            fixture_bytes("certificates", f"{certificate}.pem")
        )
        options = CertificateOptions(
            privateKey=own.privateKey.original,
            certificate=own.original,
            acceptableProtocols=[b"http/1.1"],
        )
        return self.host.reactor.listenSSL(
            self.port, self._site, options, interface=interface
        )

    # What a client is given

    def url(self, path: str = "/") -> str:
        """Return the URL of a path."""
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.name}{port}{path}"

    @property
    def authority(self) -> Certificate:
        """The authority that the certificates of all fixtures are from, to be trusted.

        ``BrowserLikePolicyForHTTPS(trustRoot=fixture.authority)`` is the policy that an
        `twisted.web.client.Agent` of your own needs for https.
        """
        return _authority()

    def agent(
        self, client: Host | None = None, pool: HTTPConnectionPool | None = None
    ) -> Agent:
        """Make an agent that trusts the authority of the fixtures.

        Args:
            client: The machine that it is on; that of the fixture, if None.
            pool: Its connections; if None, none persists.
        """
        reactor = (client or self.host).reactor
        policy = BrowserLikePolicyForHTTPS(trustRoot=self.authority)
        agent: Agent = Agent(reactor, policy, pool=pool)
        return agent

    # What came

    @property
    def requests(self) -> list[ReceivedRequest]:
        """All requests so far, in the order in which their heads came."""
        return list(self._site.received)

    @property
    def connections(self) -> list[AcceptedConnection]:
        """All connections so far, those without any request too."""
        return list(self._site.connections)

    def assert_requests(self, *expected: str, connections: int | None = None) -> None:
        """Check which requests came, in which order, and on how many connections.

        Args:
            expected: Each with its method and target, as ``"GET /a?b=c"``.
            connections: How many connections they came on, or None if that is all one.

        Raises:
            AssertionError: Others came. The message shows both.
        """
        require_requests(self.requests, expected, connections)

    @staticmethod
    def assert_body(actual: bytes, expected: bytes) -> None:
        """Check that a body is what it should be.

        Args:
            actual: What came, at either end.
            expected: What should have come.

        Raises:
            AssertionError: It is not. The message shows where the two differ.
        """
        require_same_bytes(actual, expected)

    # Its end

    def close_connections(self) -> None:
        """Close all connections now, whatever they are used for.

        A client that asks at this moment, on a connection that it has kept, asks in
        vain: its request and the end of the connection pass each other.
        """
        for channel in list(self._site.channels):
            channel.loseConnection()

    def stop(self) -> "Deferred[None]":
        """Stop listening, and reset all connections.

        Returns:
            A Deferred that fires when nothing of it is left. If the machine crashes,
            nothing is; and if it was started again, what is there now is another's.
        """
        return ensureDeferred(self._stop())

    async def _stop(self) -> None:
        # On a machine that has crashed, or does meanwhile, what is closed never ends.
        ends: list[Deferred[None]] = [ensureDeferred(self._close()), self._crashed]
        await DeferredList(ends, fireOnOneCallback=True, fireOnOneErrback=True)
        while self._pools:
            self._pools.pop().stop()

    async def _close(self) -> None:
        await maybeDeferred(self._listening.stopListening)
        await gatherResults(self._site.abort_all())

    def __enter__(self) -> "HTTPFixture":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.host.network.run_until(self.stop())

    async def __aenter__(self) -> "HTTPFixture":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
