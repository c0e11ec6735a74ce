"""What becomes of each program when one thing after the other goes wrong."""

from collections.abc import Sequence
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network, RunningProgram, every_failure, run_program
from twisted_examples.ch02_clients_servers import (
    calllater,
    connection,
    connectiontest,
    dataforward,
    echoserver,
    portscan,
    runreactor,
)
from twisted_examples.command import command
from twisted_examples.test.faults import REACHING, SAYING, WAITING

#: What befalls a program that connects and says nothing, and the echo server.
CONNECTING = [Fault.in_use(), Fault.slow_name(60), *REACHING, *WAITING]

#: What befalls one that talks to it. The echo server has no limit for a client that
#: falls silent without a word, and so the connection of one that stalls is never over:
#: see `EveryFailureTests.test_dataforward_in_silence`.
TALKING = [*CONNECTING, *(each for each in SAYING if each.name != "stall")]

#: What makes a difference where something is said later.
LATER = [Fault.jitter(), Fault.crash(1.0, lambda host: None, host="server")]

BANNER = "Connected to server. Press Ctrl-C to close connection."


class EveryFailureTests(SynchronousTestCase):
    """Tests of all programs: each ends, and says in one line what went wrong."""

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "10.0.0.1")
        self.client = self.network.host("client", "10.0.0.2")

    def check(self, program: RunningProgram) -> None:
        """Check that a program ends, with an error in one line or with none."""
        status = program.wait()

        self.assertIn(status, (0, 1))
        said = [line for line in program.stderr.splitlines() if line != BANNER]
        self.assertEqual(len(said), status, said)

    def run_alone(self, main: Any, interrupt: float = 0) -> None:
        """Run a program with nobody to talk to."""
        with run_program(command(main), host=self.client) as program:
            if interrupt:
                program.interrupt(after=interrupt)
            self.check(program)

    def run_with_server(
        self, main: Any, *argv: str, typed: Sequence[bytes] = ()
    ) -> None:
        """Run a program while the echo server runs on the other machine."""
        serving = command(echoserver.main)
        boot = self.server.reactor
        with (
            run_program(serving, "--interface", "10.0.0.1", host=self.server) as server,
            run_program(command(main), *argv, host=self.client) as program,
        ):
            for seconds, line in enumerate(typed):
                program.console.type(line, after=2 * seconds)
            program.console.end_input(after=2 * len(typed[1:]))
            self.check(program)
            self.network.advance(600)
            self.assertEqual(self.client.sockets, [])
            if not self.server.is_up or self.server.reactor is not boot:
                return  # the machine has crashed, and the program with it
            if server.exit_status is None:
                self.assertEqual(len(self.server.sockets), 1)  # that which listens
                server.interrupt()
            self.check(server)

    def check_runreactor(self) -> None:
        """Run the reactor until Ctrl-C."""
        self.run_alone(runreactor.main, interrupt=1)

    def test_runreactor(self) -> None:
        """A reactor with nothing to do has nothing to fail."""
        self.assertGreater(every_failure(self.check_runreactor, *WAITING), 4)

    def check_calllater(self) -> None:
        """Let the program tell the time until it stops."""
        self.run_alone(calllater.main)

    def test_calllater(self) -> None:
        """Nor has one with timers."""
        self.assertGreater(every_failure(self.check_calllater, *WAITING), 4)

    def check_connection(self) -> None:
        """Visit the echo server."""
        self.run_with_server(connection.main, "server", "5001")

    def test_connection(self) -> None:
        """Whatever becomes of the connection is said in one line."""
        self.assertGreater(every_failure(self.check_connection, *CONNECTING), 20)

    def check_connectiontest(self) -> None:
        """Ask whether the echo server is there."""
        self.run_with_server(connectiontest.main, "server", "5001")

    def test_connectiontest(self) -> None:
        """It answers in time, even where nobody answers it, or looks up the name."""
        self.assertGreater(every_failure(self.check_connectiontest, *CONNECTING), 20)

    def check_portscan(self) -> None:
        """Try three ports, of which one is open."""
        self.run_with_server(portscan.main, "server", "--ports", "5000-5002")

    def test_portscan(self) -> None:
        """A port that does not answer does not end the scan."""
        self.assertGreater(every_failure(self.check_portscan, *CONNECTING), 20)

    def check_dataforward(self) -> None:
        """Say something, and read the answers until the server has nothing to say."""
        argv = ("server", "5001")
        self.run_with_server(dataforward.main, *argv, typed=[b"hello\nhow are you\n"])

    def test_dataforward(self) -> None:
        """Whoever breaks the connection, and when: what was lost is said."""
        self.assertGreater(every_failure(self.check_dataforward, *TALKING), 60)

    def check_dataforward_for_a_while(self) -> None:
        """Say something more after two seconds."""
        argv = ("server", "5001")
        self.run_with_server(dataforward.main, *argv, typed=[b"hello\n", b"quit\n"])

    def test_dataforward_for_a_while(self) -> None:
        """Who talks to a machine that has started again meanwhile is told."""
        runs = every_failure(self.check_dataforward_for_a_while, *LATER)

        self.assertGreater(runs, 8)

    def check_dataforward_in_silence(self) -> None:
        """Say something to a server that may neither hear it nor be heard."""
        forwarding = command(dataforward.main)
        serving = command(echoserver.main)
        argv = ("server", "5001", "--timeout", "60")
        with (
            run_program(serving, "--interface", "10.0.0.1", host=self.server) as server,
            run_program(forwarding, *argv, host=self.client) as program,
        ):
            program.console.type(b"hello\n")
            program.console.end_input()
            self.check(program)
            self.network.advance(600)
            self.assertEqual(self.client.sockets, [])
            server.interrupt()

    def test_dataforward_in_silence(self) -> None:
        """A server that says nothing more is waited for, but not for ever."""
        silences = Fault.stall(), Fault.stall(after=1)
        runs = every_failure(self.check_dataforward_in_silence, *silences)

        self.assertGreater(runs, 4)
