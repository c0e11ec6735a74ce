# -*- test-case-name: harness.test.test_reactor -*-
"""The reactor that a program under test is given."""

from collections.abc import Coroutine
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IReactorCore,
    IReactorFDSet,
    IReactorMulticast,
    IReactorPluggableNameResolver,
    IReactorPluggableResolver,
    IReactorSSL,
    IReactorTCP,
    IReactorThreads,
    IReactorTime,
    IReactorUDP,
    IReactorUNIX,
    IReactorUNIXDatagram,
)
from twisted.internet.posixbase import PosixReactorBase
from twisted.logger import Logger
from zope.interface import implementer_only

from harness._descriptors import WatchesSockets
from harness._errors import Deadlock, InvariantBroken, NotSimulated
from harness._networking import MakesTransports
from harness._resolver import VirtualResolver
from harness._scheduler import DEFAULT_TIMEOUT
from harness._segments import WrongSegment
from harness._thread_pools import VirtualThreadPool
from harness._timers import CallsLater

if TYPE_CHECKING:
    from harness._host import Host

T = TypeVar("T")

_log = Logger()


@implementer_only(
    IReactorCore,
    IReactorFDSet,
    IReactorMulticast,
    IReactorPluggableNameResolver,
    IReactorPluggableResolver,
    IReactorSSL,
    IReactorTCP,
    IReactorThreads,
    IReactorTime,
    IReactorUDP,
    IReactorUNIX,
    IReactorUNIXDatagram,
)
class VirtualReactor(CallsLater, WatchesSockets, MakesTransports):
    """A reactor on virtual time, over a network that exists only in memory.

    It is Twisted's own reactor, with Twisted's own transports, on a simulated machine.
    ``VirtualReactor()`` makes a network with the one machine ``localhost``; that of
    another is `Host.reactor`. A reactor drives its whole network: what `run`,
    ``iterate``, `advance`, `flush` or `run_until` of one does, all take part in.

    Attributes:
        host: The machine.
    """

    def __init__(self, host: "Host | None" = None) -> None:
        self.host = _lone_host(self) if host is None else host
        self._scheduler = self.host.scheduler
        self.timers = self.host.timers
        self.timer_owner = self.host
        super().__init__()

    # Driving time

    def advance(self, seconds: float) -> None:
        """Let time pass: see `Network.advance`."""
        self.host.network.advance(seconds)

    def flush(self) -> None:
        """Go on until nothing more happens at this instant: see `Network.flush`."""
        self.host.network.flush()

    def run_until(
        self,
        awaited: Deferred[T] | Coroutine[Any, Any, T],
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> T:
        """Go on until there is a result: see `Network.run_until`."""
        return self.host.network.run_until(awaited, timeout)

    # IReactorCore

    def run(self, installSignalHandlers: bool = True) -> None:
        """Run the loop until `stop`, as `twisted.internet.base.ReactorBase.run` does.

        Raises:
            Deadlock: Nothing can happen any more. The reactor has crashed then.
        """
        super().run(installSignalHandlers)

    def mainLoop(self) -> None:
        scheduler = self._scheduler
        while self._started:
            try:
                while self._started:
                    if not scheduler.serve_only():
                        self._run_current(inf)
                        if self._started:  # the calls may have ended the loop
                            scheduler.wait()
                        scheduler.sockets.serve()
            except (Deadlock, InvariantBroken, NotSimulated, WrongSegment):
                self.crash()
                raise
            except BaseException:
                _log.failure("Unexpected error in main loop")
        scheduler.sockets.forget_contexts()
        _log.info("Main loop terminated.")

    def runUntilCurrent(self) -> None:
        self._run_current(self.timers.now)

    def _run_current(self, until: float) -> None:
        self._scheduler.run_due(until)
        self._shut_down_if_stopped()

    def _shut_down_if_stopped(self) -> None:
        if self._justStopped:
            self._justStopped = False
            self.fireSystemEvent("shutdown")

    def doIteration(self, delay: float | None) -> None:
        """Wait for at most ``delay`` seconds, and serve what is ready."""
        until = None if delay is None else self.timers.after(delay)
        self._scheduler.wait(until)
        self._scheduler.sockets.serve()

    def stop(self) -> None:
        super().stop()
        self.wakeUp()  # nothing else is to happen first

    def crash(self) -> None:
        super().crash()
        self.wakeUp()

    def installWaker(self) -> None:
        """Do without: nothing here blocks."""

    def wakeUp(self) -> None:
        self._scheduler.woken.append(self)
        self._scheduler.threads.ring()

    def wake(self) -> None:
        """Make the calls that threads have asked for so far."""
        if not self.host.is_up:
            return  # and keep what it would have been called with
        queue = self.threadCallQueue
        calls = queue[:]
        del queue[: len(calls)]
        for call, args, kwargs in calls:
            try:
                call(*args, **kwargs)
            except BaseException:
                _log.failure("while calling from thread")
        if self._justStopped:
            # After the calls that are due. Whose loop this is does it itself.
            self._scheduler.callLater(0, self._shut_down_if_stopped)

    def haunt(self, ghost: "Host") -> None:
        """Go on as the reactor of a machine that has crashed: nothing happens there.

        Args:
            ghost: What is left of the machine.
        """
        super().crash()
        self.removeAll()
        self.host = ghost
        self.timers = ghost.timers
        self.timer_owner = ghost
        if isinstance(self.threadpool, VirtualThreadPool):
            self.threadpool.abandon()

    # IReactorTime

    def seconds(self) -> float:
        return self.timers.now + self.host.clock_skew

    def timeout(self) -> float | None:
        """Return how many seconds there are until the next call, or None."""
        upcoming = self.timers.next_time()
        return None if upcoming is None else max(0.0, upcoming - self.timers.now)

    # Threads and names

    def _initThreads(self) -> None:
        self.installNameResolver(VirtualResolver(self))
        self.usingThreads = True

    def _initThreadPool(self) -> None:
        # ReactorBase's own pool, but on threads that take turns with the reactor.
        self.threadpool = VirtualThreadPool(self.host.thread)
        self._threadpoolStartupID = self.callWhenRunning(self.threadpool.start)
        self.threadpoolShutdownID = self.addSystemEventTrigger(
            "during", "shutdown", self._stopThreadPool
        )
        # Without `run`, who drives the reactor gets work done all the same.
        self._scheduler.callLater(0, self._start_thread_pool)

    def _start_thread_pool(self) -> None:
        pool = self.threadpool
        if pool is not None and not pool.started and self.host.is_up:
            pool.start()

    # Signals stop the reactor. PosixReactorBase's watch over child processes is left
    # out: there are none.

    def _signalsFactory(self) -> Any:
        return ReactorBase._signalsFactory(self)

    def _handleSignals(self) -> None:  # pragma: no cover  (before Twisted 23.8)
        super(PosixReactorBase, self)._handleSignals()  # type: ignore[misc]


def _lone_host(reactor: VirtualReactor) -> "Host":
    # A network makes reactors: it is the upper of the two modules.
    from harness._network import Network  # noqa: PLC0415

    host = Network().host("localhost", reactor=lambda _: reactor)
    host.make_reactor = type(reactor)
    return host
