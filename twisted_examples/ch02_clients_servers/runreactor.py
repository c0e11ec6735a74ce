# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_runreactor -*-
"""Run the reactor, and nothing else, until Ctrl-C.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.runreactor
    Running the reactor ...
    ^CReactor stopped.

What to notice:

- The reactor is an event loop: once it runs, the program is in its hands.
- `react` starts the reactor and ends the process; ``main`` is only given it.
- Whoever must act when the loop ends asks for a system event trigger.
"""

import argparse
import sys

from twisted.internet.interfaces import IReactorCore
from twisted.internet.task import react

from twisted_examples.command import command, until_stopped


async def main(reactor: IReactorCore, *argv: str) -> None:
    """Say when the reactor starts and when it has stopped."""
    parser = argparse.ArgumentParser(
        prog="runreactor",
        description="Run the reactor, and nothing else, until Ctrl-C.",
    )
    parser.parse_args(argv)
    reactor.addSystemEventTrigger("after", "shutdown", print, "Reactor stopped.")
    print("Running the reactor ...")
    await until_stopped(reactor)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
