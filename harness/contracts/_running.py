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
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.interfaces import (
    IReactorCore,
    IReactorFDSet,
    IReactorMulticast,
    IReactorPluggableNameResolver,
    IReactorSSL,
    IReactorTCP,
    IReactorThreads,
    IReactorTime,
    IReactorUDP,
    IReactorUNIX,
    IReactorUNIXDatagram,
)
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Mixin
else:
    # A contract becomes a test case only where it is combined with one: a class that
    # is one already would be run wherever it is imported.
    _Mixin = object


class IReactor(
    IReactorCore,
    IReactorTime,
    IReactorTCP,
    IReactorSSL,
    IReactorUDP,
    IReactorMulticast,
    IReactorUNIX,
    IReactorUNIXDatagram,
    IReactorThreads,
    IReactorFDSet,
    IReactorPluggableNameResolver,
):
    """What all contracts together ask of a reactor."""

    def run(installSignalHandlers: bool = True) -> None:  # type: ignore[override]
        """Run the loop until it is stopped."""

    def getThreadPool() -> ThreadPool:
        """Return the pool, whose life is that of the loop."""

    def disconnectAll() -> None:
        """Close all connections and ports."""


Scenario = Callable[[IReactor], Coroutine[Deferred[Any], Any, object]]
_Contract = TypeVar("_Contract", bound="ReactorContract")


def in_reactor(
    test: Callable[[_Contract, IReactor], Coroutine[Deferred[Any], Any, object]],
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
    await deferLater(reactor, 0.01)


class ReactorContract(_Mixin):
    """What every contract starts from.

    Attributes:
        guard: How long a scenario may take, in seconds of the reactor's clock.
    """

    guard = 10.0

    def make_reactor(self) -> IReactorCore:
        """Make the reactor under test. To be overridden.

        Returns:
            A new reactor that has not run. It should provide `IReactor`; each contract
            uses a part of that only.
        """
        raise NotImplementedError("make_reactor")

    def dispose_reactor(self, reactor: IReactor) -> None:
        """Give back what a reactor holds, however its test ended."""
        reactor.disconnectAll()
        for call in reactor.getDelayedCalls():
            call.cancel()
        pool = getattr(reactor, "threadpool", None)
        if pool is not None:
            pool.stop()
        wakers = getattr(reactor, "_internalReaders", set())
        while wakers:
            wakers.pop().connectionLost(None)

    def build_reactor(self) -> IReactor:
        """Make a reactor that is disposed of at the end of the test."""
        reactor: Any = self.make_reactor()
        self.addCleanup(self.dispose_reactor, reactor)
        return reactor  # type: ignore[no-any-return]

    def run_scenario(self, reactor: IReactor, scenario: Scenario) -> None:
        """Run ``scenario`` in the reactor, stop the reactor and see what is left.

        Raises:
            Exception: What the scenario raised.
            AssertionError: The scenario took too long, or it is over and descriptors
                or delayed calls are left in the reactor.
        """
        failures: list[Failure] = []

        def start() -> None:
            running = ensureDeferred(scenario(reactor))
            guard = reactor.callLater(self.guard, running.cancel)
            running.addErrback(failures.append)
            running.addBoth(lambda _: guard.active() and guard.cancel())
            running.addBoth(lambda _: reactor.stop())

        reactor.callWhenRunning(start)
        reactor.run(installSignalHandlers=False)
        self._raise(failures)
        self.assert_spotless(reactor)

    def assert_spotless(self, reactor: IReactor) -> None:
        """Check that a reactor that has stopped holds nothing any more."""
        self.assertEqual(reactor.removeAll(), [])
        self.assertEqual(reactor.getDelayedCalls(), [])

    def _raise(self, failures: list[Failure]) -> None:
        for failure in failures:
            if failure.check(CancelledError):
                self.fail(f"still waiting after {self.guard} s\n{failure}")
            failure.raiseException()
