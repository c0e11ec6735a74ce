# -*- test-case-name: twisted_examples.test.test_live_processes -*-
"""What live tests share: real processes, real loopback sockets, and no way to hang.

A live test shows once that a program works outside the test's own process. All else
about it is tested in memory. Such a module is named ``test_live_<program>.py``::

    class EchoServerLiveTests(LiveTestCase):
        def test_ends_on_interrupt(self) -> None:
            server = self.start(*PYTHON_M, "twisted_examples.ch02_….echoserver")
            server.read_line()
            server.interrupt()

            self.assertEqual(server.finish().returncode, 0)

Nothing here sleeps or polls. Reading blocks, and each process is killed at its
deadline, which ends the reading too.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO

from twisted.trial.unittest import SynchronousTestCase

import twisted_examples

#: Seconds that anything may take: far more than it needs on a busy machine.
DEADLINE = 20.0

#: How an example is started: ``self.start(*PYTHON_M, "twisted_examples.…", "--help")``.
PYTHON_M = (sys.executable, "-m")

_ROOT = str(Path(twisted_examples.__file__).parents[1])


class LiveProcess:
    """A process of its own process group, which never outlives its deadline."""

    def __init__(
        self,
        *argv: str,
        cwd: str | None = None,
        stdout: int = subprocess.PIPE,
        deadline: float = DEADLINE,
    ) -> None:
        self._argv = argv
        # Unbuffered, since communicate() would miss what readline() had read ahead.
        self._process = subprocess.Popen(
            argv,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=_environment(),
            start_new_session=True,
            preexec_fn=_notice_interrupts,  # noqa: PLW1509 - it takes no lock
        )
        self._deadline = Timer(deadline, self.kill)
        self._deadline.daemon = True
        self._deadline.start()

    def read_line(self) -> bytes:
        """Wait for the next line of standard output.

        Raises:
            AssertionError: The process ended, or was killed, before it wrote one.
        """
        return self._read_line(self._process.stdout)

    def read_error_line(self) -> bytes:
        """Wait for the next line of standard error: see `read_line`."""
        return self._read_line(self._process.stderr)

    def write(self, data: bytes) -> None:
        """Write ``data``, at most a pipe's 64 KiB, to standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(data)

    def end_input(self) -> None:
        """End standard input, as Ctrl-D does."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.stdin = None  # communicate() would flush it

    def interrupt(self) -> None:
        """Press Ctrl-C: as from a terminal, the whole process group is signalled."""
        os.killpg(self._process.pid, signal.SIGINT)

    def finish(self, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Write ``stdin``, end the input, and wait for the process to end.

        Returns:
            The exit status, and the output as far as it has not been read before.
        """
        stdout, stderr = self._process.communicate(stdin)
        self._deadline.cancel()
        return subprocess.CompletedProcess(
            self._argv, self._process.returncode, stdout, stderr
        )

    def kill(self) -> None:
        """Kill the process and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def reap(self) -> None:
        """End the process if it has not been finished, and leave nothing of it."""
        self._deadline.cancel()
        if self._process.returncode is None:
            self.kill()
            self._process.communicate()
        self._deadline.join()

    def _read_line(self, stream: IO[bytes] | None) -> bytes:
        assert stream is not None
        line = stream.readline()
        if not line.endswith(b"\n"):
            self.kill()
            raise AssertionError(f"got {line!r}, no line, from {self.finish()}")
        return line


class LiveTestCase(SynchronousTestCase):
    """Tests that start processes. None of them is alive when a test has ended."""

    def start(
        self,
        *argv: str,
        cwd: str | None = None,
        stdout: int = subprocess.PIPE,
        deadline: float = DEADLINE,
    ) -> LiveProcess:
        """Start a process.

        Args:
            argv: The command and its arguments.
            cwd: The folder to start it in, if not this process's.
            stdout: A descriptor to be its standard output instead of a pipe to here.
            deadline: Seconds until it is killed.
        """
        process = LiveProcess(*argv, cwd=cwd, stdout=stdout, deadline=deadline)
        self.addCleanup(process.reap)
        return process

    def run_to_end(
        self,
        *argv: str,
        stdin: bytes = b"",
        cwd: str | None = None,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.CompletedProcess[bytes]:
        """Start a process, give it all of its input, and wait for its end."""
        return self.start(*argv, cwd=cwd, stdout=stdout).finish(stdin)


@contextmanager
def broken_pipe() -> Iterator[int]:
    """Hold the end of a pipe that nobody reads any more, as after ``| head``."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a TCP port of 127.0.0.1 on which connections are refused.

    It is bound and not listened on, so that nobody else can open it meanwhile.
    """
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def listening_socket() -> Iterator[socket.socket]:
    """Listen on a TCP port of 127.0.0.1 that the system chooses.

    Accepting fails at the deadline. What is accepted needs a ``settimeout`` of its own.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(DEADLINE)
        yield listening


def _notice_interrupts() -> None:
    """Undo what a shell does to a command in the background: it ignores SIGINT."""
    # Between fork and exec nothing is measured.
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # pragma: no cover


def _environment() -> dict[str, str]:
    """Inherit all, and find the package where this process has found it."""
    environment = dict(os.environ)
    inherited = environment.get("PYTHONPATH")
    path = f"{_ROOT}{os.pathsep}{inherited}" if inherited else _ROOT
    environment["PYTHONPATH"] = path
    # It would hide that a program forgets to flush what it has written.
    environment.pop("PYTHONUNBUFFERED", None)
    return environment
