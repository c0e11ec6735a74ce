# -*- test-case-name: harness.test.test_programs -*-
"""Run a program's ``main`` in the test's own process, and see what a shell would see.

A program written for `twisted.internet.task.react` is a coroutine function that is
given the reactor and the command-line arguments. `run_program` calls it with a reactor
of the test's and plays the part of ``react``, of the shell and of the terminal.
"""

from typing import overload

from twisted.internet.testing import MemoryReactorClock

from harness._arguments import require_type
from harness._host import Host
from harness._memory_programs import MemoryProgram
from harness._processes import Process
from harness._running_program import Main, RunningProgram


@overload
def run_program(
    main: Main, *argv: str, reactor: MemoryReactorClock
) -> RunningProgram: ...


@overload
def run_program(main: Main, *argv: str, host: Host) -> RunningProgram: ...


def run_program(
    main: Main,
    *argv: str,
    reactor: MemoryReactorClock | None = None,
    host: Host | None = None,
) -> RunningProgram:
    """Start a program as ``react`` would, with its output kept for the test.

    It is given one of two places to run: a reactor in memory, on which the test decides
    on each connection, or a host of a simulated network, where other programs run too.

    On a host, the program has a reactor of its own, as a process has, and ends when
    that has shut down. ``sys.stdout``, ``sys.stderr`` and
    `twisted.internet.stdio.StandardIO` are the program's while its reactor calls it,
    and the test's otherwise. On a reactor in memory they are the program's as long as
    the ``with`` block lasts.

    Args:
        main: What the program hands to `twisted.internet.task.react`.
        argv: The command-line arguments, without the program's name.
        reactor: What ``main`` is given, as a running one. The test moves its time.
        host: The machine on which the program runs.

    Returns:
        The running program, a context manager, which starts it. A program that has not
        ended with the block is killed. What it awaits is cancelled, and it has no exit
        status. On a host its connections are closed, and no protocol is told.

    Raises:
        TypeError: Neither a reactor nor a host is given, or both, or an argument is of
            another type.
        ValueError: The host is down.
    """
    if not callable(main):
        raise TypeError(f"main must be a function, as for react, not {main!r}")
    for argument in argv:
        require_type("an argument of a program", argument, str, "text")
    if host is not None and reactor is None:
        require_type("host", host, Host, "a Host of a Network")
        return Process(main, argv, host)
    if reactor is not None and host is None:
        in_memory = "a MemoryReactorClock (a program on a network is given a host)"
        require_type("reactor", reactor, MemoryReactorClock, in_memory)
        return MemoryProgram(main, argv, reactor)
    raise TypeError("a program needs either a reactor or a host to run on")
