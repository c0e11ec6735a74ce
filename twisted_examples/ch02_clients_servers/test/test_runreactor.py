"""Tests of a program that does nothing but run."""

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.ch02_clients_servers.runreactor import main


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def test_announces_that_it_runs(self) -> None:
        """It says so, and goes on running however long it is left alone."""
        reactor = MemoryReactorClock()
        with run_program(main, reactor=reactor) as program:
            reactor.advance(86_400)

        self.assertEqual(program.stdout, "Running the reactor ...\n")
        self.assertIsNone(program.exit_status)

    def test_says_when_the_reactor_has_stopped(self) -> None:
        """Ctrl-C ends it cleanly, with a last word."""
        with run_program(main, reactor=MemoryReactorClock()) as program:
            program.interrupt()

        self.assertEqual(program.stdout, "Running the reactor ...\nReactor stopped.\n")
        self.assertEqual(program.exit_status, 0)
