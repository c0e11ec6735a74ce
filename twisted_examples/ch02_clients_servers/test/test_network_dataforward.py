"""`dataforward` over a network in memory, with `echoserver` or without."""

import os
import sys
from contextlib import ExitStack
from functools import partial
from io import FileIO, StringIO
from random import Random
from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IPushProducer, ITCPTransport
from twisted.internet.protocol import Protocol, ServerFactory

from harness import (
    RecordingProtocol,
    RunningProgram,
    VirtualReactor,
    run_program,
    segmentations,
)
from twisted_examples.ch02_clients_servers import dataforward, echoserver
from twisted_examples.ch02_clients_servers.test.network import (
    SERVER,
    AbortingAtOnce,
    ProgramTestCase,
)
from twisted_examples.command import command

BANNER = "Connected to server. Press Ctrl-C to close connection.\n"
GREETING = "Server running, press Ctrl-C to stop.\n"
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


class DataForwardTestCase(ProgramTestCase):
    """What `dataforward` needs to run in a test.

    Attributes:
        programs: The programs that run until the test ends.
        reader: The reader of its standard output.
    """

    def setUp(self) -> None:
        super().setUp()
        # It changes the mode of real descriptors, and asks for the reader of one.
        reading_end, descriptor = os.pipe()
        self.addCleanup(os.close, descriptor)
        self.reader = FileIO(reading_end)
        self.addCleanup(self.reader.close)
        self.patch(dataforward, "STDIN", descriptor)
        self.patch(dataforward, "STDOUT", descriptor)
        self.patch(sys, "stdin", StringIO())
        self.programs = ExitStack()
        self.addCleanup(self.programs.close)

    def forward(self, port: str = "5001") -> RunningProgram:
        """Start it."""
        program = self.start(dataforward.main, "server", port)
        return self.programs.enter_context(program)


class EchoTestCase(DataForwardTestCase):
    """A network on whose server `echoserver` runs.

    Attributes:
        echoserver: The program.
    """

    def setUp(self) -> None:
        super().setUp()
        self.echoserver = self.programs.enter_context(
            run_program(
                command(echoserver.main), "--interface", SERVER, host=self.server
            )
        )

    def assert_only_listening(self) -> None:
        """Assert that the server has closed all that its clients have."""
        self.network.flush()
        self.assertEqual(len(self.server.sockets), 1)


class ConversationTests(EchoTestCase):
    """One user."""

    def test_converses(self) -> None:
        """Each line is answered when it is typed; "quit" ends it."""
        program = self.forward()
        program.console.type(b"hello\n", after=1)
        program.console.type(b"quit\n", after=3)
        self.network.advance(2)
        self.assertEqual(program.stdout, "You said: hello\r\n")
        program.wait()

        self.assert_ended(program, 0, "You said: hello\r\nGoodbye.\r\n", BANNER)
        self.assertEqual(
            self.echoserver.stdout, GREETING + "Connection from 192.0.2.2\n"
        )
        self.assert_only_listening()

    def test_typed_before_it_is_connected(self) -> None:
        """Nothing of what is typed ahead is lost."""
        program = self.forward()
        program.console.type(b"hello\nquit\n")
        program.wait()

        self.assert_ended(program, 0, "You said: hello\r\nGoodbye.\r\n", BANNER)

    def test_however_the_bytes_travel(self) -> None:
        """The same is shown when the streams are cut into pieces, however small."""
        typed = b"one\ntwo\r\n\n" + b"x" * 300 + b"\rquit\n"
        shown = "You said: one\r\nYou said: two\r\nYou said: \r\n"
        shown += f"You said: {'x' * 300}\r\nGoodbye.\r\n"
        for largest in (1, 2, 3, 7, 50, 1000):
            self.network.segments = partial(Random(largest).randint, 1, largest)
            program = self.forward()
            program.console.type(typed)
            program.wait()

            self.assert_ended(program, 0, shown, BANNER)

    def test_however_it_is_typed(self) -> None:
        """The same is shown however fast it is typed."""
        for pieces in segmentations(b"one\r\ntwo\rquit\n"):
            program = self.forward()
            for instant, piece in enumerate(pieces):
                program.console.type(piece, after=instant)
            program.wait()

            shown = "You said: one\r\nYou said: two\r\nGoodbye.\r\n"
            self.assert_ended(program, 0, shown, BANNER)

    def test_all_bytes(self) -> None:
        """What is no newline comes back as it is."""
        others = bytes(byte for byte in range(256) if byte not in b"\r\n")
        program = self.forward()
        program.console.type(others + b"\n")
        self.network.flush()

        self.assertEqual(program.stdout_bytes, b"You said: " + others + b"\r\n")

    def test_end_of_input(self) -> None:
        """A last line without a newline is answered, and then both sides close."""
        program = self.forward()
        program.console.type(b"one\ntwo", after=1)
        program.console.end_input(after=2)
        program.wait()

        self.assert_ended(program, 0, "You said: one\r\nYou said: two\r\n", BANNER)
        self.assert_only_listening()

    def test_nothing_but_the_end(self) -> None:
        """As with ``< /dev/null``."""
        program = self.forward()
        program.console.end_input()
        program.wait()

        self.assert_ended(program, 0, "", BANNER)

    def test_line_that_is_too_long(self) -> None:
        """It is answered with an error, and the conversation goes on."""
        program = self.forward()
        for instant in range(4):
            program.console.type(b"x" * 20_000, after=instant)
        program.console.type(b"\nquit\n", after=4)
        program.wait()

        self.assert_ended(
            program,
            0,
            "Error: a line may have at most 16384 bytes.\r\nGoodbye.\r\n",
            BANNER,
        )

    def test_many_lines_at_once(self) -> None:
        """More answers than the server's buffer has room for, and then its farewell."""
        program = self.forward()
        program.console.type(b"\n" * 8_000 + b"quit\n")
        program.wait()

        self.assert_ended(program, 0, "You said: \r\n" * 8_000 + "Goodbye.\r\n", BANNER)

    def test_interrupted(self) -> None:
        """Ctrl-C ends the client, and the server serves on."""
        program = self.forward()
        program.interrupt(after=2)
        program.wait()

        self.assert_ended(program, 130, "", BANNER)
        self.assert_only_listening()

    def test_one_after_the_other(self) -> None:
        """The server has forgotten the client before."""
        for _ in range(2):
            program = self.forward()
            program.console.type(b"half a line")
            program.console.end_input()
            program.wait()

            self.assert_ended(program, 0, "You said: half a line\r\n", BANNER)


class ManyClientsTests(EchoTestCase):
    """Many users at the same time, each with a process of its own."""

    def test_each_has_its_own_answers(self) -> None:
        """Although all type their lines bit by bit, and at the same time."""
        programs = [self.forward() for _ in range(40)]
        for number, program in enumerate(programs):
            for instant, word in enumerate((b"I", b" am ", b"%d" % number, b"\n")):
                program.console.type(word, after=1 + instant)
            program.console.type(b"quit\n", after=5 + number)
        statuses = [program.wait() for program in programs]

        self.assertEqual(statuses, [0] * 40)
        for number, program in enumerate(programs):
            self.assertEqual(program.stdout, f"You said: I am {number}\r\nGoodbye.\r\n")
        self.assertEqual(
            self.echoserver.stdout, GREETING + "Connection from 192.0.2.2\n" * 40
        )
        self.assertEqual(self.network.seconds(), 44)

    def test_from_other_machines(self) -> None:
        """The server says where each comes from, in the order in which they came."""
        for number in (7, 5, 6):
            host = self.network.host(f"host{number}", f"192.0.2.{number}")
            main = command(dataforward.main)
            program = run_program(main, "server", "5001", host=host)
            self.programs.enter_context(program)
            self.network.flush()

        self.assertEqual(
            self.echoserver.stdout,
            GREETING + "Connection from 192.0.2.7\n"
            "Connection from 192.0.2.5\nConnection from 192.0.2.6\n",
        )

    def test_one_who_does_not_read_does_not_disturb_others(self) -> None:
        """The server waits for it, but for nobody else."""
        rude, polite = self.forward(), self.forward()
        self.network.flush()
        rude.console.hold_output()
        rude.console.type(b"hello\n" * 200_000 + b"quit\n")
        self.network.flush()
        self.assertEqual(rude.console.producerState, "paused")
        polite.console.type(b"hello\nquit\n")
        polite.wait()

        self.assertEqual(polite.stdout, "You said: hello\r\nGoodbye.\r\n")
        rude.console.release_output()
        rude.wait()
        self.assert_ended(
            rude, 0, "You said: hello\r\n" * 200_000 + "Goodbye.\r\n", BANNER
        )


class ServerEndsTests(EchoTestCase):
    """What a client sees when the server goes."""

    def test_interrupted(self) -> None:
        """Ctrl-C ends the server well, and with it its clients."""
        program = self.forward()
        program.console.type(b"hello\n")
        self.echoserver.interrupt(after=1)
        program.wait()
        self.echoserver.wait()

        self.assert_ended(program, 0, "You said: hello\r\n", BANNER)
        self.assertEqual(self.echoserver.exit_status, 0)
        self.network.flush()
        self.assertEqual(self.server.sockets, [])

    def test_started_again(self) -> None:
        """A server that has ended has left its port free, and its clients come back."""
        self.echoserver.interrupt()
        self.echoserver.wait()
        refused = self.forward()
        refused.wait()
        main = command(echoserver.main)
        again = run_program(main, "--interface", SERVER, host=self.server)
        self.programs.enter_context(again)
        program = self.forward()
        program.console.type(b"quit\n")
        program.wait()

        self.assertEqual(refused.exit_status, 1)
        self.assert_ended(program, 0, "Goodbye.\r\n", BANNER)
        self.assertEqual(again.stdout, GREETING + "Connection from 192.0.2.2\n")

    def test_killed(self) -> None:
        """The system closes what a killed server had open: a clean end, as it seems."""
        arguments = "--interface", SERVER, "--port", "5002"
        with run_program(command(echoserver.main), *arguments, host=self.server):
            program = self.forward("5002")
            program.console.type(b"hello\n")
            self.network.flush()
        program.wait()

        self.assert_ended(program, 0, "You said: hello\r\n", BANNER)


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
            program = self.forward("5002")
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
