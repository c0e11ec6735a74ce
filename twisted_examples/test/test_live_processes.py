"""Tests of what live tests stand on."""

import os
import signal
import socket
import sys

import twisted_examples
from twisted_examples.test.live import (
    DEADLINE,
    LiveTestCase,
    broken_pipe,
    closed_port,
    listening_socket,
)

#: Without ``site``, the package is found through PYTHONPATH or not at all.
PRINT_PLACE = (
    sys.executable,
    "-S",
    "-c",
    "import twisted_examples; print(twisted_examples.__file__)",
)


class RunToEndTests(LiveTestCase):
    """A process whose input is known beforehand."""

    def test_returns_output_and_status(self) -> None:
        """Both outputs and the exit status come back, and the input got there."""
        finished = self.run_to_end(
            "sh", "-c", "cat; echo oh >&2; exit 3", stdin=b"as it is"
        )

        self.assertEqual(finished.stdout, b"as it is")
        self.assertEqual(finished.stderr, b"oh\n")
        self.assertEqual(finished.returncode, 3)

    def test_finds_the_package(self) -> None:
        """A process imports the package from where this one has it."""
        self.patch(os, "environ", {})
        finished = self.run_to_end(*PRINT_PLACE)

        self.assertEqual(finished.stdout.decode(), f"{twisted_examples.__file__}\n")
        self.assertEqual(finished.returncode, 0)

    def test_inherits_the_environment(self) -> None:
        """What the test run is given its processes are given, PYTHONPATH too."""
        self.patch(os, "environ", {"PYTHONPATH": "/nowhere", "COLOUR": "red"})
        finished = self.run_to_end("/bin/sh", "-c", "echo $PYTHONPATH $COLOUR")

        self.assertRegex(finished.stdout, rb"^/.*:/nowhere red\n$")

    def test_buffers_output_as_usual(self) -> None:
        """What is not flushed is not written, as for a program behind a pipe."""
        self.patch(os, "environ", {**os.environ, "PYTHONUNBUFFERED": "1"})
        script = "import os; print('lost'); os._exit(0)"
        finished = self.run_to_end(sys.executable, "-S", "-c", script)

        self.assertEqual(finished.stdout, b"")

    def test_starts_where_it_is_told(self) -> None:
        """A process can be given a folder of its own."""
        finished = self.run_to_end("pwd", cwd="/")

        self.assertEqual(finished.stdout, b"/\n")

    def test_writes_where_it_is_told(self) -> None:
        """A process can be given a standard output that has failed."""
        with broken_pipe() as stdout:
            finished = self.run_to_end("echo", "lost", stdout=stdout)

        self.assertIsNone(finished.stdout)
        self.assertEqual(finished.returncode, -signal.SIGPIPE)


class ConversationTests(LiveTestCase):
    """A process that is talked to while it runs."""

    def test_exchanges_lines(self) -> None:
        """What is written arrives at once, and what is answered can be waited for."""
        process = self.start("sh", "-c", "read a; echo $a; read b; echo $b >&2; cat")
        process.write(b"first\n")
        first = process.read_line()
        process.write(b"second\n")
        second = process.read_error_line()
        process.write(b"third")
        process.end_input()
        finished = process.finish()

        self.assertEqual((first, second), (b"first\n", b"second\n"))
        self.assertEqual(finished.stdout, b"third")
        self.assertEqual(finished.returncode, 0)

    def test_interrupts_the_process_group(self) -> None:
        """Ctrl-C reaches the process and its children."""
        child = "trap 'echo child; exit' INT; echo ready; cat"
        process = self.start("sh", "-c", f"trap 'echo parent' INT; ({child}); true")
        process.read_line()
        process.interrupt()
        finished = process.finish()

        self.assertEqual(finished.stdout, b"child\nparent\n")

    def test_interrupts_where_interrupts_are_ignored(self) -> None:
        """A test run in the background, where Ctrl-C is ignored, tests Ctrl-C too."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        process = self.start("cat")
        process.interrupt()

        self.assertEqual(process.finish().returncode, -signal.SIGINT)

    def test_end_of_output_is_no_line(self) -> None:
        """Waiting for a line of a process that has ended fails and says what it had."""
        process = self.start("sh", "-c", "printf half; echo why >&2")

        with self.assertRaisesRegex(AssertionError, r"got b'half'.*why"):
            process.read_line()


class DeadlineTests(LiveTestCase):
    """Nothing hangs."""

    def test_ends_the_wait_for_a_line(self) -> None:
        """A process that stays silent is killed, and the reader told."""
        process = self.start("cat", deadline=0.01)

        with self.assertRaisesRegex(AssertionError, "returncode=-9"):
            process.read_line()

    def test_ends_the_wait_for_the_end(self) -> None:
        """A process that does not end is killed with its children, pipes and all."""
        process = self.start("sh", "-c", "sleep 60 & exec sleep 60", deadline=0.01)

        self.assertEqual(process.finish().returncode, -signal.SIGKILL)

    def test_cleanup_ends_what_still_runs(self) -> None:
        """A test may leave its process running; another one may have ended."""
        running, ended = self.start("cat"), self.start("true")
        ended.finish()
        for process in (running, ended):
            process.reap()

        self.assertEqual(running.finish().returncode, -signal.SIGKILL)


class SocketTests(LiveTestCase):
    """Ports of 127.0.0.1 that no other test can disturb."""

    def test_closed_port_refuses(self) -> None:
        """Nobody answers on a port that is held closed."""
        with closed_port() as port, self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), DEADLINE)

    def test_listening_socket_accepts(self) -> None:
        """A connection can be made, and accepting has a deadline."""
        with listening_socket() as listening:
            address = listening.getsockname()
            with socket.create_connection(address, DEADLINE):
                accepted, _ = listening.accept()
                accepted.close()

            self.assertEqual(listening.gettimeout(), DEADLINE)
