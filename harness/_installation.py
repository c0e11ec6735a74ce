# -*- test-case-name: harness.test.test_installation -*-
"""Make a virtual reactor the reactor of the whole process.

This is what ``trial --reactor=virtual`` calls, before any code under test is imported:
modules that bind ``twisted.internet.reactor`` when they are imported bind this one.
What still reaches round the reactor is settled here, for as long as the process lasts.
"""

from twisted.internet import task
from twisted.internet.main import installReactor
from twisted.python.threadpool import ThreadPool

from harness._hung_tests import HungTests
from harness._reactor import VirtualReactor


def install() -> VirtualReactor:
    """Install a virtual reactor with a network of its own, whose host is localhost.

    Raises:
        ReactorAlreadyInstalledError: There is a reactor already.
    """
    reactor = VirtualReactor()
    installReactor(reactor)
    settle(reactor)
    return reactor


def settle(reactor: VirtualReactor) -> None:
    """Let what reaches round the reactor reach this one, and virtual time.

    - Thread pools that code makes for itself run on the reactor's virtual threads.
    - The global cooperator does one step at a time, where it would go on for as long
      as the wall clock allows.
    - An asynchronous test that waits in vain fails at once, not at its timeout.
    """
    ThreadPool.threadFactory = reactor.host.scheduler.threads.thread  # type: ignore[assignment]
    task._theCooperator = task.Cooperator(lambda: lambda: True)
    HungTests(reactor).watch()
