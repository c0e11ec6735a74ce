"""This chapter's programs over networks of all kinds: the outcome is the same."""

from dataclasses import asdict

from harness import Conditions
from twisted_examples.ch02_clients_servers import connection, connectiontest, portscan
from twisted_examples.ch02_clients_servers.test.forwarding import BANNER
from twisted_examples.ch02_clients_servers.test.network import ProgramTestCase
from twisted_examples.ch02_clients_servers.test.test_network_conversations import (
    EchoTestCase,
)

#: What the way between client and server is like, in full: nothing stays of another.
WAYS = [
    Conditions(latency=0.3),
    Conditions(latency=0.05, jitter=0.5),
    Conditions(bandwidth=2_000),
    Conditions(segment=1),
    Conditions(latency=0.01, loss=0.1, segment=5),
]


class OneConnectionTests(ProgramTestCase):
    """Programs that connect, and do no more."""

    def test_connection(self) -> None:
        """`connection` reports the same however long it takes."""
        self.listen(80)
        for way in WAYS:
            self.network.shape(**asdict(way))
            program = self.run_to_end(connection.main, "server")

            self.network.advance(60)
            self.assert_ended(
                program,
                0,
                "Connected to 192.0.2.1.\n"
                "Lost connection: Connection was closed cleanly.\n",
            )

    def test_connectiontest(self) -> None:
        """`connectiontest` does, too; refused is refused."""
        self.listen(80)
        for way in WAYS:
            self.network.shape(**asdict(way))
            program = self.run_to_end(connectiontest.main, "server", "80")
            refused = self.run_to_end(connectiontest.main, "server", "81")

            self.network.advance(60)
            self.assert_ended(program, 0, "Connected to port 80.\n")
            self.assert_ended(
                refused,
                1,
                "",
                "Error connecting to port 81: Connection was refused by other side: "
                "111: Connection refused.\n",
            )

    def test_too_slow(self) -> None:
        """A way there and back that takes longer than the timeout is a timeout."""
        self.listen(80)
        self.network.shape(latency=3)
        program = self.run_to_end(connectiontest.main, "server", "80", "--timeout", "5")

        self.assertEqual(program.exit_status, 1)
        self.assertEqual(self.network.seconds(), 5.0)

    def test_portscan(self) -> None:
        """`portscan` finds the same ports, and waits for each long enough."""
        self.listen(22, 80)
        for way in WAYS:
            self.network.shape(**asdict(way))
            argv = ("server", "--ports", "20-99", "--timeout", "60")
            program = self.run_to_end(portscan.main, *argv)

            self.network.advance(200)
            self.assert_ended(
                program, 0, "Connected to port 22\nConnected to port 80\n"
            )


class ConversationTests(EchoTestCase):
    """`dataforward` and `echoserver`, who say more."""

    def test_converses(self) -> None:
        """All that is typed is answered, in order and whole."""
        typed = b"one\ntwo\r\n\n" + b"x" * 300 + b"\rquit\n"
        shown = "You said: one\r\nYou said: two\r\nYou said: \r\n"
        shown += f"You said: {'x' * 300}\r\nGoodbye.\r\n"
        for way in WAYS:
            self.network.shape(**asdict(way))
            program = self.forward()
            program.console.type(typed)
            program.wait()

            self.network.advance(60)
            self.assert_ended(program, 0, shown, BANNER)
            self.assert_only_listening()

    def test_distance(self) -> None:
        """An answer takes the way there and back, and no longer."""
        self.network.shape(latency=0.25)
        program = self.forward()
        program.console.type(b"hello\n", after=10)
        self.network.advance(10.4)
        early = program.stdout
        self.network.advance(0.1)
        self.network.flush()

        self.assertEqual((early, program.stdout), ("", "You said: hello\r\n"))

    def test_the_server_loses_power(self) -> None:
        """Nobody answers any more: the user sees it when the system gives up."""
        program = self.forward()
        self.network.advance(1)
        self.server.crash()
        program.console.type(b"hello\n")
        program.wait()

        self.assertEqual(program.exit_status, 1)
        self.assertGreater(self.network.seconds(), 900)

    def test_cable_is_pulled_out_for_a_while(self) -> None:
        """What was typed meanwhile is answered when the cable is back."""
        program = self.forward()
        self.network.advance(1)
        self.network.partition(self.client, self.server)
        program.console.type(b"hello\n")
        self.network.advance(60)
        early = program.stdout
        self.network.heal()
        self.network.advance(60)

        self.assertEqual((early, program.stdout), ("", "You said: hello\r\n"))
