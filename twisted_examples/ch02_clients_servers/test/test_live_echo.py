"""Live tests of the echo server and of the program that talks to it.

Starting a process takes longest, so what can be tried with one process is one test.
"""

import re
import signal
import socket

from twisted_examples.test.live import (
    DEADLINE,
    PYTHON_M,
    LiveProcess,
    LiveTestCase,
    closed_port,
    listening_socket,
)

ECHOSERVER = (*PYTHON_M, "twisted_examples.ch02_clients_servers.echoserver")
DATAFORWARD = (*PYTHON_M, "twisted_examples.ch02_clients_servers.dataforward")
BANNER = b"Connected to server. Press Ctrl-C to close connection.\n"


class EchoServerLiveTests(LiveTestCase):
    """`echoserver` as a process, on a port that the system chooses."""

    def start_server(self) -> tuple[LiveProcess, int]:
        """Start a server, and wait until it says on which port it listens."""
        server = self.start(*ECHOSERVER, "--port", "0")
        line = server.read_line()
        found = re.fullmatch(
            rb"Server running on port (\d+), press Ctrl-C to stop\.\n", line
        )
        assert found is not None, line
        return server, int(found[1])

    def test_serves_until_interrupted(self) -> None:
        """It serves many clients at once; "quit" ends one of them, Ctrl-C all."""
        server, port = self.start_server()
        piped = self.start(*DATAFORWARD, "127.0.0.1", str(port))
        second = self.start(*ECHOSERVER, "--port", str(port))
        address = "127.0.0.1", port
        with (
            socket.create_connection(address, DEADLINE) as waiting,
            socket.create_connection(address, DEADLINE) as client,
            client.makefile("rb") as answers,
        ):
            client.sendall(b"x" * 20_000 + b"\none\r\nquit\n")
            self.assert_answered(answers.read())
            self.assert_forwarded(piped)
            self.assert_refused_to_start(second, port)
            server.interrupt()
            end = server.finish()
            self.assertEqual(waiting.recv(1), b"")
            self.assertRaises(ConnectionRefusedError, socket.create_connection, address)

        self.assertEqual(end.stdout, b"Connection from 127.0.0.1\n" * 3)
        self.assertEqual(end.stderr, b"")
        self.assertEqual(end.returncode, 0)

    def assert_answered(self, answers: bytes) -> None:
        """Assert what a raw socket has read when the server closed it."""
        self.assertEqual(
            answers,
            b"Error: a line may have at most 16384 bytes.\r\n"
            b"You said: one\r\nGoodbye.\r\n",
        )

    def assert_forwarded(self, process: LiveProcess) -> None:
        """Assert that what is piped in is answered, exactly, and then all is over."""
        end = process.finish(b"hi\n\xff")

        self.assertEqual(end.stdout, b"You said: hi\r\nYou said: \xff\r\n")
        self.assertEqual(end.stderr, BANNER)
        self.assertEqual(end.returncode, 0)

    def assert_refused_to_start(self, server: LiveProcess, port: int) -> None:
        """Assert that a server said in one line that its port is another one's."""
        end = server.finish()

        self.assertEqual(
            end.stderr.decode(),
            f"Error: Couldn't listen on 127.0.0.1:{port}: "
            "[Errno 98] Address already in use.\n",
        )
        self.assertEqual(end.stdout, b"")
        self.assertEqual(end.returncode, 1)


class DataForwardLiveTests(LiveTestCase):
    """`dataforward` as a process, with the test for a server."""

    def start_in_shell(self, script: str, port: int) -> LiveProcess:
        """Start it from a shell script, in which it is called ``"$@"``."""
        return self.start(
            "sh", "-c", script, "sh", *DATAFORWARD, "127.0.0.1", str(port)
        )

    def test_failures(self) -> None:
        """Each is said in one line, and the status is 1."""
        with closed_port() as port:
            processes = [
                self.start(*DATAFORWARD, "127.0.0.1", str(port)),
                self.start_in_shell('"$@" >&-', port),
            ]
            ends = [process.finish() for process in processes]

        self.assertEqual(
            [end.stderr.decode() for end in ends],
            [
                "Connection failed: Connection was refused by other side: "
                "111: Connection refused.\n",
                "Error: standard input and output must be open.\n",
            ],
        )
        self.assertEqual([end.stdout for end in ends], [b""] * 2)
        self.assertEqual([end.returncode for end in ends], [1] * 2)

    def test_ends_early(self) -> None:
        """A reader who has seen enough ends it as Ctrl-C does: without a word."""
        with listening_socket() as listening:
            port = listening.getsockname()[1]
            read = self.start_in_shell('"$@" | head -1', port)
            interrupted = self.start(*DATAFORWARD, "127.0.0.1", str(port))
            for _ in range(2):
                connection, _ = listening.accept()
                self.addCleanup(connection.close)
                connection.sendall(b"one\ntwo\n")
            interrupted.read_line()
            interrupted.interrupt()
            ends = [read.finish(), interrupted.finish()]

        self.assertEqual([end.stdout for end in ends], [b"one\n", b"two\n"])
        self.assertEqual([end.stderr for end in ends], [BANNER] * 2)
        self.assertEqual(ends[1].returncode, 128 + signal.SIGINT)
