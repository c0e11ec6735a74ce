"""Tests of a program that joins the terminal to a connection."""

import os
import sys
from io import FileIO, StringIO

from twisted.internet import error
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IProtocol,
    IPushProducer,
)
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import RunningProgram, run_program, segmentations
from twisted_examples.ch02_clients_servers import dataforward
from twisted_examples.ch02_clients_servers.dataforward import (
    NewlineConverter,
    Server,
    Terminal,
    blocking_mode_restored,
    explain_failed_output,
    main,
    say,
)
from twisted_examples.ch02_clients_servers.test.attempts import fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor
from twisted_examples.command import command

BANNER = "Connected to server. Press Ctrl-C to close connection.\n"


class SocketTransport(StringTransport):
    """A transport that can be closed in one direction.

    Attributes:
        write_disconnected: Whether it has been.
    """

    write_disconnected = False

    def loseWriteConnection(self) -> None:
        self.write_disconnected = True


class PipeTestCase(SynchronousTestCase):
    """Tests with a pipe that a program may take for the terminal.

    Attributes:
        reader: The end from which nobody reads.
        descriptor: The end for writing.
    """

    def setUp(self) -> None:
        reading_end, self.descriptor = os.pipe()
        self.addCleanup(os.close, self.descriptor)
        self.reader = FileIO(reading_end)
        self.addCleanup(self.reader.close)


class NewlineConverterTests(SynchronousTestCase):
    """Newlines of any kind in, CR LF out."""

    def assert_converted(self, typed: bytes, sent: bytes) -> None:
        """Assert what is sent for what is typed, however that is cut into pieces."""
        for pieces in segmentations(typed):
            converter = NewlineConverter()
            converted = b"".join(converter.convert(piece) for piece in pieces)

            self.assertEqual(converted, sent, pieces)

    def test_every_kind_of_newline(self) -> None:
        """LF, CR and CR LF are one newline each."""
        self.assert_converted(b"a\nb\rc\r\nd", b"a\r\nb\r\nc\r\nd")

    def test_newlines_in_a_row(self) -> None:
        """None is lost and none is added."""
        self.assert_converted(b"\n\n", b"\r\n" * 2)
        self.assert_converted(b"\r\r", b"\r\n" * 2)
        self.assert_converted(b"\r\n\r\n", b"\r\n" * 2)
        self.assert_converted(b"\n\r", b"\r\n" * 2)
        self.assert_converted(b"\r\r\n\n\r", b"\r\n" * 4)

    def test_all_other_bytes_stay(self) -> None:
        """Whatever is no newline is nobody's business."""
        others = bytes(byte for byte in range(256) if byte not in b"\r\n")
        self.assert_converted(others, others)

    def test_does_not_wait(self) -> None:
        """A CR is converted at once: there may never come anything after it."""
        converter = NewlineConverter()

        self.assertEqual(converter.convert(b"a\r"), b"a\r\n")
        self.assertEqual(converter.convert(b"\n"), b"")
        self.assertEqual(converter.convert(b"\n"), b"\r\n")


class ForwardingTests(SynchronousTestCase):
    """The two protocols, joined, each on a transport of its own."""

    def setUp(self) -> None:
        self.socket = SocketTransport()
        self.server = Server()
        self.server.makeConnection(self.socket)
        self.console = StringTransport()
        self.server.clock = self.clock = Clock()
        self.terminal = Terminal(self.server, 300)
        self.terminal.makeConnection(self.console)

    def test_keyboard_to_socket(self) -> None:
        """What is typed is sent, with the newlines of the network."""
        for piece in (b"one\r", b"\ntwo\n"):
            self.terminal.dataReceived(piece)

        self.assertEqual(self.socket.value(), b"one\r\ntwo\r\n")
        self.assertEqual(self.console.value(), b"")

    def test_socket_to_screen(self) -> None:
        """What the server sends is shown as it is."""
        self.server.dataReceived(b"one\ntwo\r\n\xff\r")

        self.assertEqual(self.console.value(), b"one\ntwo\r\n\xff\r")
        self.assertEqual(self.socket.value(), b"")

    def test_full_socket_pauses_the_keyboard(self) -> None:
        """While the server does not read, no more is typed."""
        producer = self.socket.producer
        assert producer is not None
        producer.pauseProducing()
        self.assertEqual(self.console.producerState, "paused")
        self.assertEqual(self.socket.producerState, "producing")
        producer.resumeProducing()

        self.assertEqual(self.console.producerState, "producing")
        self.assertTrue(self.socket.streaming)

    def test_full_screen_pauses_the_socket(self) -> None:
        """While nobody looks, no more is read from the server."""
        producer = self.console.producer
        assert producer is not None
        producer.pauseProducing()
        self.assertEqual(self.socket.producerState, "paused")
        self.assertEqual(self.console.producerState, "producing")
        producer.resumeProducing()

        self.assertEqual(self.socket.producerState, "producing")
        self.assertTrue(self.console.streaming)

    def test_end_of_input(self) -> None:
        """It closes one direction, and the answers still come."""
        self.terminal.dataReceived(b"last words")
        self.terminal.readConnectionLost()
        self.server.dataReceived(b"answer")

        self.assertTrue(self.socket.write_disconnected)
        self.assertIsNone(self.socket.producer)
        self.assertFalse(self.socket.disconnecting)
        self.assertEqual(self.console.value(), b"answer")
        self.assertNoResult(self.terminal.closed)

    def test_hears_of_the_end_of_input(self) -> None:
        """Without this interface, StandardIO would close the whole terminal."""
        verifyObject(IHalfCloseableProtocol, self.terminal)

    def test_is_a_producer(self) -> None:
        """What the screen pauses is the server's side, which then stops its clock."""
        verifyObject(IPushProducer, self.server)

    def test_screen_that_has_gone(self) -> None:
        """Then there is no use for the server."""
        producer = self.console.producer
        assert producer is not None
        producer.stopProducing()

        self.assertEqual(self.socket.producerState, "stopped")

    def test_no_timer_is_left(self) -> None:
        """With the connection ends the wait for the server's next word."""
        self.terminal.readConnectionLost()
        waiting = len(self.clock.getDelayedCalls())
        self.server.connectionLost(Failure(error.ConnectionDone()))

        self.assertEqual(waiting, 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_server_closes(self) -> None:
        """All is over when the screen has got what was left."""
        self.server.connectionLost(Failure(error.ConnectionDone()))
        self.assertTrue(self.console.disconnecting)
        self.assertIsNone(self.console.producer)
        self.assertNoResult(self.terminal.closed)
        self.terminal.connectionLost(Failure(error.ConnectionDone()))

        self.assertTrue(self.successResultOf(self.terminal.closed))

    def test_end_of_input_after_the_server_closed(self) -> None:
        """As the reactor stops, the input ends last; there is nobody to be told."""
        self.server.connectionLost(Failure(error.ConnectionDone()))
        self.terminal.readConnectionLost()

        self.assertFalse(self.socket.write_disconnected)

    def test_reader_goes_away(self) -> None:
        """The server is left at once, though it may have something to say."""
        self.terminal.writeConnectionLost()

        self.assertFalse(self.successResultOf(self.terminal.closed))
        self.assertTrue(self.socket.disconnected)
        self.assertTrue(self.console.disconnecting)

    def test_everything_ends_after_the_reader_went_away(self) -> None:
        """What ends then is no news."""
        self.terminal.writeConnectionLost()
        self.server.connectionLost(Failure(error.ConnectionAborted()))
        self.terminal.connectionLost(Failure(error.ConnectionDone()))

        self.assertFalse(self.successResultOf(self.terminal.closed))

    def test_reader_goes_away_at_the_end(self) -> None:
        """What is left for the screen when the server has closed may be lost, too."""
        self.server.connectionLost(Failure(error.ConnectionDone()))
        self.terminal.connectionLost(Failure(error.ConnectionLost()))

        self.assertFalse(self.successResultOf(self.terminal.closed))


class BlockingModeRestoredTests(PipeTestCase):
    """The mode of descriptors that are shared with others."""

    def test_restores_each(self) -> None:
        """Each gets back the mode it had, whatever happens meanwhile."""
        os.set_blocking(self.descriptor, False)
        descriptors = self.reader.fileno(), self.descriptor
        with (
            self.assertRaises(ZeroDivisionError),
            blocking_mode_restored(*descriptors),
        ):
            os.set_blocking(self.reader.fileno(), False)
            os.set_blocking(self.descriptor, True)
            raise ZeroDivisionError

        self.assertEqual([*map(os.get_blocking, descriptors)], [True, False])


class ExplainFailedOutputTests(PipeTestCase):
    """Why the output failed."""

    def test_reader_went_away(self) -> None:
        """It is what readers do, and nothing is said of it."""
        self.reader.close()

        self.assertEqual(explain_failed_output(self.descriptor), 1)

    def test_any_other_failure(self) -> None:
        """With a reader still there it is an error."""
        self.assertEqual(
            explain_failed_output(self.descriptor),
            "Error: cannot write to standard output.",
        )


class SayTests(SynchronousTestCase):
    """Words that are no data."""

    def setUp(self) -> None:
        self.output, self.errors = StringIO(), StringIO()
        self.patch(sys, "stdout", self.output)
        self.patch(sys, "stderr", self.errors)

    def test_goes_to_standard_error(self) -> None:
        """The output is the server's alone."""
        say("hello")

        self.assertEqual(self.errors.getvalue(), "hello\n")
        self.assertEqual(self.output.getvalue(), "")

    def test_without_standard_error(self) -> None:
        """Then it goes nowhere, least of all into the data."""
        self.patch(sys, "stderr", None)
        say("hello")

        self.assertEqual(self.output.getvalue(), "")


class MainTests(PipeTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(sys, "stdin", StringIO())
        self.patch(dataforward, "STDIN", self.descriptor)
        self.patch(dataforward, "STDOUT", self.descriptor)
        self.reactor = NamesReactor({"one.test": ["192.0.2.1"]})

    def forward(self, *argv: str) -> RunningProgram:
        """Start the program. It ends with the test, before the pipe is closed."""
        program = run_program(command(main), *argv, reactor=self.reactor)
        self.addCleanup(program.interrupt)
        return program

    def accept(self) -> tuple[IProtocol, SocketTransport]:
        """Let the attempt to connect succeed."""
        protocol = self.reactor.tcpClients[0][2].buildProtocol(
            IPv4Address("TCP", "192.0.2.1", 5001)
        )
        assert protocol is not None
        transport = SocketTransport()
        protocol.makeConnection(transport)
        return protocol, transport

    def test_converses(self) -> None:
        """Questions go to the server, answers to the screen, the rest elsewhere."""
        with self.forward("one.test", "5001") as program:
            server, transport = self.accept()
            program.console.type(b"hello\n")
            server.dataReceived(b"You said: hello\r\n")

        self.assertEqual(self.reactor.tcpClients[0][:2], ("192.0.2.1", 5001))
        self.assertEqual(transport.value(), b"hello\r\n")
        self.assertEqual(program.stdout_bytes, b"You said: hello\r\n")
        self.assertEqual(program.stderr, BANNER)
        self.assertIsNone(program.exit_status)

    def test_says_nothing_before_it_is_connected(self) -> None:
        """The banner is not a hope."""
        with self.forward("one.test", "5001") as program:
            pass

        self.assertEqual(program.stderr, "")

    def test_server_speaks_first(self) -> None:
        """Nothing of a greeting is lost."""
        with self.forward("one.test", "5001") as program:
            self.accept()[0].dataReceived(b"220 ready\r\n")

        self.assertEqual(program.stdout_bytes, b"220 ready\r\n")

    def test_end_of_input(self) -> None:
        """The program ends when the server has answered, not before."""
        with self.forward("one.test", "5001") as program:
            server, transport = self.accept()
            program.console.end_input()
            self.assertTrue(transport.write_disconnected)
            server.dataReceived(b"answer")
            self.assertIsNone(program.exit_status)
            server.connectionLost(Failure(error.ConnectionDone()))
            self.reactor.advance(0)

        self.assertEqual(program.stdout_bytes, b"answer")
        self.assertEqual(program.exit_status, 0)

    def test_connection_breaks(self) -> None:
        """What came is shown, and that it was not all is said."""
        with self.forward("one.test", "5001") as program:
            server, _ = self.accept()
            server.dataReceived(b"half an ans")
            server.connectionLost(Failure(error.ConnectionLost()))
            self.reactor.advance(0)

        self.assertEqual(program.stdout_bytes, b"half an ans")
        self.assertEqual(
            program.stderr,
            BANNER + "Lost connection: "
            "Connection to the other side was lost in a non-clean fashion.\n",
        )
        self.assertEqual(program.exit_status, 1)

    def test_reader_goes_away(self) -> None:
        """As with ``| head -1``, the program ends without a word."""
        self.reader.close()
        with self.forward("one.test", "5001") as program:
            _, transport = self.accept()
            program.console.break_output()

        self.assertTrue(transport.disconnected)
        self.assertEqual(program.stderr, BANNER)
        self.assertEqual(program.exit_status, 1)

    def test_disk_is_full(self) -> None:
        """Output that fails with nobody gone is an error."""
        with self.forward("one.test", "5001") as program:
            self.accept()
            program.console.break_output()

        self.assertEqual(
            program.stderr, BANNER + "Error: cannot write to standard output.\n"
        )
        self.assertEqual(program.exit_status, 1)

    def test_refused(self) -> None:
        """That nobody listens is said in one line."""
        with self.forward("one.test", "5001") as program:
            fail(self.reactor, error.ConnectionRefusedError(111, "Connection refused"))
            self.reactor.advance(1)  # the endpoint looks for another address

        self.assertEqual(
            program.stderr,
            "Connection failed: Connection was refused by other side: "
            "111: Connection refused.\n",
        )
        self.assertEqual(program.exit_status, 1)

    def test_unknown_host(self) -> None:
        """A name that nobody knows, and one that can be none."""
        for name, reason in [
            ("no.test", "DNS lookup failed: no results for hostname lookup: no.test."),
            ("a..b", "invalid hostname: a..b"),
        ]:
            with self.forward(name, "5001") as program:
                pass

            self.assertEqual(program.stderr, f"Connection failed: {reason}\n")
            self.assertEqual(program.exit_status, 1)

    def test_closed_input(self) -> None:
        """Without standard input there is nothing to forward, and no connection."""
        self.patch(sys, "stdin", None)
        with self.forward("one.test", "5001") as program:
            pass

        self.assertEqual(
            program.stderr, "Error: standard input and output must be open.\n"
        )
        self.assertEqual(program.exit_status, 1)
        self.assertEqual(self.reactor.tcpClients, [])

    def test_interrupted(self) -> None:
        """Ctrl-C ends it, and the terminal is as it was."""
        with self.forward("one.test", "5001") as program:
            self.accept()
            os.set_blocking(self.descriptor, False)  # as StandardIO would
            program.interrupt()

        self.assertTrue(os.get_blocking(self.descriptor))
        self.assertEqual(program.stderr, BANNER)
        self.assertEqual(program.exit_status, 130)

    def test_interrupted_while_connecting(self) -> None:
        """Ctrl-C is not reported as a failure to connect."""
        with self.forward("one.test", "5001") as program:
            program.interrupt()

        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 130)

    def test_wrong_usage(self) -> None:
        """Host and port are needed, and must make sense."""
        for argv in [
            (),
            ("one.test",),
            ("", "5001"),
            ("one.test", "0"),
            ("one.test", "5001", "--timeout", "0"),
        ]:
            with self.forward(*argv) as program:
                pass

            self.assertTrue(program.stderr.startswith("usage: dataforward "), argv)
            self.assertEqual(program.stdout, "")
            self.assertEqual(program.exit_status, 2)
