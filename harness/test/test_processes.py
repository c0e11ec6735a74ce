"""Tests of programs that run on the hosts of a network."""

import sys
from io import StringIO
from typing import Any

from twisted.internet import stdio, threads
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.error import ReactorNotRunning
from twisted.internet.interfaces import IReactorCore, IReactorTime
from twisted.internet.task import deferLater

from harness import (
    Deadlock,
    VirtualReactor,
    VirtualTimeoutError,
    run_program,
)
from harness.test.processes import (
    IReactor,
    ProcessTestCase,
    Talkative,
    count,
    serve,
    wait_for_ever,
)


class OutputTests(ProcessTestCase):
    """Each program has its own output."""

    def test_interleaved_programs(self) -> None:
        """Programs that print by turns do not print into each other's output."""
        with (
            run_program(count, "one", "2", host=self.one) as one,
            run_program(count, "two", "3", host=self.two) as two,
        ):
            one.wait()
            two.wait()

        self.assertEqual(one.stdout, "one 1\none 2\none 3\n")
        self.assertEqual(two.stdout, "two 1\ntwo 2\ntwo 3\n")
        self.assertEqual(self.network.seconds(), 9)

    def test_programs_of_one_host(self) -> None:
        """A machine can run several, each with a reactor of its own."""
        with (
            run_program(count, "one", "2", host=self.one) as one,
            run_program(count, "two", "3", host=self.one) as two,
        ):
            self.assertEqual(one.wait(), 0)
            self.assertEqual(self.network.seconds(), 6)
            self.assertEqual(two.stdout, "two 1\ntwo 2\n")
            self.assertEqual(two.wait(), 0)

        self.assertEqual(one.stdout, "one 1\none 2\none 3\n")

    def test_one_after_the_other(self) -> None:
        """A host can be used again, as a machine can."""
        first = self.run_to_end(count, "first", "1")
        second = self.run_to_end(count, "second", "1")

        self.assertEqual(first.stdout, "first 1\nfirst 2\nfirst 3\n")
        self.assertEqual(second.stdout, "second 1\nsecond 2\nsecond 3\n")

    def test_what_the_test_prints(self) -> None:
        """While programs run the test has its own streams, and they are not changed."""
        before = sys.stdout, sys.stderr, stdio.StandardIO
        with run_program(count, "one", "1", host=self.one) as program:
            self.network.advance(1.5)
            self.assertEqual((sys.stdout, sys.stderr, stdio.StandardIO), before)
            program.wait()

        self.assertEqual((sys.stdout, sys.stderr, stdio.StandardIO), before)

    def test_a_program_may_replace_its_output(self) -> None:
        """As `command` does. It is the program's own, and nobody else's."""
        taken: list[str] = []

        class Loud:
            def write(self, text: str) -> None:
                taken.append(text.upper())

        async def loud(reactor: IReactorTime) -> None:
            sys.stdout = Loud()
            await count(reactor, "loud", "2")

        with (
            run_program(loud, host=self.one) as one,
            run_program(count, "quiet", "2", host=self.two) as two,
        ):
            one.wait()
            two.wait()

        self.assertEqual("".join(taken), "LOUD 1\nLOUD 2\nLOUD 3\n")
        self.assertEqual(one.stdout, "")
        self.assertEqual(two.stdout, "quiet 1\nquiet 2\nquiet 3\n")

    def test_events_of_sockets(self) -> None:
        """What a server's protocols print is the server's, whoever caused it."""
        own = StringIO()
        self.patch(sys, "stdout", own)
        reactor = self.two.reactor
        endpoint = TCP4ClientEndpoint(reactor, "192.0.2.1", 80)
        with run_program(serve, host=self.one) as program:
            client: Any = reactor.run_until(connectProtocol(endpoint, Talkative()))
            client.transport.write(b"hello")
            client.transport.loseConnection()
            with run_program(count, "two", "1", host=self.two) as other:
                other.wait()

        self.assertEqual(program.stdout, "made\nreceived hello\nlost\n")
        self.assertEqual(own.getvalue(), "made\nlost\n")
        self.assertEqual(other.stdout, "two 1\ntwo 2\ntwo 3\n")

    def test_threads(self) -> None:
        """What a program's threads print is its output, also after they have waited."""

        def work(reactor: VirtualReactor, name: str) -> None:
            print(name, "began")
            threads.blockingCallFromThread(reactor, deferLater, reactor, 1)
            print(name, "ended")

        async def main(reactor: VirtualReactor, name: str) -> None:
            pool = reactor.getThreadPool()
            await threads.deferToThreadPool(reactor, pool, work, reactor, name)

        with (
            run_program(main, "one", host=self.one) as one,
            run_program(main, "two", host=self.two) as two,
        ):
            one.wait()
            two.wait()

        self.assertEqual(one.stdout, "one began\none ended\n")
        self.assertEqual(two.stdout, "two began\ntwo ended\n")

    def test_calls_from_threads(self) -> None:
        """So is what they ask the reactor to do."""

        async def main(reactor: VirtualReactor) -> None:
            reactor.callFromThread(print, "called")
            await deferLater(reactor, 0)

        self.assertEqual(self.run_to_end(main).stdout, "called\n")

    def test_console(self) -> None:
        """Programs that open a terminal each have their own."""

        async def main(reactor: object) -> None:
            stdio.StandardIO(Talkative())
            await Deferred()

        with (
            run_program(main, host=self.one) as one,
            run_program(main, host=self.two) as two,
        ):
            one.console.type(b"1")
            two.console.type(b"2", after=1)
            two.console.end_input(after=2)
            self.network.advance(2)

        self.assertEqual(one.stdout, "made\nreceived 1\n")
        self.assertEqual(two.stdout, "made\nreceived 2\nlost\n")


class ExitStatusTests(ProcessTestCase):
    """What a shell would be told, as `twisted.internet.task.react` has it."""

    def test_success(self) -> None:
        """Returning is success; it is known when the reactor has stopped."""

        async def main(reactor: object) -> None:
            print("done")

        with run_program(main, host=self.one) as program:
            self.assertIsNone(program.exit_status)
            self.network.flush()
            self.assertEqual(program.exit_status, 0)

        self.assertEqual(program.stdout, "done\n")

    def test_failure(self) -> None:
        """What is given to SystemExit is said after all else."""

        async def main(reactor: IReactorCore) -> None:
            reactor.addSystemEventTrigger(
                "after", "shutdown", lambda: print("stopped", file=sys.stderr)
            )
            raise SystemExit("Error: no.")

        program = self.run_to_end(main)

        self.assertEqual(program.stderr, "stopped\nError: no.\n")
        self.assertEqual(program.exit_status, 1)

    def test_bug(self) -> None:
        """Any other exception is logged, and the status is 1, whoever has ended it."""

        async def main(reactor: IReactorTime) -> None:
            await awaited
            raise ZeroDivisionError

        awaited: Deferred[None] = Deferred()
        with run_program(main, host=self.one) as program:
            self.network.flush()
            awaited.callback(None)
            program.wait()

        self.assertEqual(program.exit_status, 1)
        self.assertRegex(
            program.stderr,
            r"^main function encountered error\nTraceback (?s:.*)ZeroDivisionError: \n",
        )
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_shutdown_may_take_its_time(self) -> None:
        """A program has not ended before its reactor has."""

        async def main(reactor: IReactor) -> None:
            reactor.addSystemEventTrigger(
                "before", "shutdown", deferLater, reactor, 2, print, "closed"
            )

        with run_program(main, host=self.one) as program:
            self.network.advance(1.75)
            self.assertIsNone(program.exit_status)
            self.network.advance(0.25)
            self.network.flush()

        self.assertEqual(program.exit_status, 0)
        self.assertEqual(program.stdout, "closed\n")

    def test_main_may_stop_the_reactor(self) -> None:
        """What it returns or raises right afterwards still counts."""

        async def main(reactor: IReactorTime) -> None:
            await deferLater(reactor, 1)
            reactor.stop()  # type: ignore[attr-defined]
            raise SystemExit(4)

        self.assertEqual(self.run_to_end(main).exit_status, 4)

    def test_main_may_end_in_the_shutdown(self) -> None:
        """So does what it raises when the reactor stops without it."""

        async def main(reactor: IReactor, delay: str) -> None:
            stopped: Deferred[None] = Deferred()
            await deferLater(reactor, float(delay))
            reactor.addSystemEventTrigger("before", "shutdown", stopped.callback, None)
            await stopped
            raise SystemExit(3)

        for delay in ("0", "1"):
            with run_program(main, delay, host=self.one) as program:
                program.interrupt(after=2)

                self.assertEqual(program.wait(), 3)

    def test_main_need_not_end(self) -> None:
        """A program whose reactor stops without it ends with status 0."""

        async def main(reactor: IReactor) -> None:
            reactor.callLater(1, reactor.stop)
            await Deferred()

        self.assertEqual(self.run_to_end(main).exit_status, 0)

    def test_crash(self) -> None:
        """A reactor that crashes fires no trigger, but its program ends."""

        async def main(reactor: IReactor) -> None:
            reactor.addSystemEventTrigger("after", "shutdown", print, "Stopped.")
            reactor.callLater(1, reactor.crash)
            await Deferred()

        program = self.run_to_end(main)

        self.assertEqual(program.exit_status, 0)
        self.assertEqual(program.stdout, "")


class InterruptTests(ProcessTestCase):
    """Ctrl-C."""

    def test_stops_the_reactor(self) -> None:
        """In the next turn, as with a real signal."""
        with run_program(wait_for_ever, host=self.one) as program:
            program.interrupt()
            self.assertEqual(program.stdout, "")

            self.assertEqual(program.wait(), 0)

        self.assertEqual(program.stdout, "Stopped.\n")

    def test_at_its_time(self) -> None:
        """It can be scheduled beforehand."""
        with run_program(wait_for_ever, host=self.one) as program:
            program.interrupt(after=2.5)
            program.wait()

        self.assertEqual(self.network.seconds(), 2.5)

    def test_after_the_end(self) -> None:
        """There is nobody to be interrupted."""
        program = self.run_to_end(count, "one", "1")
        program.interrupt()
        self.network.flush()

        self.assertEqual(program.exit_status, 0)

    def test_other_programs_go_on(self) -> None:
        """Those of other hosts, and those of the same."""
        with (
            run_program(wait_for_ever, host=self.one) as program,
            run_program(count, "same", "1", host=self.one) as same,
            run_program(count, "other", "1", host=self.two) as other,
        ):
            program.interrupt(after=1.5)
            program.wait()
            self.assertEqual((same.wait(), other.wait()), (0, 0))

        self.assertEqual(same.stdout, "same 1\nsame 2\nsame 3\n")
        self.assertEqual(other.stdout, "other 1\nother 2\nother 3\n")

    def test_twice(self) -> None:
        """While it is shutting down a program can no more be stopped."""

        async def main(reactor: IReactor) -> None:
            reactor.addSystemEventTrigger("before", "shutdown", deferLater, reactor, 2)
            await Deferred()

        with run_program(main, host=self.one) as program:
            program.interrupt()
            program.interrupt(after=1)
            program.wait()

        self.assertEqual(self.network.seconds(), 2)
        self.assertEqual(len(self.flushLoggedErrors(ReactorNotRunning)), 1)


class WaitTests(ProcessTestCase):
    """Waiting for the end in virtual time."""

    def test_returns_the_status(self) -> None:
        """At once if the program has ended."""
        with run_program(count, "one", "1200", host=self.one) as program:
            self.assertEqual(program.wait(), 0)
            self.assertEqual(program.wait(), 0)

        self.assertEqual(self.network.seconds(), 3600)

    def test_deadlock(self) -> None:
        """A program that can never end is named, with all that is pending."""
        with run_program(serve, host=self.one) as program:
            with self.assertRaises(Deadlock) as caught:
                program.wait()
            message = str(caught.exception)

        self.assertTrue(message.startswith("the program on one has not ended: "))
        self.assertIn("one: listening 0.0.0.0:80", message)

    def test_wrong_timeout(self) -> None:
        """A limit that is none is found whether the program has ended or not."""
        with run_program(count, "one", "1200", host=self.one) as program:
            self.assertRaises(ValueError, program.wait, -1)
            program.wait()
            error = self.assertRaises(TypeError, program.wait, "1")

        self.assertEqual(
            str(error), "wait: timeout must be a number of seconds, 0 or more, not '1'"
        )

    def test_timeout(self) -> None:
        """A program may have so much time and no more; then it may have more."""
        with run_program(count, "one", "1", host=self.one) as program:
            with self.assertRaises(VirtualTimeoutError) as caught:
                program.wait(timeout=2.75)
            self.assertEqual(self.network.seconds(), 2.75)
            self.assertEqual(program.wait(), 0)

        self.assertIn("the program on one has not ended", str(caught.exception))
