"""How one tests that a client does not wait for ever."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent, ResponseFailed

from harness import Deadlock, HTTPFixture, VirtualReactor
from harness.test.samples.fetching import TookTooLong, fetch, fetch_within


class SlowServerTests(SynchronousTestCase):
    """Servers that take their time."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.agent = Agent(self.reactor)
        self.fixture = HTTPFixture(self.reactor.host)
        self.addCleanup(lambda: self.reactor.run_until(self.fixture.stop()))

    def test_waits_for_ever(self) -> None:
        """A client that has no limit is still waiting when nothing can come."""
        self.fixture.stall("/", b"half of ")

        with self.assertRaises(Deadlock):
            self.reactor.run_until(fetch(self.agent, self.fixture.url()))

    def test_gives_up(self) -> None:
        """One with a limit gives up at that instant, wherever the server stalls."""
        self.fixture.stall("/silent")
        self.fixture.stall("/half", b"half of ")
        for path, until in (("/silent", 10), ("/half", 20)):
            url = self.fixture.url(path)
            with self.assertRaises(TookTooLong):
                self.reactor.run_until(fetch_within(10, self.reactor, self.agent, url))

            self.assertEqual(self.reactor.seconds(), until)

    def test_drip(self) -> None:
        """A byte in a second is no reason to wait longer."""
        self.fixture.drip("/", b"a page of many bytes", every=1.0)

        with self.assertRaises(TookTooLong):
            self.reactor.run_until(
                fetch_within(10, self.reactor, self.agent, self.fixture.url())
            )

    def test_hangs_up(self) -> None:
        """Who gives up hangs up: the server is not left with a connection."""
        self.fixture.stall("/", b"half of ")
        with self.assertRaises(TookTooLong):
            self.reactor.run_until(
                fetch_within(10, self.reactor, self.agent, self.fixture.url())
            )
        self.reactor.flush()
        (connection,) = self.fixture.connections

        self.assertEqual(connection.closed_at, 10)

    def test_breaks_off(self) -> None:
        """A page that ends too early is not a matter of time."""
        self.fixture.truncate("/", b"half of ")

        with self.assertRaises(ResponseFailed):
            self.reactor.run_until(
                fetch_within(10, self.reactor, self.agent, self.fixture.url())
            )

    def test_in_time(self) -> None:
        """What is slow but in time is as good as any."""
        self.fixture.drip("/", b"a page", every=1.0)
        page = fetch_within(10, self.reactor, self.agent, self.fixture.url())

        self.assertEqual(self.reactor.run_until(page), b"a page")
