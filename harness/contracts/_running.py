"""How a contract is run: a reactor is made, runs one coroutine, and is left spotless.

A contract is a mixin with tests and without a reactor. Whoever has a reactor gives it
one, and gets a test case::

    class MyConnectTests(ConnectContract, SynchronousTestCase):
        def make_reactor(self):
            return MyReactor()

The tests are coroutines, marked with `in_reactor`. They may use no more than what the
interfaces of Twisted promise, and what the Linux kernel does.
"""

import functools
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from twisted import internet
from twisted.internet import task
from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.main import installReactor
from twisted.internet.posixbase import PosixReactorBase
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Mixin
else:
    # A contract becomes a test case only where it is combined with one: a class that
    # is one already would be run wherever it is imported.
    _Mixin = object


#: What all contracts together ask of a reactor. No single interface says it, and those
#: that there are leave much out; so the type is that of Twisted's own reactors.
Reactor: TypeAlias = PosixReactorBase

_INSTALLED = "twisted.internet.reactor"

Scenario = Callable[[Reactor], Coroutine[Deferred[Any], Any, object]]
_Contract = TypeVar("_Contract", bound="ReactorContract")


def in_reactor(
    test: Callable[[_Contract, Reactor], Coroutine[Deferred[Any], Any, object]],
) -> Callable[[_Contract], None]:
    """Make of a coroutine method a test that runs it inside a reactor of its own."""

    @functools.wraps(test)
    def run_test(self: _Contract) -> None:
        reactor = self.build_reactor()
        self.run_scenario(reactor, functools.partial(test, self))

    return run_test


async def settle(reactor: IReactorTime) -> None:
    """Wait until whatever is under way between two ends of a machine has arrived.

    A kernel hands over what is sent to its own machine at once; the reactor needs some
    turns to notice. Only for what must *not* happen: what must, can be waited for.
    """
    await task.deferLater(reactor, 0.01)


def run_in(reactor: Reactor, scenario: Scenario, guard: float) -> Any:
    """Run ``scenario`` in the reactor, then stop the reactor.

    The signals of the process are left alone.

    Args:
        reactor: A reactor that has not run.
        scenario: A coroutine function that is given the reactor.
        guard: How long it may take, in seconds of the reactor's clock.

    Returns:
        What the scenario returned.

    Raises:
        AssertionError: The scenario took too long.
        Exception: What the scenario raised.
    """
    outcome: list[Any] = []

    def start() -> None:
        running = ensureDeferred(scenario(reactor))
        limit = reactor.callLater(guard, running.cancel)
        running.addBoth(end, limit)

    def end(result: object, limit: IDelayedCall) -> None:
        outcome.append(result)
        if limit.active():
            limit.cancel()
        reactor.stop()

    reactor.callWhenRunning(start)
    reactor.run(installSignalHandlers=False)
    (result,) = outcome
    if isinstance(result, Failure):
        if result.check(CancelledError):
            raise AssertionError(f"still waiting after {guard} s\n{result}")
        result.raiseException()
    return result


def dispose(reactor: Reactor) -> None:
    """Give back what a reactor holds, however its last run ended."""
    reactor.disconnectAll()
    for call in reactor.getDelayedCalls():
        call.cancel()
    pool = getattr(reactor, "threadpool", None)
    if pool is not None:
        pool.stop()
    wakers: set[Any] = getattr(reactor, "_internalReaders", set())
    while wakers:
        wakers.pop().connectionLost(None)


def install(reactor: object) -> None:
    """Make ``reactor`` the installed one, or let there be none."""
    sys.modules.pop(_INSTALLED, None)
    vars(internet).pop("reactor", None)
    if reactor is not None:
        installReactor(cast(Reactor, reactor))


class ReactorContract(_Mixin):
    """What every contract starts from.

    Attributes:
        guard: How long a scenario may take, in seconds of the reactor's clock.
        installed: Whether the reactor is *the* reactor as long as its test lasts.
            Twisted's TLS and its cooperator ask for that one.
    """

    guard = 10.0
    installed = True

    def make_reactor(self) -> Reactor:
        """Make the reactor under test. To be overridden.

        Returns:
            A new reactor that has not run. Each contract uses some of its interfaces
            only.
        """
        raise NotImplementedError("make_reactor")

    def build_reactor(self) -> Reactor:
        """Make a reactor that is disposed of at the end of the test."""
        reactor = self.make_reactor()
        if self.installed:
            self.addCleanup(install, sys.modules.get(_INSTALLED))
            install(reactor)
            # The process's own may wait for the reactor of an earlier test.
            self.patch(task, "_theCooperator", task.Cooperator())
        self.addCleanup(dispose, reactor)
        return reactor

    def run_scenario(self, reactor: Reactor, scenario: Scenario) -> None:
        """Run ``scenario`` in the reactor, and see what is left: see `run_in`."""
        run_in(reactor, scenario, self.guard)
        self.assert_spotless(reactor)

    def assert_spotless(self, reactor: Reactor) -> None:
        """Check that a reactor that has stopped holds nothing any more."""
        self.assertEqual(reactor.removeAll(), [])
        self.assertEqual(reactor.getDelayedCalls(), [])
