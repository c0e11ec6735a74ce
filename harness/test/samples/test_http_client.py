"""How a web client is tested."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import (
    Agent,
    BrowserLikePolicyForHTTPS,
    HTTPConnectionPool,
    RedirectAgent,
    ResponseFailed,
    ResponseNeverReceived,
)

from harness import HTTPFixture, Network, VirtualReactor
from harness.test.samples.fetching import Refused, fetch


class FirstTests(SynchronousTestCase):
    """A server and its client, on one reactor."""

    def test_page(self) -> None:
        """The client gets the page, and the server tells what came."""
        reactor = VirtualReactor()
        with HTTPFixture(reactor.host) as fixture:
            fixture.page("/hello", b"Hello, world!\n")

            body = reactor.run_until(fetch(Agent(reactor), fixture.url("/hello")))

        fixture.assert_body(body, b"Hello, world!\n")
        fixture.assert_requests("GET /hello")


class FetchTests(SynchronousTestCase):
    """A server and its client, on a machine each."""

    def setUp(self) -> None:
        self.network = Network()
        server = self.network.host("www.example.com", "192.0.2.80")
        client = self.network.host("client", "192.0.2.1")
        self.fixture = HTTPFixture(server)
        self.secure = HTTPFixture(server, "valid")
        self.addCleanup(lambda: self.network.run_until(self.fixture.stop()))
        self.addCleanup(lambda: self.network.run_until(self.secure.stop()))
        self.reactor = client.reactor
        self.agent = Agent(self.reactor)

    def test_missing_page(self) -> None:
        """A page that is not there is no page."""
        with self.assertRaises(Refused):
            self.network.run_until(fetch(self.agent, self.fixture.url("/missing")))

    def test_second_attempt(self) -> None:
        """A server that is busy now answers the second time."""
        self.fixture.status("/", 503, retry_after=30)
        self.fixture.page("/", b"here")

        with self.assertRaises(Refused):
            self.network.run_until(fetch(self.agent, self.fixture.url()))
        body = self.network.run_until(fetch(self.agent, self.fixture.url()))

        self.assertEqual(body, b"here")

    def test_redirect_to_https(self) -> None:
        """The client follows to another origin, and trusts the authority there."""
        self.fixture.redirect("/", "/index", self.secure.url("/"))
        self.secure.page("/", b"secret")
        policy = BrowserLikePolicyForHTTPS(trustRoot=self.secure.authority)
        agent = RedirectAgent(Agent(self.reactor, policy))

        body = self.network.run_until(fetch(agent, self.fixture.url()))

        self.assertEqual(body, b"secret")
        self.fixture.assert_requests("GET /", "GET /index")
        self.secure.assert_requests("GET /", connections=1)

    def test_half_a_page(self) -> None:
        """A page that ends too early is an error, and not a short page."""
        self.fixture.truncate("/", b"half of ", length=16)

        with self.assertRaises(ResponseFailed):
            self.network.run_until(fetch(self.agent, self.fixture.url()))

    def test_conflicting_lengths(self) -> None:
        """So is one of which nobody knows how long it is."""
        self.fixture.transcript("/", "doubled_length")

        with self.assertRaises(ResponseFailed):
            self.network.run_until(fetch(self.agent, self.fixture.url()))

    def test_kept_connection(self) -> None:
        """A kept connection is used again; if it is closed by then, a new one is."""
        self.fixture.page("/", b"here")
        pool = HTTPConnectionPool(self.reactor)
        agent = Agent(self.reactor, pool=pool)
        for _ in range(2):
            self.network.run_until(fetch(agent, self.fixture.url()))
        self.fixture.assert_requests("GET /", "GET /", connections=1)

        self.fixture.close_connections()
        self.network.run_until(fetch(agent, self.fixture.url()))

        self.fixture.assert_requests("GET /", "GET /", "GET /", connections=2)
        self.network.run_until(pool.closeCachedConnections())


class CertificateTests(SynchronousTestCase):
    """Servers that are not who they say."""

    def test_bad_certificate(self) -> None:
        """No page is asked for where the certificate is bad."""
        for certificate in ("expired", "wrong_host", "self_signed"):
            reactor = VirtualReactor()
            fixture = HTTPFixture(reactor.host, certificate)
            with fixture, self.assertRaises(ResponseNeverReceived):
                reactor.run_until(fetch(fixture.agent(), fixture.url()))

            self.assertEqual(len(fixture.connections), 1)
            self.assertEqual(fixture.requests, [])
