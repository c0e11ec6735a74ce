"""Live tests of the programs that run the reactor, call later and connect.

Starting a process takes longest, so those that do not meet start together.
"""

from subprocess import CompletedProcess

from twisted_examples.test.live import (
    PYTHON_M,
    LiveProcess,
    LiveTestCase,
    closed_port,
    listening_socket,
)

CHAPTER = "twisted_examples.ch02_clients_servers"


class RunningLiveTests(LiveTestCase):
    """`runreactor` and `calllater` as processes."""

    def test_end_on_interrupt(self) -> None:
        """Ctrl-C ends both with a last word and status 0, in less than five seconds."""
        for program in [
            self.start(*PYTHON_M, f"{CHAPTER}.runreactor"),
            self.start(*PYTHON_M, f"{CHAPTER}.calllater"),
        ]:
            first = program.read_line()
            program.interrupt()
            end = program.finish()

            self.assertEqual(first, b"Running the reactor ...\n")
            self.assertEqual(end.stdout, b"Reactor stopped.\n")
            self.assertEqual(end.stderr, b"")
            self.assertEqual(end.returncode, 0)


class ConnectingLiveTests(LiveTestCase):
    """`connection` and `connectiontest` as processes, on real sockets."""

    def start_both(self, port: int) -> tuple[LiveProcess, LiveProcess]:
        """Start both programs with the same arguments."""
        arguments = "127.0.0.1", str(port)
        return (
            self.start(*PYTHON_M, f"{CHAPTER}.connection", *arguments),
            self.start(*PYTHON_M, f"{CHAPTER}.connectiontest", *arguments),
        )

    def assert_ended(
        self,
        end: CompletedProcess[bytes],
        status: int,
        stdout: bytes = b"",
        stderr: bytes = b"",
    ) -> None:
        """Assert what a shell would have seen."""
        self.assertEqual(end.stderr, stderr)
        self.assertEqual(end.stdout, stdout)
        self.assertEqual(end.returncode, status)

    def test_open_port(self) -> None:
        """One says who answered and how it ended, the other that the port is open."""
        with listening_socket() as listening:
            port = listening.getsockname()[1]
            connection, connectiontest = self.start_both(port)
            ends = connection.finish(), connectiontest.finish()

        self.assert_ended(
            ends[0],
            0,
            b"Connected to 127.0.0.1.\n"
            b"Lost connection: Connection was closed cleanly.\n",
        )
        self.assert_ended(ends[1], 0, b"Connected to port %d.\n" % port)

    def test_closed_port(self) -> None:
        """The refusal is worded as the system and Twisted word it."""
        with closed_port() as port:
            connection, connectiontest = self.start_both(port)
            ends = connection.finish(), connectiontest.finish()

        refused = b"Connection was refused by other side: 111: Connection refused.\n"
        self.assert_ended(ends[0], 1, stderr=b"Connection failed: " + refused)
        self.assert_ended(
            ends[1], 1, stderr=b"Error connecting to port %d: " % port + refused
        )
