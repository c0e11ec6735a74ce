"""Tests of what stands between a program's ``main`` and the shell."""

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IReactorCore
from twisted.internet.task import deferLater
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.command import (
    IReactor,
    Main,
    WatchedOutput,
    command,
    host,
    integer_between,
    port,
    seconds,
    until_stopped,
)


async def count(reactor: IReactor, *argv: str) -> None:
    """Print a number each second, up to four."""
    for number in (1, 2, 3, 4):
        print(number)
        await deferLater(reactor, 1)


async def serve(reactor: IReactorCore) -> None:
    """Wait for Ctrl-C as a server does."""
    await until_stopped(reactor)
    print("closed")


class FailingStream(io.StringIO):
    """A text stream over a descriptor that can take no more from some point on."""

    def __init__(self, error: int, after: int = 0) -> None:
        super().__init__()
        self.left = after
        self.error = error
        self.descriptor = os.open(os.devnull, os.O_WRONLY)

    def write(self, text: str, /) -> int:
        """Take a while, then fail."""
        if self.left == 0:
            raise OSError(self.error, os.strerror(self.error))
        self.left -= 1
        return super().write(text)

    @property
    def buffer(self) -> Any:
        """What takes bytes, and fails as well."""
        return self

    def fileno(self) -> int:
        """Return the descriptor that is to be discarded on failure."""
        return self.descriptor


class CommandTests(SynchronousTestCase):
    """How a program ends."""

    def start_with_output(
        self, stream: io.StringIO | None, main: Main
    ) -> tuple[Deferred[None], MemoryReactorClock]:
        """Run a program with this standard output."""
        self.patch(sys, "stdout", stream)
        if isinstance(stream, FailingStream):
            self.addCleanup(os.close, stream.descriptor)
        reactor = MemoryReactorClock()
        ended = Deferred.fromCoroutine(command(main)(reactor))
        reactor.run()
        return ended, reactor

    def test_success(self) -> None:
        """A program that ends well has status 0, and its output is complete."""
        reactor = MemoryReactorClock()
        with run_program(command(count), reactor=reactor) as program:
            reactor.pump([1, 1, 1, 1])

        self.assertEqual(program.stdout, "1\n2\n3\n4\n")
        self.assertEqual(program.exit_status, 0)

    def test_starts_with_the_reactor(self) -> None:
        """``main`` does nothing as long as Ctrl-C would be an exception in it."""
        started: list[str] = []

        async def main(reactor: object) -> None:
            started.append("main")

        reactor = MemoryReactorClock()
        ended = Deferred.fromCoroutine(command(main)(reactor))
        self.assertNoResult(ended)
        self.assertEqual(started, [])
        reactor.run()

        self.assertEqual(started, ["main"])
        self.assertIsNone(self.successResultOf(ended))

    def test_failure(self) -> None:
        """What ``main`` says about its failure is what the shell is told."""

        async def main(reactor: object) -> None:
            raise SystemExit("Error: no such thing.")

        with run_program(command(main), reactor=MemoryReactorClock()) as program:
            pass

        self.assertEqual(program.stderr, "Error: no such thing.\n")
        self.assertEqual(program.exit_status, 1)

    def test_bug(self) -> None:
        """Any other exception is not hidden."""

        async def main(reactor: object) -> None:
            raise ZeroDivisionError

        with run_program(command(main), reactor=MemoryReactorClock()) as program:
            pass

        self.assertEqual(program.exit_status, 1)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_cancelled(self) -> None:
        """Who else cancels what ``main`` waits for ends it, with one line."""

        awaited: Deferred[None] = Deferred()

        async def main(reactor: object) -> None:
            await awaited

        with run_program(command(main), reactor=MemoryReactorClock()) as program:
            awaited.cancel()

        self.assertEqual(program.stderr, "Error: cancelled.\n")
        self.assertEqual(program.exit_status, 1)

    def test_interrupted(self) -> None:
        """Ctrl-C before the end is told to the shell as 130."""
        reactor = MemoryReactorClock()
        with run_program(command(count), reactor=reactor) as program:
            reactor.advance(1)
            program.interrupt()
            reactor.advance(10)

        self.assertEqual(program.stdout, "1\n2\n")
        self.assertEqual(program.exit_status, 130)

    def test_interrupted_while_it_reports_errors(self) -> None:
        """A ``main`` that turns each failure into a message does not hide Ctrl-C."""

        async def main(reactor: object) -> None:
            try:
                await Deferred()
            except Exception as error:
                raise SystemExit(f"Error: {error}") from error

        with run_program(command(main), reactor=MemoryReactorClock()) as program:
            program.interrupt()

        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 130)

    def test_interrupted_before_its_connections_are_lost(self) -> None:
        """The reactor closes all connections as it stops; they are not to blame."""
        connection: Deferred[None] = Deferred()

        async def main(reactor: object) -> None:
            await connection

        reactor = MemoryReactorClock()
        reactor.addSystemEventTrigger(
            "during", "shutdown", lambda: connection.errback(ConnectionLost())
        )
        with run_program(command(main), reactor=reactor) as program:
            program.interrupt()

        self.assertEqual(program.exit_status, 130)

    def test_reactor_waits_for_the_end(self) -> None:
        """A server that has something to close after Ctrl-C is given the time."""
        closed: Deferred[None] = Deferred()

        async def main(reactor: IReactor) -> None:
            await until_stopped(reactor)
            await closed

        reactor = MemoryReactorClock()
        ended = Deferred.fromCoroutine(command(main)(reactor))
        reactor.run()
        triggers = reactor.triggers["before"]["shutdown"]
        waits_for = [call(*args, **options) for call, args, options in triggers]
        self.assertNoResult(ended)
        self.assertNoResult(waits_for[0])
        closed.callback(None)

        self.assertIsNone(self.successResultOf(ended))
        self.assertIsNone(self.successResultOf(waits_for[0]))

    def test_server_is_not_interrupted_but_stopped(self) -> None:
        """To a server that waits for it Ctrl-C is the normal end."""
        with run_program(command(serve), reactor=MemoryReactorClock()) as program:
            program.interrupt()

        self.assertEqual(program.stdout, "closed\n")
        self.assertEqual(program.exit_status, 0)

    def test_shutdown_after_the_end(self) -> None:
        """The shutdown that follows a program's own end is no interruption."""

        async def main(reactor: object) -> None:
            raise SystemExit(2)

        with run_program(command(main), reactor=MemoryReactorClock()) as program:
            program.interrupt()

        self.assertEqual(program.exit_status, 2)

    def test_reader_goes_away(self) -> None:
        """A closed pipe ends the program soon, with status 1 and without a word."""
        stream = FailingStream(errno.EPIPE, after=4)
        ended, reactor = self.start_with_output(stream, count)
        reactor.advance(1)
        self.assertNoResult(ended)
        reactor.advance(1)

        failure = self.failureResultOf(ended, SystemExit)
        self.assertEqual(failure.value.code, 1)
        self.assertEqual(stream.getvalue(), "1\n2\n")

    def test_disk_is_full(self) -> None:
        """Any other failure of the output is said in one line."""
        stream = FailingStream(errno.ENOSPC)
        ended, reactor = self.start_with_output(stream, count)
        reactor.advance(0)

        failure = self.failureResultOf(ended, SystemExit)
        self.assertEqual(
            failure.value.code,
            "Error: cannot write to standard output: No space left on device.",
        )

    def test_output_fails_at_the_last_line(self) -> None:
        """A program that could not say its result has failed, even if it had ended."""

        async def main(reactor: object) -> None:
            print("the answer is 42")

        ended, _ = self.start_with_output(FailingStream(errno.ENOSPC), main)

        self.failureResultOf(ended, SystemExit)

    def test_server_whose_output_fails(self) -> None:
        """A server ends as well, and the reactor may still stop afterwards."""

        async def main(reactor: IReactor) -> None:
            print("listening")
            await serve(reactor)

        ended, reactor = self.start_with_output(FailingStream(errno.EPIPE), main)
        reactor.advance(0)
        self.failureResultOf(ended, SystemExit)
        for call, args, kwargs in reactor.triggers["before"]["shutdown"]:
            call(*args, **kwargs)

        self.assertEqual(self.flushLoggedErrors(), [])

    def test_output_closed_from_the_start(self) -> None:
        """Without any standard output a program runs, and is not heard."""
        ended, reactor = self.start_with_output(None, count)
        reactor.pump([1, 1, 1, 1])

        self.assertIsNone(self.successResultOf(ended))


class WatchedOutputTests(SynchronousTestCase):
    """Standard output, line by line."""

    def watch(self, stream: io.TextIOBase) -> WatchedOutput:
        """Watch a stream, count the calls of ``on_failure`` in ``self.failures``."""
        self.failures: list[None] = []
        return WatchedOutput(stream, lambda: self.failures.append(None))  # type: ignore[arg-type]

    def test_a_line_is_shown_at_once(self) -> None:
        """A whole line goes through all buffers, half a line need not."""
        raw = io.BytesIO()
        stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8")
        output = self.watch(stream)
        output.write("half")
        self.assertEqual(raw.getvalue(), b"")
        output.write(" a line\n")

        self.assertEqual(raw.getvalue(), b"half a line\n")

    def test_reports_the_first_failure_only(self) -> None:
        """One report; from then on all is dropped and nothing is raised."""
        stream = FailingStream(errno.ENOSPC)
        self.addCleanup(os.close, stream.descriptor)
        output = self.watch(stream)
        print("one", file=output)
        print("two", file=output)

        self.assertEqual(len(self.failures), 1)
        assert output.error is not None
        self.assertEqual(output.error.errno, errno.ENOSPC)

    def test_bytes_are_shown_at_once(self) -> None:
        """They come after the text that was written before, and are not changed."""
        raw = io.BytesIO()
        stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8")
        output = self.watch(stream)
        output.write("half")
        written = output.buffer.write(b"\r\n\xff")

        self.assertTrue(output.buffer.writable())
        self.assertEqual(written, 3)
        self.assertEqual(raw.getvalue(), b"half\r\n\xff")

    def test_reports_a_failure_to_write_bytes(self) -> None:
        """It is the same output: after a failure, nothing more is written there."""
        stream = FailingStream(errno.ENOSPC)
        self.addCleanup(os.close, stream.descriptor)
        output = self.watch(stream)
        output.buffer.write(b"one")
        print("two", file=output)

        self.assertEqual(len(self.failures), 1)

    def test_is_the_stream_below_to_others(self) -> None:
        """Whoever asks for the descriptor or a terminal is answered truthfully."""
        stream = FailingStream(errno.EPIPE)
        self.addCleanup(os.close, stream.descriptor)
        output = self.watch(stream)

        self.assertEqual(output.fileno(), stream.descriptor)
        self.assertFalse(output.isatty())


class ArgumentTests(SynchronousTestCase):
    """The checks of command-line arguments."""

    def assert_refused(self, check: Callable[[str], object], *texts: str) -> None:
        """Assert that each text is refused with a message."""
        for text in texts:
            self.assertRaises(argparse.ArgumentTypeError, check, text)

    def test_port(self) -> None:
        """A port is a whole number from 1 to 65535."""
        self.assertEqual([port("1"), port("80"), port("65535")], [1, 80, 65535])
        self.assert_refused(
            port, "", "0", "65536", "-1", "+1", "8O", "1.0", "\u0661", "9" * 5000
        )

    def test_port_message(self) -> None:
        """The message says what would have been right, and what came."""
        with self.assertRaisesRegex(
            argparse.ArgumentTypeError,
            "^port number must be a whole number from 1 to 65535, not '99999'$",
        ):
            port("99999")

    def test_integer_between(self) -> None:
        """Both ends belong to the range."""
        check = integer_between(3, 5, "count")

        self.assertEqual([check("3"), check("5")], [3, 5])
        self.assert_refused(check, "2", "6")

    def test_host(self) -> None:
        """A host is a name or address; an empty one would mean this machine."""
        self.assertEqual(host("example.com"), "example.com")
        self.assertEqual(host("::1"), "::1")
        self.assert_refused(host, "", " ", "example.com ")

    def test_seconds(self) -> None:
        """A time is longer than nothing and shorter than for ever."""
        self.assertEqual(
            [seconds("10"), seconds("0.5"), seconds(".25")], [10, 0.5, 0.25]
        )
        self.assert_refused(
            seconds,
            "",
            "0",
            "0.0",
            "-1",
            "1e3",
            "inf",
            "nan",
            " 1",
            "\u0661",
            "9" * 400,
        )

    def test_seconds_message(self) -> None:
        """The message says what would have been right, and what came."""
        with self.assertRaisesRegex(
            argparse.ArgumentTypeError,
            "^a time must be a positive number of seconds, not 'soon'$",
        ):
            seconds("soon")
