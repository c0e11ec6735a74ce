"""Live tests of the programs that run the reactor, call later and connect."""

from subprocess import CompletedProcess

from twisted_examples.test.live import (
    PYTHON_M,
    LiveTestCase,
    closed_port,
    listening_socket,
)

CHAPTER = "twisted_examples.ch02_clients_servers"


class RunReactorLiveTests(LiveTestCase):
    """`runreactor` as a process."""

    def test_ends_on_interrupt(self) -> None:
        """Ctrl-C is how it is meant to end: with a last word and status 0."""
        program = self.start(*PYTHON_M, f"{CHAPTER}.runreactor")
        first = program.read_line()
        program.interrupt()
        end = program.finish()

        self.assertEqual(first, b"Running the reactor ...\n")
        self.assertEqual(end.stdout, b"Reactor stopped.\n")
        self.assertEqual(end.stderr, b"")
        self.assertEqual(end.returncode, 0)


class CallLaterLiveTests(LiveTestCase):
    """`calllater` as a process."""

    def test_ends_on_interrupt(self) -> None:
        """Nobody need wait for five seconds."""
        program = self.start(*PYTHON_M, f"{CHAPTER}.calllater")
        first = program.read_line()
        program.interrupt()
        end = program.finish()

        self.assertEqual(first, b"Running the reactor ...\n")
        self.assertEqual(end.stdout, b"Reactor stopped.\n")
        self.assertEqual(end.stderr, b"")
        self.assertEqual(end.returncode, 0)


class ConnectingLiveTests(LiveTestCase):
    """`connection` and `connectiontest` as processes, on real sockets."""

    def run_example(self, name: str, *argv: str) -> CompletedProcess[bytes]:
        """Run a program of the chapter to its end."""
        return self.run_to_end(*PYTHON_M, f"{CHAPTER}.{name}", *argv)

    def assert_failed(self, end: CompletedProcess[bytes], line: bytes) -> None:
        """Assert that a program said one line on standard error, and status 1."""
        self.assertEqual(end.stderr, line)
        self.assertEqual(end.stdout, b"")
        self.assertEqual(end.returncode, 1)

    def test_connection_to_an_open_port(self) -> None:
        """It says who answered, and how the connection ended."""
        with listening_socket() as listening:
            port = listening.getsockname()[1]
            end = self.run_example("connection", "127.0.0.1", str(port))

        self.assertEqual(
            end.stdout,
            b"Connected to 127.0.0.1.\n"
            b"Lost connection: Connection was closed cleanly.\n",
        )
        self.assertEqual(end.stderr, b"")
        self.assertEqual(end.returncode, 0)

    def test_connection_to_a_closed_port(self) -> None:
        """The refusal is worded as the system and Twisted word it."""
        with closed_port() as port:
            end = self.run_example("connection", "127.0.0.1", str(port))

        self.assert_failed(
            end,
            b"Connection failed: "
            b"Connection was refused by other side: 111: Connection refused.\n",
        )

    def test_connection_to_an_unknown_host(self) -> None:
        """No name under ``.invalid`` exists, with or without DNS."""
        end = self.run_example("connection", "nobody.invalid")

        self.assert_failed(
            end,
            b"Connection failed: "
            b"DNS lookup failed: no results for hostname lookup: nobody.invalid.\n",
        )

    def test_connectiontest_of_an_open_port(self) -> None:
        """The port is named, and the status is 0."""
        with listening_socket() as listening:
            port = listening.getsockname()[1]
            end = self.run_example("connectiontest", "127.0.0.1", str(port))

        self.assertEqual(end.stdout, b"Connected to port %d.\n" % port)
        self.assertEqual(end.stderr, b"")
        self.assertEqual(end.returncode, 0)

    def test_connectiontest_of_a_closed_port(self) -> None:
        """The port is named, and the reason."""
        with closed_port() as port:
            end = self.run_example("connectiontest", "127.0.0.1", str(port))

        self.assert_failed(
            end,
            b"Error connecting to port %d: "
            b"Connection was refused by other side: 111: Connection refused.\n" % port,
        )

    def test_connectiontest_of_an_unknown_host(self) -> None:
        """A name that DNS does not know is an error of connecting."""
        end = self.run_example("connectiontest", "nobody.invalid", "80")

        self.assert_failed(
            end,
            b"Error connecting to port 80: "
            b"DNS lookup failed: no results for hostname lookup: nobody.invalid.\n",
        )

    def test_wrong_usage(self) -> None:
        """It is said on standard error, with status 2."""
        end = self.run_example("connectiontest", "127.0.0.1")

        self.assertIn(b"usage: connectiontest", end.stderr)
        self.assertEqual(end.stdout, b"")
        self.assertEqual(end.returncode, 2)
