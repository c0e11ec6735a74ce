"""`connectiontest` over a network in memory: every outcome, exactly once."""

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint

from twisted_examples.ch02_clients_servers.connectiontest import (
    check_connection,
    main,
)
from twisted_examples.ch02_clients_servers.test.network import (
    Aborting,
    AbortingAtOnce,
    ProgramTestCase,
)


class OutcomeTests(ProgramTestCase):
    """What is said about a port."""

    def assert_connects(self, host: str) -> None:
        """Assert that the port is found open."""
        program = self.run_to_end(main, host, "80")

        self.assert_ended(program, 0, "Connected to port 80.\n")

    def assert_fails(self, host: str, reason: str) -> None:
        """Assert why there is no connection."""
        program = self.run_to_end(main, host, "80")

        self.assert_ended(program, 1, "", f"Error connecting to port 80: {reason}\n")

    def test_open(self) -> None:
        """A port that accepts."""
        self.listen(80)

        self.assert_connects("server")

    def test_second_address(self) -> None:
        """One address that accepts is enough, though another is silent."""
        self.listen(80)
        self.network.names["both"] = ["192.0.2.99", "192.0.2.1"]

        self.assert_connects("both")

    def test_reset_afterwards(self) -> None:
        """A port that accepts and then resets has accepted."""
        self.listen(80, protocol=Aborting)

        self.assert_connects("server")

    def test_reset_before_it_was_made(self) -> None:
        """One that resets before the client is connected has not."""
        self.listen(80, protocol=AbortingAtOnce)

        self.assert_fails(
            "server",
            "An error occurred while connecting: 104: Connection reset by peer.",
        )

    def test_closed(self) -> None:
        """A port on which nobody listens."""
        self.assert_fails(
            "server", "Connection was refused by other side: 111: Connection refused."
        )

    def test_unknown_name(self) -> None:
        """A name that DNS does not know."""
        self.assert_fails(
            "nobody", "DNS lookup failed: no results for hostname lookup: nobody."
        )

    def test_silent(self) -> None:
        """An address that nobody has."""
        self.assert_fails("192.0.2.99", "User timeout caused connection failure.")


class FirewallTests(ProgramTestCase):
    """A port behind a firewall that drops every attempt."""

    def setUp(self) -> None:
        super().setUp()
        self.listen(80)
        self.server.filtered = {80}

    def assert_gives_up(self, reason: str, instant: float, *options: str) -> None:
        """Assert why the program gives up, and when."""
        program = self.run_to_end(main, "server", "80", *options)

        self.assert_ended(program, 1, "", f"Error connecting to port 80: {reason}\n")
        self.assertEqual(self.network.seconds(), instant)

    def test_timeout(self) -> None:
        """It is waited for ten seconds, and no longer."""
        self.assert_gives_up("User timeout caused connection failure.", 10)

    def test_shorter_timeout(self) -> None:
        """Or as long as the user is ready to."""
        self.assert_gives_up(
            "User timeout caused connection failure.", 2.5, "--timeout", "2.5"
        )

    def test_the_system_gives_up(self) -> None:
        """Who waits longer than the system waits no longer than that."""
        self.assert_gives_up(
            "TCP connection timed out: 110: Connection timed out.",
            127,
            *("--timeout", "300"),
        )

    def test_opened_in_time(self) -> None:
        """An attempt is repeated by the system, and so succeeds a little later."""
        self.server.reactor.callLater(4, self.server.filtered.clear)
        program = self.run_to_end(main, "server", "80")

        self.assert_ended(program, 0, "Connected to port 80.\n")
        self.assertEqual(self.network.seconds(), 7)

    def test_interrupted(self) -> None:
        """Ctrl-C gives the attempt up: nobody knocks at the port any more."""
        trace = self.network.start_trace()
        with self.start(main, "server", "80") as program:
            program.interrupt(after=2)
            program.wait()
        self.network.advance(60)

        self.assert_ended(program, 130)
        asked = [event.time for event in trace if event.kind == "connect"]
        self.assertEqual(asked, [0, 1])


class CheckConnectionTests(ProgramTestCase):
    """The Deferred, on a real endpoint."""

    def check(self, timeout: float = 8) -> Deferred[None]:
        """Start a check."""
        reactor = self.client.reactor
        endpoint = HostnameEndpoint(reactor, "server", 80, timeout=30)
        return check_connection(endpoint, timeout, reactor)

    def assert_nothing_left(self) -> None:
        """Assert that the client waits for nothing and has nothing open."""
        self.network.flush()
        self.assertEqual(self.client.reactor.getDelayedCalls(), [])
        self.assertEqual(self.client.sockets, [])

    def test_connected(self) -> None:
        """It fires when the connection is there, and closes it."""
        self.listen(80)
        checking = self.check()
        self.assertNoResult(checking)
        self.network.run_until(checking)

        self.assert_nothing_left()

    def test_cancelled(self) -> None:
        """At any moment while it connects, after however many attempts."""
        self.server.filtered = {80}
        for moment in (0.25, 1, 3.5):
            checking = self.check()
            self.network.advance(moment)
            checking.cancel()

            self.failureResultOf(checking, error.ConnectingCancelledError)
            self.assert_nothing_left()

    def test_cancelled_while_looking_up(self) -> None:
        """Then it is the look-up that fails."""
        checking = self.check()
        checking.cancel()

        self.failureResultOf(checking, error.DNSLookupError)
        self.assert_nothing_left()

    def test_time_is_up(self) -> None:
        """The check's own timeout counts, where the endpoint would wait longer."""
        self.server.filtered = {80}
        checking = self.check(timeout=3)
        self.network.advance(2.75)
        self.assertNoResult(checking)
        self.network.advance(0.25)

        self.failureResultOf(checking, error.TimeoutError)
        self.assert_nothing_left()
