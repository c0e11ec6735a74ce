"""`dataforward` and `echoserver` on two hosts of a network: whole conversations."""

from functools import partial
from random import Random

from harness import run_program, segmentations
from twisted_examples.ch02_clients_servers import dataforward, echoserver
from twisted_examples.ch02_clients_servers.test.forwarding import (
    BANNER,
    DataForwardTestCase,
)
from twisted_examples.ch02_clients_servers.test.network import SERVER
from twisted_examples.command import command

GREETING = "Server running, press Ctrl-C to stop.\n"


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
        line = "x" * 150
        self.network.flush()
        rude.console.hold_output()
        rude.console.type(f"{line}\n".encode() * 20_000 + b"quit\n")
        self.network.flush()
        self.assertEqual(rude.console.producerState, "paused")
        polite.console.type(b"hello\nquit\n")
        polite.wait()

        self.assertEqual(polite.stdout, "You said: hello\r\nGoodbye.\r\n")
        rude.console.release_output()
        rude.wait()
        self.assert_ended(
            rude, 0, f"You said: {line}\r\n" * 20_000 + "Goodbye.\r\n", BANNER
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
            program = self.forward(port="5002")
            program.console.type(b"hello\n")
            self.network.flush()
        program.wait()

        self.assert_ended(program, 0, "You said: hello\r\n", BANNER)
