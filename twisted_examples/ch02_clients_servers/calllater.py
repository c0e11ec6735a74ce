# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_calllater -*-
"""Tell the time once a second, and stop the reactor after five.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.calllater
    Running the reactor ...
    Current time is 10:33:44
    Current time is 10:33:45
    Current time is 10:33:46
    Current time is 10:33:47
    Stopping reactor
    Reactor stopped.

What to notice:

- ``callLater`` returns at once. The reactor makes the call when its time has come, and
  hands on the arguments that follow, by position and by keyword.
- The time is the reactor's too: ``reactor.seconds()``. A test moves it as it likes.
- Any call may stop the reactor. Ctrl-C does the same, sooner.
"""

import argparse
import sys
import time

from twisted.internet.interfaces import IReactorCore, IReactorTime
from twisted.internet.task import react

from twisted_examples.command import IReactor, command, until_stopped


def time_of_day(seconds: float) -> str:
    """Show a moment, in seconds since 1970, as the clock on the wall does."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def show_time(clock: IReactorTime, *, label: str) -> None:
    """Print the clock's time."""
    print(f"{label} {time_of_day(clock.seconds())}")


def stop(reactor: IReactorCore) -> None:
    """End the event loop."""
    print("Stopping reactor")
    reactor.stop()


async def main(reactor: IReactor, *argv: str) -> None:
    """Ask for all calls beforehand, then wait for the last."""
    parser = argparse.ArgumentParser(
        prog="calllater",
        description="Tell the time once a second, and stop the reactor after five.",
    )
    parser.parse_args(argv)
    for delay in (1, 2, 3, 4):
        reactor.callLater(delay, show_time, reactor, label="Current time is")
    reactor.callLater(5, stop, reactor)
    reactor.addSystemEventTrigger("after", "shutdown", print, "Reactor stopped.")
    print("Running the reactor ...")
    await until_stopped(reactor)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
