"""Tests of what is left of programs that have ended."""

import gc
from contextlib import ExitStack
from functools import partial
from typing import Any

from twisted.internet import stdio, threads
from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import ClientFactory, Protocol, ServerFactory

from harness import (
    Deadlock,
    NotSimulated,
    RecordingProtocol,
    VirtualReactor,
    run_program,
)
from harness.test.processes import IReactor, ProcessTestCase, Talkative, count, serve


class EndTests(ProcessTestCase):
    """What is left of a program that has ended: nothing."""

    def connect(self) -> RecordingProtocol:
        """Let the other host connect to the program."""
        endpoint = TCP4ClientEndpoint(self.two.reactor, "192.0.2.1", 80)
        client: RecordingProtocol = self.network.run_until(
            connectProtocol(endpoint, RecordingProtocol())
        )
        return client

    def assert_nothing_left(self) -> None:
        """Assert that the machine is as it was."""
        self.network.flush()
        self.assertEqual(self.one.sockets, [])
        self.assertEqual(self.network.scheduler.timers.active_calls(), [])
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_killed(self) -> None:
        """What it had open is closed without a word, and its clients notice."""
        with run_program(serve, host=self.one) as program:
            client = self.connect()
            program.interrupt(after=99)

        self.assertIsNone(program.exit_status)
        self.assertEqual(program.stdout, "made\n")
        self.assert_nothing_left()
        self.assertEqual(client.events, ["connectionMade", "readConnectionLost"])

    def test_killed_when_the_test_fails(self) -> None:
        """An error in the block passes through, and takes nothing with it."""
        program = run_program(serve, host=self.one)
        with self.assertRaises(ZeroDivisionError), program:
            raise ZeroDivisionError

        self.assert_nothing_left()

    def test_killed_while_it_says_so(self) -> None:
        """What it awaits is cancelled, so that nothing waits for ever; nobody hears."""
        cancelled: list[str] = []

        async def main(reactor: object) -> None:
            try:
                await Deferred()
            finally:
                cancelled.append("cancelled")
                print("I am killed")

        with run_program(main, host=self.one) as program:
            pass

        self.assertEqual(cancelled, ["cancelled"])
        self.assertEqual(program.stdout, "")

    def test_killed_with_threads(self) -> None:
        """Threads that are out of work end with it."""

        async def main(reactor: VirtualReactor) -> None:
            pool = reactor.getThreadPool()
            await threads.deferToThreadPool(reactor, pool, print, "work")
            await Deferred()

        with run_program(main, host=self.one) as program:
            self.network.flush()

        self.assertEqual(program.stdout, "work\n")
        self.assert_nothing_left()

    def test_paused_connections(self) -> None:
        """A connection that a program has paused is closed with the others."""

        class Paused(Talkative):
            def connectionMade(self) -> None:
                self.transport.pauseProducing()  # type: ignore[union-attr]

        async def main(reactor: VirtualReactor) -> None:
            reactor.listenTCP(80, ServerFactory.forProtocol(Paused))
            await Deferred()

        with run_program(main, host=self.one) as program:
            client = self.connect()
            self.network.flush()
            program.interrupt()
            program.wait()

        self.assert_nothing_left()
        self.assertEqual(client.events, ["connectionMade", "readConnectionLost"])

    def test_attempts_to_connect(self) -> None:
        """An attempt that nobody answers is given up."""

        async def main(reactor: VirtualReactor) -> None:
            reactor.connectTCP("192.0.2.2", 80, ClientFactory())
            await Deferred()

        self.two.filtered = {80}
        with run_program(main, host=self.one):
            self.network.advance(1)
            self.assertEqual(len(self.one.sockets), 1)

        self.assert_nothing_left()

    def test_real_descriptors(self) -> None:
        """They are refused a program as they are refused a test."""

        async def main(reactor: VirtualReactor) -> None:
            reactor.addReader(FileDescriptor())
            await Deferred()

        with run_program(main, host=self.one) as program:
            self.assertRaises(NotSimulated, program.wait)

        self.assert_nothing_left()
        self.network.advance(1)  # no real descriptor holds time up any more

    def test_others_of_the_same_host(self) -> None:
        """What belongs to other programs, and to the test, stays."""
        called: list[str] = []
        self.one.reactor.listenTCP(81, ServerFactory.forProtocol(Talkative))
        self.one.reactor.callLater(1, called.append, "test")
        with (
            run_program(count, "other", "1", host=self.one) as other,
            run_program(serve, host=self.one) as program,
        ):
            program.interrupt()
            program.wait()
            self.assertEqual(len(self.one.sockets), 1)
            other.wait()

        self.assertEqual(called, ["test"])
        self.assertEqual(other.stdout, "other 1\nother 2\nother 3\n")

    def test_half_close(self) -> None:
        """A program's own protocols hear of it, though the host has another reactor."""
        protocol = RecordingProtocol()

        async def main(reactor: IReactor) -> None:
            factory = ServerFactory()
            factory.buildProtocol = lambda addr: protocol  # type: ignore[method-assign]
            reactor.listenTCP(80, factory)
            await Deferred()

        with run_program(main, host=self.one):
            client: Any = self.connect()
            client.transport.loseWriteConnection()
            self.network.flush()

        self.assertEqual(protocol.events, ["connectionMade", "readConnectionLost"])

    def test_calls_of_its_own(self) -> None:
        """A program sees its own delayed calls only, named as it made them."""
        seen: list[str] = []

        async def main(reactor: VirtualReactor) -> None:
            call = reactor.callLater(7, print, "seven")
            seen.extend(str(call) for call in reactor.getDelayedCalls())
            call.cancel()

        self.one.reactor.callLater(8, print)
        self.run_to_end(main)

        self.assertEqual(
            seen, ["<DelayedCall [7.0s] called=0 cancelled=0 print('seven')>"]
        )


class CrashTests(ProcessTestCase):
    """A program on a machine that loses power."""

    def test_is_no_more(self) -> None:
        """It does nothing more, and nobody learns how it ended."""
        said: list[str] = []

        async def main(reactor: Any) -> None:
            reactor.callLater(1, said.append, "later")
            reactor.callFromThread(said.append, "from a thread")
            reactor.addSystemEventTrigger("before", "shutdown", said.append, "end")
            await threads.deferToThreadPool(reactor, reactor.getThreadPool(), int)
            await Deferred()

        with run_program(main, host=self.one) as program:
            self.network.flush()
            said.clear()
            self.one.crash()
            error = self.assertRaises(Deadlock, program.wait)

        self.assertEqual(
            str(error),
            "the program on one has not ended: its machine crashed at 0.0 s",
        )
        self.network.flush()
        self.assertEqual((program.exit_status, said), (None, []))
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_while_it_is_waited_for(self) -> None:
        """Who waits is told at once, though others go on."""
        with (
            run_program(count, "other", "60", host=self.two),
            run_program(count, "one", "60", host=self.one) as program,
        ):
            self.two.reactor.callLater(90, self.one.crash)
            error = self.assertRaises(Deadlock, program.wait)

        self.assertIn("one has not ended: its machine crashed at 90.0 s", str(error))
        self.assertEqual(self.network.seconds(), 90)
        self.assertEqual(program.stdout, "one 1\n")

    def test_does_not_clean_up(self) -> None:
        """Nothing is cancelled, neither at the crash nor at the end of the block."""
        cleaned: list[str] = []

        async def main(reactor: VirtualReactor) -> None:
            with ExitStack() as at_end:
                at_end.callback(cleaned.append, "up")
                await Deferred()

        with run_program(main, host=self.one) as program:
            self.network.flush()
            self.one.crash()
            self.one.restart()
        del program
        gc.collect()

        self.assertEqual(cleaned, [])

    def test_nobody_to_talk_to(self) -> None:
        """Neither Ctrl-C nor what is typed reaches it, though the machine is back."""
        received: list[bytes] = []

        class Reader(Protocol):
            def dataReceived(self, data: bytes) -> None:
                received.append(data)

        async def main(reactor: object) -> None:
            stdio.StandardIO(Reader())
            await Deferred()

        with run_program(main, host=self.one) as program:
            program.console.type(b"before")
            program.console.type(b"late", after=5)
            program.interrupt(after=5)
            self.one.crash()
            self.one.restart()
            for act in (
                program.interrupt,
                partial(program.interrupt, 1),
                partial(program.console.type, b"now"),
                partial(program.console.type, b"now", after=1),
                program.console.end_input,
            ):
                error = self.assertRaises(ValueError, act)
                self.assertEqual(
                    str(error),
                    "the program on one has not ended: its machine crashed at 0.0 s",
                )
            self.network.advance(10)

        self.assertEqual((received, program.exit_status), ([b"before"], None))

    def test_machine_that_is_down(self) -> None:
        """No program is started on it."""
        early = run_program(serve, host=self.one)
        self.one.crash()
        error = self.assertRaises(ValueError, run_program, serve, host=self.one)
        self.assertEqual(str(error), "one is down: no program can run on it")

        error = self.assertRaises(ValueError, early.__enter__)
        self.assertEqual(str(error), "one is down: no program can run on it")

    def test_plug_pulled_by_itself(self) -> None:
        """By ``main``, and after its reactor has been told to crash as well."""

        async def main(reactor: IReactor) -> None:
            reactor.callWhenRunning(said.append, "running")
            self.one.crash()
            said.append("still at work")

        async def crashing(reactor: IReactor) -> None:
            reactor.callLater(1, reactor.crash)
            reactor.callLater(1, self.two.crash)
            await Deferred()

        said: list[str] = []
        with run_program(main, host=self.one) as program:
            self.assertRaises(Deadlock, program.wait)
        with run_program(crashing, host=self.two) as other:
            self.assertRaises(Deadlock, other.wait)
            self.network.flush()

        self.assertEqual((program.exit_status, other.exit_status), (None, None))
        self.assertEqual(said, ["still at work"])

    def test_plug_pulled_when_it_ends(self) -> None:
        """It has ended before, and its exit status is known."""

        async def main(reactor: object) -> None:
            try:
                await Deferred()
            finally:
                self.one.crash()

        with run_program(main, host=self.one) as program:
            program.interrupt(after=1)
            status = program.wait()

        self.assertEqual((status, self.one.is_up), (0, False))

    def test_program_that_has_ended_before(self) -> None:
        """Its exit status stays what it was."""
        program = self.run_to_end(count, "one", "1")
        self.one.crash()

        self.assertEqual((program.exit_status, program.wait()), (0, 0))

    def test_restarted(self) -> None:
        """It can be started again when the machine is."""
        with run_program(serve, host=self.one) as before:
            self.network.flush()
            self.one.crash()
            self.one.restart()
            with run_program(serve, host=self.one) as program:
                self.network.flush()
                program.interrupt(after=1)
                status = program.wait()

        self.assertEqual((before.exit_status, status), (None, 0))
        self.assertEqual(self.one.sockets, [])
