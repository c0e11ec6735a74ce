"""Tests of running a program's ``main`` in a test."""

import sys
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any

from twisted.internet import stdio
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorCore, IReactorTime
from twisted.internet.protocol import Protocol
from twisted.internet.task import deferLater
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, Network, VirtualTimeoutError, run_program


async def greet(reactor: object, *names: str) -> None:
    """Greet on standard output, complain on standard error."""
    print("hello", *names)
    print("nobody else?", file=sys.stderr)


async def wait(reactor: IReactorTime) -> None:
    """End after a second and a half."""
    await deferLater(reactor, 1.5)
    print("done")


def ending_with(error: BaseException) -> Callable[..., Coroutine[Any, Any, None]]:
    """Make a program that ends with an exception."""

    async def main(reactor: object) -> None:
        raise error

    return main


def talking_through(protocol: Protocol) -> Callable[..., Coroutine[Any, Any, None]]:
    """Make a program that gives its terminal to a protocol, and runs on."""

    async def main(reactor: object) -> None:
        stdio.StandardIO(protocol)
        await Deferred()

    return main


class OutputTests(SynchronousTestCase):
    """What a shell would have shown."""

    def test_output_and_errors_are_kept_apart(self) -> None:
        """Both streams are kept, arguments reach the program."""
        with run_program(greet, "Ada", "Alan", reactor=MemoryReactorClock()) as program:
            pass

        self.assertEqual(program.stdout, "hello Ada Alan\n")
        self.assertEqual(program.stdout_bytes, b"hello Ada Alan\n")
        self.assertEqual(program.stderr, "nobody else?\n")

    def test_the_reactor_runs(self) -> None:
        """It starts once ``main`` has begun, and makes the calls that waited for it."""

        async def main(reactor: IReactorCore) -> None:
            started: Deferred[None] = Deferred()
            reactor.callWhenRunning(started.callback, None)
            print(reactor.running)
            await started
            print(reactor.running)

        with run_program(main, reactor=MemoryReactorClock()) as program:
            pass

        self.assertEqual(program.stdout, "False\nTrue\n")
        self.assertEqual(program.exit_status, 0)

    def test_the_streams_are_given_back(self) -> None:
        """After the block the process has its own streams again."""
        before = sys.stdout, sys.stderr, stdio.StandardIO
        with run_program(greet, reactor=MemoryReactorClock()):
            during = sys.stdout, sys.stderr, stdio.StandardIO

        self.assertEqual((sys.stdout, sys.stderr, stdio.StandardIO), before)
        for borrowed, own in zip(during, before, strict=True):
            self.assertIsNot(borrowed, own)

    def test_the_streams_are_given_back_when_the_test_fails(self) -> None:
        """An error in the block passes through, and takes no stream with it."""
        before = sys.stdout
        program = run_program(greet, reactor=MemoryReactorClock())
        with self.assertRaises(ZeroDivisionError), program:
            raise ZeroDivisionError

        self.assertIs(sys.stdout, before)


class ExitStatusTests(SynchronousTestCase):
    """What a shell would have been told."""

    def status_of(self, main: Callable[..., Coroutine[Any, Any, None]]) -> int | None:
        """Run a program that ends at once."""
        with run_program(main, reactor=MemoryReactorClock()) as program:
            return program.exit_status

    def test_none_while_it_runs(self) -> None:
        """A program has no status until it ends, at the instant when it does."""
        reactor = MemoryReactorClock()
        with run_program(wait, reactor=reactor) as program:
            reactor.advance(1.25)
            self.assertIsNone(program.exit_status)
            reactor.advance(0.25)

        self.assertEqual(program.exit_status, 0)
        self.assertEqual(program.stdout, "done\n")

    def test_zero_for_success(self) -> None:
        """Returning is success, and so is SystemExit without a status."""
        self.assertEqual(self.status_of(greet), 0)
        self.assertEqual(self.status_of(ending_with(SystemExit())), 0)

    def test_none_when_it_is_killed(self) -> None:
        """A program that runs at the end of the block is ended, and says no more."""
        ended: list[str] = []

        async def main(reactor: object) -> None:
            try:
                await Deferred()
            except CancelledError:
                ended.append("ended")
                raise SystemExit("Error: cancelled.") from None

        with run_program(main, reactor=MemoryReactorClock()) as program:
            self.assertEqual(ended, [])

        self.assertEqual(ended, ["ended"])
        self.assertIsNone(program.exit_status)
        self.assertEqual(program.stderr, "")

    def test_number_given_to_system_exit(self) -> None:
        """The number is the status."""
        self.assertEqual(self.status_of(ending_with(SystemExit(2))), 2)

    def test_message_given_to_system_exit(self) -> None:
        """A message is said on standard error, and the status is 1."""
        main = ending_with(SystemExit("Error: no."))
        with run_program(main, reactor=MemoryReactorClock()) as program:
            pass

        self.assertEqual(program.stderr, "Error: no.\n")
        self.assertEqual(program.exit_status, 1)

    def test_unexpected_error(self) -> None:
        """Any other exception is a bug of the program: logged, and the status is 1.

        Standard error has it as well, as where nobody has begun to log.
        """
        main = ending_with(ZeroDivisionError("odd"))
        with run_program(main, reactor=MemoryReactorClock()) as program:
            pass

        self.assertRegex(
            program.stderr,
            r"^main function encountered error\nTraceback (?s:.*)\n"
            r"builtins\.ZeroDivisionError: odd\n\n$",
        )
        self.assertEqual(program.exit_status, 1)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class InterruptTests(SynchronousTestCase):
    """Ctrl-C."""

    def test_stops_the_reactor(self) -> None:
        """As `react` has it, a program that is interrupted ends with status 0."""
        reactor = MemoryReactorClock()
        with run_program(wait, reactor=reactor) as program:
            program.interrupt()

        self.assertTrue(reactor.hasStopped)
        self.assertEqual(program.exit_status, 0)

    def test_triggers_fire_in_order_of_their_phase(self) -> None:
        """What the program registered for the shutdown happens, once."""

        async def main(reactor: IReactorCore) -> None:
            for phase in ("after", "during", "before"):
                reactor.addSystemEventTrigger(phase, "shutdown", print, phase)
            await Deferred()

        with run_program(main, reactor=MemoryReactorClock()) as program:
            program.interrupt()
            program.interrupt()

        self.assertEqual(program.stdout, "before\nduring\nafter\n")

    def test_a_program_may_choose_its_status(self) -> None:
        """A trigger that ends the program decides what the shell is told."""

        async def main(reactor: IReactorCore) -> None:
            stopped: Deferred[None] = Deferred()
            reactor.addSystemEventTrigger("before", "shutdown", stopped.callback, None)
            await stopped
            raise SystemExit(3)

        with run_program(main, reactor=MemoryReactorClock()) as program:
            program.interrupt()

        self.assertEqual(program.exit_status, 3)

    def test_at_its_time(self) -> None:
        """Ctrl-C can be scheduled beforehand."""
        reactor = MemoryReactorClock()
        with run_program(wait, reactor=reactor) as program:
            program.interrupt(after=1)
            reactor.advance(0.75)
            self.assertIsNone(program.exit_status)
            reactor.advance(0.25)

        self.assertEqual(program.exit_status, 0)
        self.assertEqual(program.stdout, "")


class WaitTests(SynchronousTestCase):
    """Waiting for the end, on a clock that the test need not move."""

    def test_lets_time_pass(self) -> None:
        """Just as much as it takes; a program that has ended takes none."""
        reactor = MemoryReactorClock()
        with run_program(wait, reactor=reactor) as program:
            self.assertEqual(program.wait(), 0)
            self.assertEqual(program.wait(), 0)

        self.assertEqual(reactor.seconds(), 1.5)

    def test_deadlock(self) -> None:
        """A program that waits for nothing that time could bring will not end."""
        with run_program(talking_through(Protocol()), reactor=MemoryReactorClock()) as (
            program
        ):
            self.assertRaises(Deadlock, program.wait)

    def test_wrong_timeout(self) -> None:
        """A limit that is none is found whether the program has ended or not."""
        with run_program(wait, reactor=MemoryReactorClock()) as program:
            self.assertRaises(ValueError, program.wait, -1)
            program.wait(inf)
            error = self.assertRaises(TypeError, program.wait, "1")

        self.assertEqual(
            str(error), "wait: timeout must be a number of seconds, 0 or more, not '1'"
        )

    def test_timeout(self) -> None:
        """A program may have so much time and no more."""
        with run_program(wait, reactor=MemoryReactorClock()) as program:
            self.assertRaises(VirtualTimeoutError, program.wait, 1.25)
            self.assertEqual(program.wait(1.5), 0)


class PlaceTests(SynchronousTestCase):
    """Where a program runs."""

    def setUp(self) -> None:
        self.host = Network().host("one")

    def assert_refused(self, message: str, *argv: Any, **place: Any) -> None:
        """Check that a program is refused with one sentence."""
        error = self.assertRaises(TypeError, run_program, *argv, **place)
        self.assertEqual(str(error), message)

    def test_one_is_needed(self) -> None:
        """A program without a reactor cannot run, and with two it would be unclear."""
        for place in ({}, {"reactor": MemoryReactorClock(), "host": self.host}):
            self.assert_refused(
                "a program needs either a reactor or a host to run on", greet, **place
            )

    def test_host(self) -> None:
        """It is a machine, and not its name."""
        self.assert_refused(
            "host must be a Host of a Network, not 'one'", greet, host="one"
        )

    def test_reactor(self) -> None:
        """It is one in memory: another belongs to a host."""
        reactor = self.host.reactor

        self.assert_refused(
            "reactor must be a MemoryReactorClock (a program on a network is given a"
            f" host), not {reactor!r}",
            greet,
            reactor=reactor,
        )

    def test_main(self) -> None:
        """It is a function, which has not been called."""
        for place in ({"reactor": MemoryReactorClock()}, {"host": self.host}):
            self.assert_refused(
                "main must be a function, as for react, not None", None, **place
            )

    def test_arguments(self) -> None:
        """They are text, as those of a command line."""
        for wrong in (5, None, b"x"):
            self.assert_refused(
                f"an argument of a program must be text, not {wrong!r}",
                greet,
                "a",
                wrong,
                host=self.host,
            )
        self.assertEqual(self.host.reactors, [self.host.reactor])


class StartTests(SynchronousTestCase):
    """A program runs within its block, wherever."""

    def setUp(self) -> None:
        self.host = Network().host("one")
        self.programs = [
            run_program(wait, reactor=MemoryReactorClock()),
            run_program(wait, host=self.host),
        ]

    def test_not_yet(self) -> None:
        """Before it nothing can be asked of it."""
        for program in self.programs:
            for use in (
                program.interrupt,
                program.wait,
                lambda program=program: program.interrupt(after=1),
                lambda program=program: program.console.type(b"x"),
            ):
                error = self.assertRaises(RuntimeError, use)
                self.assertEqual(
                    str(error),
                    "the program has not been started: use it in a with statement",
                )
            with program:
                self.assertEqual(program.wait(), 0)

    def test_once(self) -> None:
        """A second block would need a second program."""
        for program in self.programs:
            with program:
                program.wait()
            error = self.assertRaises(RuntimeError, program.__enter__)

            self.assertEqual(
                str(error), "the program has been started already: make another"
            )
            self.assertEqual(program.stdout, "done\n")

    def test_never(self) -> None:
        """A program that is not started leaves nothing on its host."""
        self.assertEqual(self.host.reactors, [self.host.reactor])
        with self.programs[1]:
            self.assertEqual(len(self.host.reactors), 2)

    def test_in_vain(self) -> None:
        """A program that does not take its arguments fails, and takes no stream."""
        before = sys.stdout, sys.stderr, stdio.StandardIO
        for place in ({"reactor": MemoryReactorClock()}, {"host": self.host}):
            program = run_program(wait, "argument", **place)
            self.assertRaises(TypeError, program.__enter__)

            self.assertEqual((sys.stdout, sys.stderr, stdio.StandardIO), before)
            self.assertIsNone(program.exit_status)
        self.assertEqual(self.host.reactors, [self.host.reactor])

    def test_times(self) -> None:
        """Ctrl-C is pressed after a number of seconds, and not before."""
        for program in self.programs:
            with program:
                for wrong in (-1, float("nan"), float("inf")):
                    error = self.assertRaises(ValueError, program.interrupt, wrong)
                    self.assertEqual(
                        str(error),
                        f"after must be a number of seconds, 0 or more, not {wrong!r}",
                    )
                self.assertRaises(TypeError, program.interrupt, None)
                self.assertEqual(program.wait(), 0)
            self.assertEqual(program.stdout, "done\n")
