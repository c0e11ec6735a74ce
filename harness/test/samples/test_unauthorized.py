"""How one tests what a client does when it is asked who it is."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent

from harness import HTTPFixture, VirtualReactor
from harness.test.samples.fetching import Refused, fetch_as

USERS = {"ada": "1815"}


class UnauthorizedTests(SynchronousTestCase):
    """A page that not everyone may see."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.fixture = HTTPFixture(self.reactor.host)
        self.addCleanup(lambda: self.reactor.run_until(self.fixture.stop()))
        self.fixture.page("/secret", b"shh")

    def fetch(self, password: str) -> bytes:
        """Get the page as Ada."""
        agent, url = Agent(self.reactor), self.fixture.url("/secret")
        return self.reactor.run_until(fetch_as(agent, url, "ada", password))

    def test_right_password(self) -> None:
        """The client asks, is asked back, and says who it is."""
        self.fixture.protect("/secret", USERS)

        self.assertEqual(self.fetch("1815"), b"shh")
        first, second = self.fixture.requests
        self.assertIsNone(first.header("Authorization"))
        self.assertEqual(second.header("Authorization"), "Basic YWRhOjE4MTU=")

    def test_wrong_password(self) -> None:
        """It does not try the same password for ever."""
        self.fixture.protect("/secret", USERS)

        with self.assertRaises(Refused):
            self.fetch("1816")
        self.fixture.assert_requests("GET /secret", "GET /secret")

    def test_scheme_it_does_not_know(self) -> None:
        """It tells nobody the password who has not asked for it in plain."""
        self.fixture.protect("/secret", USERS, "Digest SHA-256")

        with self.assertRaises(Refused):
            self.fetch("1815")
        self.fixture.assert_requests("GET /secret")

    def test_several_challenges(self) -> None:
        """It finds the scheme that it knows among others."""
        self.fixture.protect("/secret", USERS, "Digest SHA-256", "Basic")

        self.assertEqual(self.fetch("1815"), b"shh")

    def test_malformed_challenge(self) -> None:
        """It does not answer what it cannot read."""
        headers = {"WWW-Authenticate": 'Digest realm="'}
        self.fixture.status("/broken", 401, headers=headers)
        agent, url = Agent(self.reactor), self.fixture.url("/broken")

        with self.assertRaises(Refused):
            self.reactor.run_until(fetch_as(agent, url, "ada", "1815"))
        self.fixture.assert_requests("GET /broken")
