"""Tests of a program's keyboard and screen."""

from collections.abc import Callable
from functools import partial

from twisted.internet import stdio
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Console, NotSimulated, RecordingProtocol
from harness._standard_streams import StandardStreams


class RecordingProducer:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pauseProducing(self) -> None:
        self.told.append("pause")

    def resumeProducing(self) -> None:
        self.told.append("resume")

    def stopProducing(self) -> None:
        self.told.append("stop")


class Whole(Protocol):
    """Knows no half close, as most protocols."""

    def __init__(self) -> None:
        self.lost: list[type[BaseException] | None] = []

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lost.append(reason.type)


class ConsoleTestCase(SynchronousTestCase):
    """A console, and what is behind it."""

    def setUp(self) -> None:
        self.reactor = MemoryReactorClock()
        self.streams = StandardStreams(self.open_console)
        self.addCleanup(self.streams.close)
        self.console = Console(self.reactor, self.streams)

    def open_console(self, protocol: Protocol) -> Console:
        """Do what StandardIO does."""
        return self.console.open(protocol)

    def open(self, protocol: Protocol) -> None:
        """Let the program open StandardIO."""
        with self.streams:
            stdio.StandardIO(protocol)

    @property
    def shown(self) -> bytes:
        """What is on the screen."""
        return self.streams.output.getvalue()


class KeyboardTests(ConsoleTestCase):
    """What is typed."""

    def setUp(self) -> None:
        super().setUp()
        self.protocol = RecordingProtocol()

    def test_reaches_the_protocol(self) -> None:
        """At once, if the program is there."""
        self.open(self.protocol)
        self.console.type(b"hello\n")

        self.assertEqual(self.protocol.events, ["connectionMade", "dataReceived"])
        self.assertEqual(self.protocol.received, b"hello\n")

    def test_waits_for_the_program(self) -> None:
        """What is typed before the program opens its terminal is not lost."""
        self.console.type(b"hello\n")
        self.open(self.protocol)
        self.assertEqual(self.protocol.events, ["connectionMade"])
        self.reactor.advance(0)

        self.assertEqual(self.protocol.received, b"hello\n")

    def test_waits_while_it_is_paused(self) -> None:
        """A program that has paused it gets nothing until it resumes it."""
        self.open(self.protocol)
        self.console.pauseProducing()
        self.console.type(b"one")
        self.console.type(b"two")
        self.console.end_input()
        self.assertEqual(self.protocol.events, ["connectionMade"])
        self.console.resumeProducing()
        self.reactor.advance(0)

        self.assertEqual(self.protocol.received, b"onetwo")
        self.assertEqual(self.protocol.events[-1], "readConnectionLost")

    def test_nothing_to_resume(self) -> None:
        """A program that resumes it before anything was typed loses nothing."""
        self.open(self.protocol)
        self.console.pauseProducing()
        self.console.resumeProducing()

        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_comes_in_pieces(self) -> None:
        """No larger than StandardIO reads them; the program may pause after each."""
        console = self.console

        class Careful(RecordingProtocol):
            def dataReceived(self, data: bytes) -> None:
                super().dataReceived(data)
                console.pauseProducing()

        careful = Careful()
        self.open(careful)
        console.type(b"x" * 10_000)
        self.assertEqual(len(careful.received), 8192)
        console.resumeProducing()
        self.reactor.advance(0)

        self.assertEqual([len(piece) for piece in careful.pieces], [8192, 1808])

    def test_at_its_time(self) -> None:
        """Lines and the end can be scheduled beforehand."""
        self.open(self.protocol)
        self.console.end_input(after=3)
        self.console.type(b"two\n", after=2)
        self.console.type(b"one\n")
        self.reactor.advance(1.75)
        self.assertEqual(self.protocol.received, b"one\n")
        self.reactor.advance(0.25)
        self.assertEqual(self.protocol.received, b"one\ntwo\n")
        self.assertNotIn("readConnectionLost", self.protocol.events)
        self.reactor.advance(1)

        self.assertEqual(self.protocol.events[-1], "readConnectionLost")

    def test_no_bytes(self) -> None:
        """What is typed is bytes, as what is read."""
        for wrong in (5, None, "text"):
            error = self.assertRaises(TypeError, self.console.type, wrong)
            self.assertEqual(str(error), f"data must be bytes, not {wrong!r}")

    def test_no_time(self) -> None:
        """Whatever is put off is put off by a number of seconds."""
        acts: list[Callable[..., None]] = [
            partial(self.console.type, b"x"),
            self.console.end_input,
            self.console.break_output,
            self.console.hold_output,
            self.console.release_output,
        ]
        for act in acts:
            error: Exception = self.assertRaises(ValueError, act, after=-1)
            self.assertEqual(
                str(error),
                "after must be a number of seconds, 0 or more, not -1",
            )
            self.assertRaises(TypeError, act, after=None)

    def test_end_for_other_protocols(self) -> None:
        """One that knows no half close loses its terminal."""
        protocol = Whole()
        self.open(protocol)
        self.console.end_input()

        self.assertEqual(protocol.lost, [ConnectionDone])

    def test_nobody_reads_after_the_end(self) -> None:
        """What is typed when the program has closed its terminal is not read."""
        self.open(self.protocol)
        self.console.loseConnection()
        self.console.type(b"late")
        self.reactor.advance(0)
        self.console.type(b"later")

        self.assertEqual(self.protocol.events, ["connectionMade", "connectionLost"])


class ScreenTests(ConsoleTestCase):
    """What is shown."""

    def setUp(self) -> None:
        super().setUp()
        self.protocol = RecordingProtocol()
        self.open(self.protocol)

    def test_shows_what_is_written(self) -> None:
        """Bytes are shown as they are."""
        self.console.write(b"\xff raw")

        self.assertEqual(self.shown, b"\xff raw")
        self.assertEqual(self.console.value(), b"\xff raw")

    def test_held(self) -> None:
        """What is written while nobody takes it is shown afterwards."""
        self.console.hold_output()
        self.console.write(b"one ")
        self.console.hold_output()
        self.console.write(b"two ")
        self.assertEqual(self.shown, b"")
        self.console.release_output()
        self.console.write(b"three")

        self.assertEqual(self.shown, b"one two three")

    def test_held_at_its_time(self) -> None:
        """Holding and releasing can be scheduled, and a release has nothing to do."""
        self.console.hold_output(after=1)
        self.console.release_output(after=2)
        self.reactor.advance(1)
        self.console.write(b"one")
        self.assertEqual(self.shown, b"")
        self.reactor.advance(1)
        self.console.release_output()

        self.assertEqual(self.shown, b"one")

    def test_pauses_its_producer(self) -> None:
        """When more is held than the buffer has room for, and it is resumed later."""
        producer = RecordingProducer()
        self.console.registerProducer(producer, True)
        self.console.hold_output()
        self.console.write(b"x" * 65_536)
        self.assertEqual(producer.told, [])
        self.console.write(b"x")
        self.assertEqual(producer.told, ["pause"])
        self.console.release_output()

        self.assertEqual(producer.told, ["pause", "resume"])
        self.assertEqual(len(self.shown), 65_537)

    def test_resumes_only_what_it_has_paused(self) -> None:
        """A producer that was there before, or has come since, is left alone."""
        before, since = RecordingProducer(), RecordingProducer()
        self.console.registerProducer(before, True)
        self.console.hold_output()
        self.console.write(b"x" * 65_537)
        self.console.unregisterProducer()
        self.console.write(b"x")
        self.console.registerProducer(since, True)
        self.console.release_output()

        self.assertEqual(before.told, ["pause"])
        self.assertEqual(since.told, [])

    def test_pull_producers(self) -> None:
        """There is no model of them, and nothing is pretended."""
        with self.assertRaises(NotSimulated):
            self.console.registerProducer(RecordingProducer(), False)


class BrokenOutputTests(ConsoleTestCase):
    """A reader who goes away."""

    def test_is_told(self) -> None:
        """A half-closeable protocol hears that nobody reads its output any longer."""
        protocol = RecordingProtocol()
        self.open(protocol)
        self.console.write(b"seen")
        self.console.break_output(after=1)
        self.reactor.advance(1)
        self.console.write(b"not seen")

        self.assertEqual(protocol.events, ["connectionMade", "writeConnectionLost"])
        self.assertEqual(self.shown, b"seen")

    def test_other_protocols(self) -> None:
        """Others are told nothing, as StandardIO tells them nothing, until the end."""
        protocol = Whole()
        self.open(protocol)
        self.console.break_output()
        self.assertEqual(protocol.lost, [])
        self.console.end_input()

        self.assertEqual(protocol.lost, [ConnectionDone])

    def test_without_a_terminal(self) -> None:
        """A program that only prints finds out when it prints."""
        self.console.break_output()
        with self.assertRaises(BrokenPipeError), self.streams:
            print("lost")

    def test_held_output_is_lost(self) -> None:
        """And what closed the terminal properly did not, after all."""
        protocol = Whole()
        self.open(protocol)
        self.console.hold_output()
        self.console.write(b"last words")
        self.console.loseConnection()
        self.reactor.advance(0)
        self.assertEqual(protocol.lost, [])
        self.console.break_output()

        self.assertEqual(protocol.lost, [ConnectionLost])
        self.assertEqual(self.shown, b"")

    def test_producers_are_sent_away(self) -> None:
        """There is nobody to produce for."""
        self.open(RecordingProtocol())
        self.console.break_output()
        producer = RecordingProducer()
        self.console.registerProducer(producer, True)

        self.assertEqual(producer.told, ["stop"])
        self.assertIsNone(self.console.producer)


class ClosingTests(ConsoleTestCase):
    """A program that closes its terminal."""

    def setUp(self) -> None:
        super().setUp()
        self.protocol = Whole()
        self.open(self.protocol)

    def assert_closes_only_after(self, last: Callable[[], object]) -> None:
        """Assert that the terminal is closed, but not before something has happened."""
        self.console.loseConnection()
        self.reactor.advance(0)
        self.assertEqual(self.protocol.lost, [])
        last()
        self.reactor.advance(0)

        self.assertEqual(self.protocol.lost, [ConnectionDone])

    def test_later_and_once(self) -> None:
        """The protocol is not told while it is still closing."""
        self.console.loseConnection()
        self.console.loseConnection()
        self.assertEqual(self.protocol.lost, [])
        self.reactor.advance(0)
        self.console.release_output()
        self.reactor.advance(0)

        self.assertEqual(self.protocol.lost, [ConnectionDone])

    def test_waits_for_the_producer(self) -> None:
        """As every transport, it closes when its producer has nothing more."""
        self.console.registerProducer(RecordingProducer(), True)

        self.assert_closes_only_after(self.console.unregisterProducer)

    def test_waits_for_the_screen(self) -> None:
        """What has been written is to be shown."""
        self.console.hold_output()
        self.console.write(b"last words")

        self.assert_closes_only_after(self.console.release_output)
        self.assertEqual(self.shown, b"last words")
