"""Tests of lending the reactor of a network to the process."""

import sys
from typing import Any

from twisted import internet
from twisted.internet.protocol import Factory
from twisted.python.reflect import namedModule
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor, _process_reactor
from harness._process_reactor import installed_reactor, reactor_of_process

MODULE = "twisted.internet.reactor"

#: As a program may have said long ago.
kept: Any = namedModule(MODULE)


def imported() -> Any:
    """Return what a program imports in the middle of a function."""
    from twisted.internet import reactor  # noqa: PLC0415, TID251

    return reactor


def default_argument(reactor: Any = kept) -> Any:
    """Return what a function has as a default."""
    return reactor


class LendTests(SynchronousTestCase):
    """Where the process has a reactor."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_all_who_hold_it_have_the_other(self) -> None:
        """However early they got it."""
        with reactor_of_process(self.reactor):
            for reactor in kept, imported(), default_argument():
                reactor.listenTCP(80, Factory())
                reactor.callLater(2, len, "a")
                self.reactor.host.sockets[0].close()

        self.assertEqual(len(self.reactor.getDelayedCalls()), 3)

    def test_it_is_of_the_same_kind(self) -> None:
        """For whoever asks."""
        with reactor_of_process(self.reactor):
            self.assertIsInstance(kept, VirtualReactor)
            self.assertEqual(kept.host.name, "localhost")

    def test_it_is_given_back(self) -> None:
        """Also where the block fails, and nothing of the other stays."""
        before = type(kept), vars(kept)
        with self.assertRaises(ZeroDivisionError), reactor_of_process(self.reactor):
            raise ZeroDivisionError

        self.assertEqual(type(kept), before[0])
        self.assertIs(vars(kept), before[1])

    def test_one_within_another(self) -> None:
        """The inner one counts, and then the outer one again."""
        other = VirtualReactor()
        with reactor_of_process(self.reactor):
            with reactor_of_process(other):
                self.assertIs(kept.host, other.host)
            self.assertIs(kept.host, self.reactor.host)


class NoReactorTests(SynchronousTestCase):
    """Where the process has none yet."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.patch(_process_reactor, "_stand_ins", [])
        self.patch(internet, "reactor", kept)
        self.addCleanup(sys.modules.__setitem__, MODULE, kept)
        del sys.modules[MODULE], vars(internet)["reactor"]
        self.addCleanup(setattr, internet, "reactor", kept)

    def test_none_is_installed(self) -> None:
        """Neither before the block nor after it."""
        self.assertIsNone(installed_reactor())
        with reactor_of_process(self.reactor):
            self.assertIsNotNone(installed_reactor())

        self.assertIsNone(installed_reactor())

    def test_what_is_imported_meanwhile_stays_of_use(self) -> None:
        """A module that has bound it finds the next one there in the next block."""
        with reactor_of_process(self.reactor):
            bound = imported()
        other = VirtualReactor()
        with reactor_of_process(other):
            self.assertIs(bound.host, other.host)
            self.assertIs(imported(), bound)

    def test_it_is_that_of_the_process_afterwards(self) -> None:
        """Of whatever kind."""
        with reactor_of_process(self.reactor):
            bound = imported()
        vars(internet)["reactor"] = self.reactor

        self.assertIs(bound.host, self.reactor.host)

    def test_both_are_lent(self) -> None:
        """Where one has been installed after all."""
        with reactor_of_process(self.reactor):
            bound = imported()
        vars(internet)["reactor"] = kept
        with reactor_of_process(self.reactor):
            for reactor in bound, kept:
                self.assertIsInstance(reactor, VirtualReactor)
                self.assertIs(reactor.host, self.reactor.host)
