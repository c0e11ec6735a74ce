"""`connection` over a network in memory: every way in which it can end."""

from twisted_examples.ch02_clients_servers.connection import main
from twisted_examples.ch02_clients_servers.test.network import (
    Aborting,
    AbortingAtOnce,
    ProgramTestCase,
)

CLEAN = "Lost connection: Connection was closed cleanly.\n"


class ConnectedTests(ProgramTestCase):
    """Somebody answers."""

    def test_says_who_answered(self) -> None:
        """The name is looked up, and the address that answered is shown."""
        self.listen(80)
        program = self.run_to_end(main, "server")

        self.assert_ended(program, 0, "Connected to 192.0.2.1.\n" + CLEAN)

    def test_the_server_sees_a_clean_end(self) -> None:
        """No byte is sent, and the connection is closed, not reset."""
        self.listen(80)
        trace = self.network.start_trace()
        self.run_to_end(main, "server")
        self.network.flush()

        kinds = {event.kind for event in trace}
        self.assertEqual(kinds, {"lookup", "connect", "accept", "fin"})

    def test_address_and_port(self) -> None:
        """An address stands for itself, and the port can be chosen."""
        self.listen(8080)
        program = self.run_to_end(main, "192.0.2.1", "8080")

        self.assert_ended(program, 0, "Connected to 192.0.2.1.\n" + CLEAN)

    def test_next_address(self) -> None:
        """Where the first address of a name is silent, the next is tried."""
        self.listen(80)
        self.network.names["both"] = ["192.0.2.99", "192.0.2.1"]
        program = self.run_to_end(main, "both")

        self.assert_ended(program, 0, "Connected to 192.0.2.1.\n" + CLEAN)
        self.assertLess(self.network.seconds(), 1)

    def test_reset(self) -> None:
        """A connection that the server resets was there, but did not end cleanly."""
        self.listen(80, protocol=Aborting)
        program = self.run_to_end(main, "server")

        self.assert_ended(
            program,
            1,
            "Connected to 192.0.2.1.\n",
            "Lost connection: Connection to the other side was lost in a non-clean "
            "fashion.\n",
        )


class NotConnectedTests(ProgramTestCase):
    """Nobody answers, or not as was hoped."""

    def assert_fails(self, reason: str, *argv: str) -> None:
        """Assert that the program fails, and what it says."""
        program = self.run_to_end(main, *argv)

        self.assert_ended(program, 1, "", f"Connection failed: {reason}\n")

    def test_refused(self) -> None:
        """Nobody listens there."""
        self.assert_fails(
            "Connection was refused by other side: 111: Connection refused.", "server"
        )

    def test_refused_by_all_addresses(self) -> None:
        """All addresses are tried before it is given up."""
        self.network.host("other", "192.0.2.3")
        self.network.names["both"] = ["192.0.2.1", "192.0.2.3"]
        trace = self.network.start_trace()
        self.assert_fails(
            "Connection was refused by other side: 111: Connection refused.", "both"
        )

        asked = [str(event.destination) for event in trace if event.kind == "connect"]
        self.assertEqual(asked, ["192.0.2.1:80", "192.0.2.3:80"])

    def test_unknown_name(self) -> None:
        """What DNS does not know is not dialled."""
        self.assert_fails(
            "DNS lookup failed: no results for hostname lookup: nobody.", "nobody"
        )

    def test_no_answer_to_the_lookup(self) -> None:
        """A resolver that says nothing is waited for, too, but not for ever."""
        self.network.names.stall("server")
        self.assert_fails("User timeout caused connection failure.", "server")

        self.assertEqual(self.network.seconds(), 60)

    def test_timeout(self) -> None:
        """A firewall that drops every attempt is waited for half a minute."""
        self.listen(80)
        self.server.filtered = {80}
        self.assert_fails("User timeout caused connection failure.", "server")

        self.assertEqual(self.network.seconds(), 30)

    def test_no_such_machine(self) -> None:
        """An address that nobody has is silent, too."""
        self.assert_fails("User timeout caused connection failure.", "192.0.2.99")

        self.assertEqual(self.network.seconds(), 30)

    def test_reset_before_it_was_made(self) -> None:
        """Who is reset on the way has not been connected."""
        self.listen(80, protocol=AbortingAtOnce)
        self.assert_fails(
            "An error occurred while connecting: 104: Connection reset by peer.",
            "server",
        )

    def test_interrupted(self) -> None:
        """Ctrl-C gives the attempt up, and it is not reported as a failure."""
        self.server.filtered = {80}
        with self.start(main, "server") as program:
            program.interrupt(after=12)
            program.wait()

        self.assert_ended(program, 130)
        self.assertEqual(self.network.seconds(), 12)
