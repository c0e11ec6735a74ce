"""A conversation that is encrypted, and a visitor who asks for proof."""

from twisted.internet.endpoints import (
    HostnameEndpoint,
    SSL4ServerEndpoint,
    connectProtocol,
    wrapClientTLS,
)
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import Certificate, PrivateCertificate, optionsForClientTLS
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol, fixture_bytes
from harness.test.samples.greeting import Door, visit


class EncryptedTests(SynchronousTestCase):
    """The door behind TLS, with Twisted's own endpoints."""

    def setUp(self) -> None:
        self.network = Network()
        self.house = self.network.host("example.com", "192.0.2.1")
        self.visitor = self.network.host("visitor", "192.0.2.2")

    def listen(self, certificate: str) -> None:
        """Open the door, with one of the certificates that come with the harness."""
        pem = fixture_bytes("certificates", f"{certificate}.pem")
        options = PrivateCertificate.loadPEM(pem).options()
        endpoint = SSL4ServerEndpoint(self.house.reactor, 4000, options)
        self.network.run_until(endpoint.listen(Door(self.house.reactor)))

    def endpoint(self) -> IStreamClientEndpoint:
        """Connect, and trust the authority that comes with the harness."""
        pem = fixture_bytes("certificates", "authority.pem")
        options = optionsForClientTLS("example.com", Certificate.loadPEM(pem))
        plain = HostnameEndpoint(self.visitor.reactor, "example.com", 4000)
        return wrapClientTLS(options, plain)

    def test_greets(self) -> None:
        """The trace shows what was said, not what it looked like on the way."""
        self.listen("valid")
        trace = self.network.start_trace()
        greeting = self.network.run_until(visit(self.endpoint(), b"Ada"))

        said = [bytes(event.data) for event in trace if event.kind == "plaintext"]
        self.assertEqual(greeting, b"Hello, Ada")
        self.assertEqual(said[:2], [b"Who is there?\r\n", b"Ada\r\n"])

    def test_impostors(self) -> None:
        """Who cannot prove who it is is not listened to."""
        for certificate in ("expired", "wrong_host", "self_signed"):
            self.setUp()
            self.listen(certificate)
            visitor = RecordingProtocol()
            self.network.run_until(connectProtocol(self.endpoint(), visitor))
            self.network.flush()

            self.assertEqual(visitor.events, ["connectionMade", "connectionLost"])
