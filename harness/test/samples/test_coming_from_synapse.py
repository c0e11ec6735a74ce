"""A website over a database, in the way of Synapse's tests, but with nothing faked."""

from sqlite3 import Connection

from twisted.enterprise.adbapi import ConnectionPool
from twisted.internet.defer import ensureDeferred
from twisted.internet.error import DNSLookupError
from twisted.web.client import Agent
from twisted.web.server import Site

from harness import HarnessTestCase
from harness.test.samples.letters import Letters, fetch


def fill(connection: Connection) -> None:
    """Fill a database that is new."""
    connection.execute("CREATE TABLE letters (letter TEXT)")
    connection.executemany("INSERT INTO letters VALUES (?)", "ba")


class LettersTests(HarnessTestCase):
    """A request that goes all the way: names, TCP, HTTP, threads, SQLite."""

    def setUp(self) -> None:
        www = self.network.host("www.example", "192.0.2.1").reactor
        self.database = ConnectionPool(
            "sqlite3",
            ":memory:",
            check_same_thread=False,
            cp_reactor=www,
            cp_max=1,
            cp_openfun=fill,
        )
        self.database.start()
        self.port = www.listenTCP(80, Site(Letters(self.database), reactor=www))
        self.agent = Agent(self.network.host("ada.example", "192.0.2.2").reactor)

    def tearDown(self) -> None:
        self.port.stopListening()
        self.database.close()

    async def test_answers(self) -> None:
        """The letters come in order."""
        body = await fetch(self.agent, b"http://www.example/")

        self.assertEqual(body, b"ab")

    def test_answers_at_once(self) -> None:
        """As ``get_success`` does it."""
        body = self.network.run_until(fetch(self.agent, b"http://www.example/"))

        self.assertEqual(body, b"ab")

    def test_a_step_at_a_time(self) -> None:
        """As ``pump`` does it: nothing happens but what the test lets happen."""
        fetching = ensureDeferred(fetch(self.agent, b"http://www.example/"))
        self.assertNoResult(fetching)
        self.network.flush()

        self.assertEqual(self.successResultOf(fetching), b"ab")

    async def test_unknown_name(self) -> None:
        """As ``lookups`` does it: names are a table."""
        with self.assertRaises(DNSLookupError):
            await fetch(self.agent, b"http://nowhere.example/")
