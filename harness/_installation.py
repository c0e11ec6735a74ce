# -*- test-case-name: harness.test.test_installation -*-
"""Make a virtual reactor the reactor of the whole process.

This is what ``trial --reactor=virtual`` calls, before any code under test is imported:
modules that bind ``twisted.internet.reactor`` when they are imported bind this one.
What still reaches round the reactor is settled here, for as long as the process lasts.

Two variables of the environment say more, as trial has no options for reactors:
``HARNESS_SEGMENTS=1-7`` cuts every stream into pieces of 1 to 7 bytes, and
``HARNESS_SEED=42`` is the seed of the network, from which their sizes are drawn.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet import task
from twisted.internet.defer import AlreadyCalledError, Deferred
from twisted.internet.main import installReactor
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from harness._errors import Deadlock
from harness._network import Network
from harness._reactor import VirtualReactor
from harness._segments import parse_segments, random_segments
from harness._thread_pools import pool_in_order
from harness._timers import VirtualCall


class GlobalReactor(VirtualReactor):
    """The reactor of a process in which trial runs tests, or twist a service.

    Trial guards each asynchronous test with a timeout of two minutes. On virtual time
    they pass in no time, but "still running at 120.0 secs" does not say why. Where
    nothing but such a timeout was left to wait for, the test fails with `Deadlock`.
    """

    def callLater(
        self, delay: float, callable: Callable[..., Any], *args: Any, **kw: Any
    ) -> VirtualCall:
        if _is_timeout_of_test(callable):
            return super().callLater(delay, self._end_test, callable, *args)
        call = super().callLater(delay, callable, *args, **kw)
        if "seconds" in vars(self):
            # A test has put a clock of its own in the place of the reactor's.
            call.seconds = self.seconds  # type: ignore[method-assign]
            call._move(self.seconds() + delay)
        return call

    def _end_test(
        self, on_timeout: Callable[[Deferred[Any]], None], test: Deferred[Any]
    ) -> None:
        """Do what trial would at the timeout of a test, but tell one that hung."""
        if not self._only_tests_are_waited_for():
            on_timeout(test)
            return
        error = Deadlock(
            "the test waits for what can never happen\n"
            + self.host.network.describe_pending()
        )
        try:
            test.errback(Failure(error))
        except AlreadyCalledError:  # it waits for another Deferred, as trial can tell
            on_timeout(test)

    def _only_tests_are_waited_for(self) -> bool:
        calls = self._scheduler.timers.active_calls()
        return all(call.func == self._end_test for call in calls) and (
            not self._scheduler.is_busy()
        )


def _is_timeout_of_test(function: Callable[..., Any]) -> bool:
    """Say whether this is the function with which trial ends a test."""
    return (
        getattr(function, "__name__", None) == "onTimeout"
        and function.__module__ == "twisted.trial._asynctest"
    )


def install() -> VirtualReactor:
    """Install a virtual reactor with a network of its own, whose host is localhost.

    Raises:
        ReactorAlreadyInstalledError: There is a reactor already.
        ValueError: A variable of the environment is not as described above.
    """
    network = network_as_told(os.environ)
    reactor = network.host("localhost", reactor=GlobalReactor).reactor
    installReactor(reactor)
    settle(reactor)
    return reactor


def network_as_told(environment: Mapping[str, str]) -> Network:
    """Make the network that the variables of the environment describe."""
    network = Network(int(environment.get("HARNESS_SEED", "0")))
    sizes = environment.get("HARNESS_SEGMENTS")
    if sizes:
        network.segments = random_segments(*parse_segments(sizes), network.seed)
    return network


def settle(reactor: VirtualReactor) -> None:
    """Let what reaches round the reactor reach this one, and virtual time.

    - Thread pools that code makes for itself run on the reactor's virtual threads,
      and choose among their workers as the reactor's own pool does.
    - The global cooperator does one step at a time, where it would go on for as long
      as the wall clock allows.
    """
    threads = reactor.host.scheduler.threads
    ThreadPool.threadFactory = threads.thread  # type: ignore[assignment]
    ThreadPool._pool = staticmethod(pool_in_order)
    task._theCooperator = task.Cooperator(lambda: lambda: True)
