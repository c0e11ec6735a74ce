"""Tests of a server that answers line by line."""

import io
import sys
import tracemalloc
from typing import cast

from twisted.internet.address import IPv4Address
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IHalfCloseableProtocol, IListeningPort
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import run_program, segmentations
from twisted_examples.ch02_clients_servers.echoserver import (
    Echo,
    LineSplitter,
    main,
    reply,
)
from twisted_examples.command import command

TOO_LONG = b"Error: a line may have at most 16384 bytes.\r\n"


class LineSplitterTests(SynchronousTestCase):
    """Bytes in, lines out."""

    def assert_lines(self, stream: bytes, lines: list[bytes | None]) -> None:
        """Assert that a stream has these lines, however it is cut into pieces."""
        for pieces in segmentations(stream):
            splitter = LineSplitter(max_length=4)
            found = [line for piece in pieces for line in splitter.feed(piece)]

            self.assertEqual(found + splitter.end(), lines, pieces)

    def test_either_newline_ends_a_line(self) -> None:
        """LF and CR LF may be mixed, and empty lines are lines."""
        self.assert_lines(b"a\nbc\r\n\n\r\nd\n", [b"a", b"bc", b"", b"", b"d"])

    def test_carriage_return_alone_ends_no_line(self) -> None:
        """Only the one before an LF belongs to the newline."""
        self.assert_lines(b"a\rb\n\r\r\n", [b"a\rb", b"\r"])

    def test_end_of_the_stream_ends_a_line(self) -> None:
        """A last line need not have a newline."""
        self.assert_lines(b"a\nb", [b"a", b"b"])
        self.assert_lines(b"a\nb\r", [b"a", b"b"])

    def test_end_of_the_stream_is_no_line(self) -> None:
        """After a newline, or in an empty stream, nothing is left."""
        self.assert_lines(b"a\n", [b"a"])
        self.assert_lines(b"", [])

    def test_longest_line(self) -> None:
        """The limit belongs to what is allowed, and newlines do not count."""
        self.assert_lines(b"1234\n1234\r\n1234", [b"1234"] * 3)
        self.assert_lines(b"1234\r", [b"1234"])

    def test_line_that_is_too_long(self) -> None:
        """It counts once, however long it is, and the lines around it are kept."""
        self.assert_lines(
            b"a\n12345\nb\r\n1234567890123\r\nc\n123\r\r\n123\r\n",
            [b"a", None, b"b", None, b"c", b"123\r", b"123"],
        )
        self.assert_lines(b"1234\r\r\n\n12345", [None, b"", None])
        self.assert_lines(b"1234567890123\na", [None, b"a"])

    def test_too_long_is_reported_at_once(self) -> None:
        """There is no waiting for a newline that may never come."""
        splitter = LineSplitter(max_length=4)

        self.assertEqual(splitter.feed(b"1234"), [])
        self.assertEqual(splitter.feed(b"5"), [None])
        self.assertEqual(splitter.feed(b"6789"), [])

    def test_memory_is_bounded(self) -> None:
        """A line of 16 MiB is not kept."""
        splitter = LineSplitter(max_length=4)
        piece = b"x" * 65_536
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        for _ in range(256):
            splitter.feed(piece)

        self.assertLess(tracemalloc.get_traced_memory()[1], 1_048_576)


class ReplyTests(SynchronousTestCase):
    """What is answered to a line."""

    def test_echoes(self) -> None:
        """A line comes back as it is, whatever its bytes mean."""
        self.assertEqual(reply(b"hello"), b"You said: hello")
        self.assertEqual(reply(b""), b"You said: ")
        self.assertEqual(reply(b"\xff\xfe\x00"), b"You said: \xff\xfe\x00")

    def test_quit(self) -> None:
        """Just this word is taken leave of."""
        self.assertEqual(reply(b"quit"), b"Goodbye.")
        self.assertEqual(reply(b"Quit"), b"You said: Quit")
        self.assertEqual(reply(b"quit now"), b"You said: quit now")

    def test_too_long(self) -> None:
        """An over-long line is answered, too."""
        self.assertEqual(reply(None), b"Error: a line may have at most 16384 bytes.")


class EchoTests(SynchronousTestCase):
    """One client's conversation."""

    def setUp(self) -> None:
        self.output = io.StringIO()
        self.patch(sys, "stdout", self.output)
        self.connect()

    def connect(self) -> None:
        """Let a client connect."""
        client = IPv4Address("TCP", "192.0.2.7", 50_000)
        self.transport = StringTransport(peerAddress=client)
        self.echo = Echo()
        self.echo.makeConnection(self.transport)

    def test_says_who_connects(self) -> None:
        """The client is known by its address."""
        self.assertEqual(self.output.getvalue(), "Connection from 192.0.2.7\n")

    def test_answers_however_the_bytes_arrive(self) -> None:
        """The answers depend on the bytes alone. After "quit" there are none."""
        for pieces in segmentations(b"one\r\n\xe4\xff\n\nquit\r\nmore\n"):
            self.connect()
            for piece in pieces:
                self.echo.dataReceived(piece)

            self.assertEqual(
                self.transport.value(),
                b"You said: one\r\nYou said: \xe4\xff\r\nYou said: \r\nGoodbye.\r\n",
                pieces,
            )
            self.assertTrue(self.transport.disconnecting)

    def test_goes_on_after_a_line_that_is_too_long(self) -> None:
        """It is answered with an error, the next one as ever."""
        self.echo.dataReceived(b"x" * 16_384 + b"\r\n")
        self.assertEqual(len(self.transport.value()), 10 + 16_384 + 2)
        self.transport.clear()
        self.echo.dataReceived(b"x" * 16_385)
        self.assertEqual(self.transport.value(), TOO_LONG)
        self.echo.dataReceived(b"xxx\nnext\n")

        self.assertEqual(self.transport.value(), TOO_LONG + b"You said: next\r\n")
        self.assertFalse(self.transport.disconnecting)

    def test_end_of_input(self) -> None:
        """A client that only listens by now is answered, then the connection closed."""
        self.echo.dataReceived(b"one\ntwo")
        self.echo.readConnectionLost()

        self.assertEqual(self.transport.value(), b"You said: one\r\nYou said: two\r\n")
        self.assertTrue(self.transport.disconnecting)

    def test_end_of_input_after_quit(self) -> None:
        """There is nothing more to be closed."""
        self.echo.dataReceived(b"quit\nmore")
        self.echo.readConnectionLost()
        self.echo.writeConnectionLost()

        self.assertEqual(self.transport.value(), b"Goodbye.\r\n")

    def test_hears_of_a_half_close(self) -> None:
        """Without this interface, Twisted would close the connection at once."""
        verifyObject(IHalfCloseableProtocol, self.echo)

    def test_reads_no_faster_than_it_can_write(self) -> None:
        """When the transport pauses its producer, it is its own reading that pauses."""
        producer = self.transport.producer
        assert producer is not None
        producer.pauseProducing()
        self.assertEqual(self.transport.producerState, "paused")
        producer.resumeProducing()

        self.assertEqual(self.transport.producerState, "producing")
        self.assertTrue(self.transport.streaming)

    def test_unregisters_its_producer_to_close(self) -> None:
        """A transport does not close before its producer has finished."""
        self.echo.dataReceived(b"quit\n")

        self.assertIsNone(self.transport.producer)


class ClosingReactor(MemoryReactorClock):
    """A reactor that remembers which of its ports were closed.

    Attributes:
        closed: Their numbers, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[int] = []

    def listenTCP(
        self, port: int, factory: Factory, backlog: int = 50, interface: str = ""
    ) -> IListeningPort:
        listening = super().listenTCP(port, factory, backlog, interface)
        listening.stopListening = lambda: self.closed.append(port)
        return cast(IListeningPort, listening)


class BusyReactor(MemoryReactorClock):
    """A reactor none of whose ports is free."""

    def listenTCP(self, port: int, *args: object, **options: object) -> None:
        raise CannotListenError(
            options["interface"], port, OSError(98, "Address already in use")
        )


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        self.reactor = MemoryReactorClock()

    def assert_listens_on(self, port: int, interface: str, *argv: str) -> None:
        """Assert where the program listens, and that it says that it runs."""
        with run_program(main, *argv, reactor=self.reactor) as program:
            pass

        (server,) = self.reactor.tcpServers
        self.assertEqual((server[0], server[3]), (port, interface))
        self.assertEqual(
            program.stdout, "Server running, press Ctrl-C to stop.\n", program.stderr
        )
        self.assertIsNone(program.exit_status)

    def test_listens_on_this_machine_only(self) -> None:
        """Unless told otherwise, nobody else can connect."""
        self.assert_listens_on(5001, "127.0.0.1")

    def test_listens_as_told(self) -> None:
        """The port and the interface can be chosen."""
        self.assert_listens_on(
            80, "192.0.2.1", "--port", "80", "--interface", "192.0.2.1"
        )

    def test_listens_on_ipv6(self) -> None:
        """The interface may be of either kind."""
        self.assert_listens_on(5001, "::1", "--interface", "::1")

    def test_says_which_port_the_system_chose(self) -> None:
        """With port 0 nobody could know else. (The reactor in memory chooses 0.)"""
        with run_program(main, "--port", "0", reactor=self.reactor) as program:
            pass

        self.assertEqual(
            program.stdout, "Server running on port 0, press Ctrl-C to stop.\n"
        )

    def test_serves(self) -> None:
        """Whoever connects is announced and answered."""
        with run_program(main, reactor=self.reactor) as program:
            client = IPv4Address("TCP", "192.0.2.7", 50_000)
            echo = self.reactor.tcpServers[0][1].buildProtocol(client)
            assert echo is not None
            transport = StringTransport(peerAddress=client)
            echo.makeConnection(transport)
            echo.dataReceived(b"hello\r\n")

        self.assertEqual(transport.value(), b"You said: hello\r\n")
        self.assertEqual(
            program.stdout,
            "Server running, press Ctrl-C to stop.\nConnection from 192.0.2.7\n",
        )

    def test_ends_on_interrupt(self) -> None:
        """Ctrl-C is how it is meant to end: it closes its port first."""
        reactor = ClosingReactor()
        with run_program(command(main), reactor=reactor) as program:
            self.assertEqual(reactor.closed, [])
            program.interrupt()

        self.assertEqual(reactor.closed, [5001])
        self.assertEqual(program.exit_status, 0)

    def test_port_in_use(self) -> None:
        """That it cannot listen is said in one line."""
        with run_program(command(main), reactor=BusyReactor()) as program:
            pass

        self.assertEqual(
            program.stderr,
            "Error: Couldn't listen on 127.0.0.1:5001: "
            "[Errno 98] Address already in use.\n",
        )
        self.assertEqual(program.stdout, "")
        self.assertEqual(program.exit_status, 1)

    def test_wrong_usage(self) -> None:
        """No port is beyond 65535, and no interface would mean all of them."""
        for argv, reason in [
            (("--port", "65536"), "port number must be a whole number from 0 to 65535"),
            (("--interface", ""), "a host name or address is needed"),
        ]:
            with run_program(main, *argv, reactor=self.reactor) as program:
                pass

            self.assertIn(reason, program.stderr)
            self.assertEqual(program.exit_status, 2)
