"""Tests of keeping errors that nobody handles."""

import gc
from threading import Thread
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.logger import Logger
from twisted.python import log
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness._unhandled import DeferredErrors, LoggedErrors
from harness.test.garbage import FrozenTestCase


def divide(_: object) -> float:
    """Raise an exception."""
    return 1 / 0


def names(errors: list[tuple[Failure, str]]) -> list[str]:
    """Return the names of their types."""
    return [type(failure.value).__name__ for failure, _ in errors]


class DeferredErrorsTests(FrozenTestCase):
    """Deferreds whose error nobody has handled."""

    def setUp(self) -> None:
        super().setUp()
        self.errors = DeferredErrors()

    def test_of_a_deferred_that_is_no_more(self) -> None:
        """It is kept, and not logged."""
        with self.errors.watched():
            fail(ValueError())
            taken = self.errors.take()

        self.assertEqual(names(taken), ["ValueError"])
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_of_a_deferred_that_somebody_holds(self) -> None:
        """It is found without waiting for memory to be freed, and told once."""
        with self.errors.watched():
            kept: Deferred[Any] = fail(ValueError())
            taken = self.errors.take()
            again = self.errors.take()
            del kept

        self.assertEqual((names(taken), again), (["ValueError"], []))

    def test_of_a_deferred_in_a_cycle(self) -> None:
        """Nobody has to collect it first."""
        with self.errors.watched():
            deferred: Any = fail(ValueError())
            deferred.itself = deferred
            del deferred
            taken = self.errors.take()
        gc.collect()

        self.assertEqual(names(taken), ["ValueError"])
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_handled(self) -> None:
        """What an errback has taken is no error."""
        with self.errors.watched():
            fail(ValueError()).addErrback(lambda _: None)
            deferred: Deferred[Any] = fail(ValueError())
            deferred.addErrback(lambda _: None)
            taken = self.errors.take()

        self.assertEqual(taken, [])

    def test_line_of_an_exception(self) -> None:
        """It is that where it was raised."""
        with self.errors.watched():
            deferred: Deferred[Any] = Deferred()
            deferred.addCallback(divide)
            deferred.callback(None)
            ((_, line),) = self.errors.take()

        wanted = divide.__code__.co_firstlineno + 2
        self.assertRegex(line, rf"test_unhandled\.py:{wanted}$")

    def test_line_of_what_was_never_raised(self) -> None:
        """It is that which has made the Deferred fail."""
        with self.errors.watched():
            fail(ValueError())
            ((_, line),) = self.errors.take()

        self.assertRegex(line, r"test_unhandled\.py:\d+$")

    def test_line_of_what_no_program_has_made(self) -> None:
        """There is none, rather than one of Twisted's."""
        module = {"__name__": "twisted.x", "fail": fail, "error": ValueError()}
        with self.errors.watched():
            thread = Thread(target=exec, args=("fail(error)", module))
            thread.start()
            thread.join()
            ((_, line),) = self.errors.take()

        self.assertEqual(line, "")

    def test_taken_by_type(self) -> None:
        """Errors of Deferreds that are no more can be taken, as those in a log."""
        with self.errors.watched():
            for error in ValueError(), KeyError():
                fail(error)
            taken = self.errors.take_freed(KeyError)
            rest = self.errors.take_freed()

        self.assertEqual((names(taken), names(rest)), (["KeyError"], ["ValueError"]))

    def test_what_nobody_has_taken_is_dropped(self) -> None:
        """It does not turn up in another test."""
        with self.errors.watched():
            kept: Deferred[Any] = fail(ValueError())
        del kept

        self.assertEqual(self.errors.take(), [])
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_failing_later(self) -> None:
        """What fails after the block is logged as ever."""
        with self.errors.watched():
            deferred: Deferred[Any] = fail(ValueError())
        deferred.addErrback(divide)
        del deferred
        gc.collect()  # its exception leads to it

        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class LoggedErrorsTests(SynchronousTestCase):
    """Errors that were logged."""

    def setUp(self) -> None:
        self.errors = LoggedErrors()

    def logged(self, *failures: Failure) -> list[tuple[Failure, str]]:
        """Log failures, and return what was kept."""
        with self.errors.watched():
            for failure in failures:
                Logger().failure("an error", failure)
        self.flushLoggedErrors()
        return self.errors.take()

    def test_kept(self) -> None:
        """With the line that has logged it, if it was never raised."""
        ((failure, line),) = self.logged(Failure(ValueError()))

        self.assertEqual(failure.type, ValueError)
        self.assertRegex(line, r"test_unhandled\.py:\d+$")

    def test_line_of_an_exception(self) -> None:
        """It is that where it was raised."""
        try:
            divide(None)
        except ZeroDivisionError:
            ((_, line),) = self.logged(Failure())

        wanted = divide.__code__.co_firstlineno + 2
        self.assertRegex(line, rf"test_unhandled\.py:{wanted}$")

    def test_line_of_what_no_program_has_logged(self) -> None:
        """There is none, rather than one of Twisted's."""
        error = Failure(ValueError())
        module = {"__name__": "twisted.x", "log": log, "error": error}
        with self.errors.watched():
            thread = Thread(target=exec, args=("log.err(error)", module))
            thread.start()
            thread.join()
        self.flushLoggedErrors()

        self.assertEqual([line for _, line in self.errors.take()], [""])

    def test_in_the_old_way(self) -> None:
        """``log.err`` counts too, and other events do not."""
        with self.errors.watched():
            log.msg("no error")
            log.msg("an error of another kind", isError=True)
            log.msg("no error", failure=Failure(KeyError()))
            log.err(Failure(ValueError()))
        self.flushLoggedErrors()

        self.assertEqual(names(self.errors.take()), ["ValueError"])

    def test_ends(self) -> None:
        """With the block, and what was taken is forgotten."""
        self.logged(Failure(ValueError()))
        Logger().failure("an error", Failure(ValueError()))
        self.flushLoggedErrors()

        self.assertEqual(self.errors.take(), [])
