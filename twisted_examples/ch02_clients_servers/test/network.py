"""What the tests of this chapter's programs on a network have in common."""

from twisted.internet.error import ConnectionAborted
from twisted.internet.interfaces import ITCPTransport
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.internet.tcp import Server
from twisted.python.failure import Failure

from harness import HarnessTestCase, RunningProgram, run_program
from twisted_examples.command import Main, command

SERVER = "192.0.2.1"
CLIENT = "192.0.2.2"


class ProgramTestCase(HarnessTestCase):
    """A network of two hosts, ``server`` and ``client``.

    Attributes:
        server: Where the test listens, or a program does.
        client: Where the program that is tested runs.
    """

    def setUp(self) -> None:
        self.server = self.network.host("server", SERVER)
        self.addCleanup(self.switch_off_server)
        self.client = self.network.host("client", CLIENT)

    def switch_off_server(self) -> None:
        """Let nothing be left but what the client has left."""
        if self.server.is_up:
            self.server.crash()

    def listen(self, *ports: int, protocol: type[Protocol] = Protocol) -> None:
        """Let the server accept connections."""
        for port in ports:
            factory = ServerFactory.forProtocol(protocol)
            self.server.reactor.listenTCP(port, factory)

    def start(self, main: Main, *argv: str) -> RunningProgram:
        """Make a program for the client, as its user would run it."""
        return run_program(command(main), *argv, host=self.client)

    def run_to_end(self, main: Main, *argv: str) -> RunningProgram:
        """Run a program on the client until it has ended."""
        with self.start(main, *argv) as program:
            program.wait()
        return program

    def assert_ended(
        self, program: RunningProgram, status: int, stdout: str = "", stderr: str = ""
    ) -> None:
        """Assert what a shell would have seen, and that the client is as it was."""
        self.assertEqual(program.stderr, stderr)
        self.assertEqual(program.stdout, stdout)
        self.assertEqual(program.exit_status, status)
        self.network.flush()
        self.assertEqual(self.client.sockets, [])


class Aborting(Protocol):
    """Resets each connection as soon as it is there."""

    transport: ITCPTransport

    def connectionMade(self) -> None:
        self.transport.abortConnection()


class AbortingAtOnce(Protocol):
    """Resets each connection even before the client knows that it is there."""

    transport: Server

    def connectionMade(self) -> None:
        # Which is what abortConnection does in the reactor's next turn.
        self.transport.connectionLost(Failure(ConnectionAborted()))
