# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_connectiontest -*-
"""Find out whether a TCP port accepts connections.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.connectiontest localhost 80
    Connected to port 80.
    $ python -m twisted_examples.ch02_clients_servers.connectiontest localhost 81
    Error connecting to port 81: Connection was refused by other side: 111: \
Connection refused.

What to notice:

- A `Deferred` stands for a result that is not there yet. It fires exactly once: with
  the result, or with a failure. Here it is the endpoint's own, passed on.
- ``addTimeout`` sees to it that there is an end at all, by cancelling what goes on.
- ``addCallbacks`` takes one function for each outcome, and an error of the first is
  not given to the second. In ``addCallback(a).addErrback(b)`` it is: ``b`` would
  report an error of ``a`` as one of the connection.
"""

import argparse
import sys
from typing import NoReturn

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IProtocol, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import react
from twisted.python.failure import Failure

from twisted_examples.command import (
    CANCELLED,
    IReactor,
    command,
    host,
    port,
    seconds,
)


def check_connection(
    endpoint: IStreamClientEndpoint, timeout: float, clock: IReactorTime
) -> Deferred[None]:
    """Connect, and hang up at once.

    Args:
        endpoint: What to connect to.
        timeout: The seconds that it may take, from the look-up of a name onwards.
        clock: What measures them.

    Returns:
        A Deferred that fires once, with None or with the reason why there was no
        connection. Cancelling it gives the attempt up.
    """
    connecting = endpoint.connect(Factory.forProtocol(Protocol))
    connecting.addTimeout(timeout, clock, onTimeoutCancel=give_up)
    return connecting.addCallback(hang_up)


def give_up(cancelled: object, timeout: float) -> NoReturn:
    """Name the true reason for a cancellation: time ran out."""
    raise error.TimeoutError


def hang_up(protocol: IProtocol) -> None:
    """Close a connection that has served its purpose."""
    assert isinstance(protocol, Protocol)
    assert protocol.transport is not None
    protocol.transport.loseConnection()


def report_success(result: None, number: int) -> None:
    """Say that the port accepts connections."""
    print(f"Connected to port {number}.")


def report_failure(reason: Failure, number: int) -> NoReturn:
    """End the program with the reason why there was no connection."""
    if reason.check(*CANCELLED):
        reason.raiseException()  # nothing has failed
    message = reason.getErrorMessage()
    raise SystemExit(f"Error connecting to port {number}: {message}")


async def main(reactor: IReactor, *argv: str) -> None:
    """Check the port of the command line."""
    parser = argparse.ArgumentParser(
        prog="connectiontest",
        description="Find out whether a TCP port accepts connections.",
    )
    parser.add_argument("host", type=host)
    parser.add_argument("port", type=port)
    parser.add_argument("--timeout", type=seconds, default=10.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    endpoint = HostnameEndpoint(
        reactor, arguments.host, arguments.port, timeout=arguments.timeout
    )
    checking = check_connection(endpoint, arguments.timeout, reactor)
    await checking.addCallbacks(
        report_success,
        report_failure,
        callbackArgs=(arguments.port,),
        errbackArgs=(arguments.port,),
    )


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
