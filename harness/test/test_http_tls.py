"""Tests of https: whom a client believes."""

from typing import Any

from twisted.internet.defer import ensureDeferred
from twisted.internet.endpoints import (
    HostnameEndpoint,
    connectProtocol,
    wrapClientTLS,
)
from twisted.internet.ssl import optionsForClientTLS
from twisted.web.client import (
    Agent,
    BrowserLikePolicyForHTTPS,
    ResponseFailed,
    ResponseNeverReceived,
)

from harness import HTTPFixture, Network, RecordingProtocol, VirtualReactor
from harness.test.http_case import HTTPCase, ask

BAD = (
    "expired",
    "not_yet_valid",
    "wrong_host",
    "self_signed",
    "unknown_authority",
)


class TLSTests(HTTPCase):
    """Servers that prove who they are, or fail to."""

    def test_valid(self) -> None:
        """A client that trusts the authority gets the page."""
        secure = self.serve("valid")
        secure.page("/", b"secret")
        answer = self.network.run_until(ask(secure.agent(self.client), secure.url()))

        self.assertEqual(answer.body, b"secret")
        secure.assert_requests("GET /", connections=1)

    def test_on_its_own_machine(self) -> None:
        """Unless it is told otherwise, the agent is on the server's machine."""
        secure = self.serve("valid")
        secure.page("/", b"secret")
        answer = self.network.run_until(ask(secure.agent(), secure.url()))

        self.assertEqual(answer.body, b"secret")
        self.assertTrue(secure.connections[0].peer.startswith("192.0.2.80:"))

    def test_agent_of_ones_own(self) -> None:
        """An agent of one's own needs the authority, and nothing else."""
        secure = self.serve("valid")
        secure.page("/", b"secret")
        policy = BrowserLikePolicyForHTTPS(trustRoot=secure.authority)
        agent = Agent(self.client.reactor, policy)

        self.assertEqual(
            self.network.run_until(ask(agent, secure.url())).body, b"secret"
        )

    def test_plain_too(self) -> None:
        """The agent speaks plain HTTP as well."""
        self.fixture.page("/", b"hello")
        agent = self.fixture.agent(self.client)

        self.assertEqual(
            self.network.run_until(ask(agent, self.fixture.url())).body, b"hello"
        )

    def test_bad(self) -> None:
        """A client believes no bad certificate, and asks for nothing there."""
        for port, certificate in enumerate(BAD, 8443):
            secure = self.serve(certificate, port)
            with self.assertRaises(ResponseNeverReceived) as caught:
                self.network.run_until(ask(secure.agent(self.client), secure.url()))

            self.assertIn("Error", repr(caught.exception), certificate)
            self.assertEqual(secure.requests, [], certificate)
            self.assertEqual(len(secure.connections), 1, certificate)

    def test_untrusted(self) -> None:
        """A client that does not know the authority believes none of its servers."""
        secure = self.serve("valid")

        with self.assertRaises(ResponseNeverReceived):
            self.network.run_until(ask(Agent(self.client.reactor), secure.url()))

    def test_every_name(self) -> None:
        """The good certificate is good for a lone machine and for those of examples."""
        for name in ("localhost", "example.com", "www.example.org"):
            reactor = VirtualReactor()
            reactor.host.network.names[name] = ["127.0.0.1"]
            with HTTPFixture(reactor.host, "valid", name=name) as secure:
                secure.page("/", b"secret")
                answer = reactor.run_until(ask(secure.agent(), secure.url()))

            self.assertEqual(answer.body, b"secret")

    def test_name_without_certificate(self) -> None:
        """A server that the good certificate is not for fails at once, and is told."""
        elsewhere = Network().host("elsewhere", "192.0.2.81")

        with self.assertRaisesRegex(
            ValueError, "the valid certificate is for localhost, .*, not elsewhere"
        ):
            HTTPFixture(elsewhere, "valid")

    def test_unknown_certificate(self) -> None:
        """So does one with a certificate that is not there."""
        with self.assertRaisesRegex(FileNotFoundError, "certificates/none.pem"):
            HTTPFixture(self.server, "none")

    def test_only_http_1(self) -> None:
        """Nothing newer is agreed on, whatever a client offers."""
        self.serve("valid")
        options = optionsForClientTLS(
            "server",
            trustRoot=self.fixture.authority,
            acceptableProtocols=[b"h2", b"http/1.1"],
        )
        endpoint = HostnameEndpoint(self.client.reactor, "server", 443)
        protocol = RecordingProtocol()
        self.network.run_until(
            connectProtocol(wrapClientTLS(options, endpoint), protocol)
        )
        self.network.flush()
        transport: Any = protocol.transport

        self.assertEqual(transport.negotiatedProtocol, b"http/1.1")

    def test_stop(self) -> None:
        """A secure connection does not outlive the fixture either."""
        secure = self.serve("valid")
        secure.drip("/", b"hello")
        asked = ensureDeferred(ask(secure.agent(self.client), secure.url()))
        self.network.advance(1)
        self.network.run_until(secure.stop())
        self.network.run_until(self.fixture.stop())

        self.network.flush()
        self.failureResultOf(asked, ResponseFailed, ResponseNeverReceived)
        self.assertEqual(self.network.describe_pending(), "  nothing is pending")
