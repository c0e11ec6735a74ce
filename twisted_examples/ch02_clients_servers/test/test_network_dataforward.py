"""`dataforward` over a network in memory, with servers that do as the test says."""

from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IPushProducer, ITCPTransport
from twisted.internet.protocol import Protocol, ServerFactory

from harness import RecordingProtocol, RunningProgram, VirtualReactor, run_program
from twisted_examples.ch02_clients_servers.test.forwarding import (
    BANNER,
    DataForwardTestCase,
)
from twisted_examples.ch02_clients_servers.test.network import AbortingAtOnce

UNCLEAN = (
    "Lost connection: Connection to the other side was lost in a non-clean fashion.\n"
)


class IStream(ITCPTransport, IPushProducer):
    """A connection that can be paused."""


class Remembering(ServerFactory):
    """Remembers the protocols that it has made.

    Attributes:
        made: They, oldest first.
    """

    def __init__(self) -> None:
        self.made: list[RecordingProtocol] = []

    def buildProtocol(self, addr: IAddress | None) -> RecordingProtocol:
        self.made.append(RecordingProtocol())
        return self.made[-1]


class Deaf(Protocol):
    """Never reads."""

    transport: IStream

    def connectionMade(self) -> None:
        self.transport.pauseProducing()


async def deaf(reactor: VirtualReactor) -> None:
    """Serve port 5002, and never read."""
    reactor.listenTCP(5002, ServerFactory.forProtocol(Deaf))
    await Deferred()


class OtherServersTests(DataForwardTestCase):
    """Servers that do as the test says."""

    def setUp(self) -> None:
        super().setUp()
        self.factory = Remembering()
        self.server.reactor.listenTCP(5001, self.factory)

    def connect(self) -> tuple[RunningProgram, RecordingProtocol, IStream]:
        """Start the program; return the server's end and its transport, too."""
        program = self.forward()
        self.network.flush()
        protocol = self.factory.made[-1]
        assert protocol.transport is not None
        return program, protocol, cast(IStream, protocol.transport)

    def test_newlines_of_the_network(self) -> None:
        """What is typed is sent with CR LF, in whatever pieces it is typed."""
        program, server, _ = self.connect()
        for piece in (b"one\r", b"\ntwo\n", b"\n"):
            program.console.type(piece)
            self.network.flush()

        self.assertEqual(server.received, b"one\r\ntwo\r\n\r\n")

    def test_server_speaks_first(self) -> None:
        """Its greeting is shown as it is, and by itself."""
        program, _, transport = self.connect()
        transport.write(b"220 ready\n")
        self.network.flush()

        self.assertEqual(program.stdout, "220 ready\n")
        self.assertEqual(program.stderr, BANNER)

    def test_half_close(self) -> None:
        """After the end of the input the server may answer as long as it likes."""
        program, server, transport = self.connect()
        program.console.end_input()
        self.network.flush()
        self.assertEqual(server.events, ["connectionMade", "readConnectionLost"])
        for delay in (10, 20, 30):
            self.server.reactor.callLater(delay, transport.write, b"answer\n")
        self.server.reactor.callLater(40, transport.loseConnection)
        program.wait()

        self.assert_ended(program, 0, "answer\n" * 3, BANNER)
        self.assertEqual(self.network.seconds(), 40)

    def test_silence_after_the_end_of_the_input(self) -> None:
        """A server that says nothing for five minutes is given up."""
        program, _, transport = self.connect()
        program.console.end_input()
        self.server.reactor.callLater(200, transport.write, b"answer\n")
        program.wait()

        self.assert_ended(
            program,
            1,
            "answer\n",
            BANNER + "Lost connection: The server did nothing for 300 seconds.\n",
        )
        self.assertEqual(self.network.seconds(), 500)

    def test_silence_before_the_end_of_the_input(self) -> None:
        """While somebody may type, the program waits as long as the user does."""
        program, _, transport = self.connect()
        self.network.advance(10_000)
        self.assertIsNone(program.exit_status)
        transport.loseConnection()
        program.wait()

        self.assert_ended(program, 0, "", BANNER)

    def test_patience(self) -> None:
        """The user may say how long a server is waited for."""
        program = self.forward("--timeout", "2.5")
        program.console.end_input()
        program.wait()

        self.assertEqual(
            program.stderr,
            BANNER + "Lost connection: The server did nothing for 2.5 seconds.\n",
        )
        self.assertEqual(self.network.seconds(), 2.5)

    def test_silence_while_the_screen_is_held(self) -> None:
        """It is not the server's fault that nothing is read."""
        program, _, transport = self.connect()
        program.console.hold_output()
        transport.write(b"x" * 2_000_000)
        self.network.flush()
        program.console.end_input()
        program.console.release_output(after=1000)
        self.server.reactor.callLater(1200, transport.loseConnection)
        program.wait()

        self.assert_ended(program, 0, "x" * 2_000_000, BANNER)

    def test_silence_after_the_screen_was_held(self) -> None:
        """From then on time counts again."""
        program, _, transport = self.connect()
        program.console.hold_output()
        program.console.end_input()
        self.network.flush()
        transport.write(b"x" * 2_000_000)
        program.console.release_output(after=1000)
        program.wait()

        self.assertEqual(program.exit_status, 1)
        self.assertEqual(program.stdout, "x" * 2_000_000)
        self.assertEqual(self.network.seconds(), 1300)

    def test_server_closes(self) -> None:
        """The last words are shown, whatever the user still types."""
        program, _, transport = self.connect()
        program.console.type(b"are you there?\n", after=2)
        transport.write(b"bye\n")
        transport.loseConnection()
        program.wait()

        self.assert_ended(program, 0, "bye\n", BANNER)

    def test_reset(self) -> None:
        """What came is shown, and that it was not all is said."""
        program, _, transport = self.connect()
        transport.write(b"half an ans")
        self.network.flush()
        transport.abortConnection()
        program.wait()

        self.assert_ended(program, 1, "half an ans", BANNER + UNCLEAN)

    def test_server_dies_with_something_unread(self) -> None:
        """A program that is killed before it has read everything resets."""
        with run_program(deaf, host=self.server):
            program = self.forward(port="5002")
            self.network.flush()
            program.console.type(b"hello?\n")
            self.network.flush()
        program.wait()

        self.assert_ended(program, 1, "", BANNER + UNCLEAN)

    def test_server_that_does_not_read(self) -> None:
        """The keyboard is paused when the buffers are full, and nothing is lost."""
        program, server, transport = self.connect()
        transport.pauseProducing()
        program.console.type(b"0123456789abcde\n" * 100_000)
        program.console.end_input()
        self.network.flush()
        self.assertEqual(program.console.producerState, "paused")
        self.assertEqual(server.received, b"")
        transport.resumeProducing()
        self.network.flush()

        self.assertEqual(program.console.producerState, "producing")
        self.assertEqual(server.received, b"0123456789abcde\r\n" * 100_000)
        self.assertEqual(server.events[-1], "readConnectionLost")

    def test_screen_that_is_held(self) -> None:
        """The server is paused when the buffers are full, and nothing is lost."""
        program, _, transport = self.connect()
        program.console.hold_output()
        transport.write(b"x" * 2_000_000)
        self.network.flush()
        self.assertIn(transport, self.server.reactor.getWriters())
        self.assertEqual(program.stdout_bytes, b"")
        program.console.release_output()
        self.network.flush()

        self.assertNotIn(transport, self.server.reactor.getWriters())
        self.assertEqual(program.stdout_bytes, b"x" * 2_000_000)

    def test_closed_while_the_screen_is_held(self) -> None:
        """The program does not end before all is shown."""
        program, _, transport = self.connect()
        program.console.hold_output()
        transport.write(b"x" * 100_000)
        transport.loseConnection()
        program.console.release_output(after=60)
        self.network.advance(59)
        self.assertIsNone(program.exit_status)
        program.wait()

        self.assert_ended(program, 0, "x" * 100_000, BANNER)

    def test_reader_goes_away(self) -> None:
        """As with ``| head``, the program ends without a word, and the server hears."""
        program, server, transport = self.connect()
        transport.write(b"one\ntwo\n")
        self.network.flush()
        self.reader.close()
        program.console.break_output()
        transport.write(b"three\n")
        program.wait()

        self.assert_ended(program, 1, "one\ntwo\n", BANNER)
        self.assertEqual(server.events[-1], "connectionLost")


class NotConnectedTests(DataForwardTestCase):
    """There is no server."""

    def assert_fails(self, reason: str, instant: float) -> None:
        """Assert what is said instead of the banner, and when."""
        program = self.forward()
        program.console.type(b"hello\n")
        program.wait()

        self.assert_ended(program, 1, "", f"Connection failed: {reason}\n")
        self.assertLessEqual(self.network.seconds(), instant)

    def test_refused(self) -> None:
        """Nobody listens."""
        self.assert_fails(
            "Connection was refused by other side: 111: Connection refused.", 1
        )

    def test_timeout(self) -> None:
        """Nobody answers for half a minute."""
        self.server.filtered = {5001}

        self.assert_fails("User timeout caused connection failure.", 30)

    def test_no_answer_to_the_lookup(self) -> None:
        """A resolver that says nothing is not waited for for ever."""
        self.network.names.stall("server")
        program = self.forward()
        program.wait()

        self.assert_ended(
            program,
            1,
            "",
            "Connection failed: User timeout caused connection failure.\n",
        )
        self.assertEqual(self.network.seconds(), 60)

    def test_unknown_name(self) -> None:
        """Nobody has that name."""
        del self.network.names["server"]

        self.assert_fails(
            "DNS lookup failed: no results for hostname lookup: server.", 0
        )

    def test_reset_before_it_was_made(self) -> None:
        """Somebody answered, but not for long enough."""
        self.listen(5001, protocol=AbortingAtOnce)

        self.assert_fails(
            "An error occurred while connecting: 104: Connection reset by peer.", 1
        )

    def test_interrupted(self) -> None:
        """Ctrl-C gives the attempt up."""
        self.server.filtered = {5001}
        program = self.forward()
        program.interrupt(after=2)
        program.wait()

        self.assert_ended(program, 130)
        self.assertEqual(self.network.seconds(), 2)
