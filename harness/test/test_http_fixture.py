"""Tests of the server itself: where it is, who trusts it, what is left of it."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import readBody

from harness import HTTPFixture, Network


class HTTPFixtureTests(SynchronousTestCase):
    """A site on a machine of a network."""

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.80")
        self.client = self.network.host("client", "192.0.2.1")

    def test_page(self) -> None:
        """A client on another machine gets the page, and is recorded."""
        with HTTPFixture(self.server) as fixture:
            fixture.page("/a", b"hello")
            agent = fixture.agent(self.client)

            response = self.network.run_until(
                agent.request(b"GET", fixture.url("/a").encode())
            )

            self.assertEqual(self.network.run_until(readBody(response)), b"hello")
            fixture.assert_requests("GET /a", connections=1)
