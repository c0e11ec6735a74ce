# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_connection -*-
"""Connect to a host, say who answered, and hang up.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.connection localhost 22
    Connected to 127.0.0.1.
    Lost connection: Connection was closed cleanly.

What to notice:

- A factory makes a protocol for each connection. The protocol lives as long as its
  connection; what must outlive it is kept in the factory.
- Twisted calls ``connectionMade`` once, then ``connectionLost`` once, with the reason.
  ``loseConnection`` only asks for the end: ``connectionLost`` is how it is known.
- `HostnameEndpoint` looks up the name and tries its addresses, IPv6 and IPv4, until
  one of them answers. That none did is a failure of ``connect``, and reaches neither
  the factory nor a protocol.
- The endpoint gives up on an address, but waits for the look-up as long as that takes.
  A limit for both makes sure that there is an end.
"""

import argparse
import sys
from typing import cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import ConnectionClosed, ConnectionDone
from twisted.internet.interfaces import (
    IAddress,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import react
from twisted.python.failure import Failure

from twisted_examples.ch02_clients_servers.connectiontest import give_up
from twisted_examples.command import CANCELLED, IReactor, command, host, port

#: How many seconds the look-up of a name and the attempts to connect may take together.
PATIENCE = 60.0


class QuickDisconnectProtocol(Protocol):
    """Says who is at the other end, and hangs up.

    Args:
        lost: Fails, when the connection is lost, with the reason.
    """

    def __init__(self, lost: Deferred[None]) -> None:
        self._lost = lost

    def connectionMade(self) -> None:
        assert self.transport is not None
        peer = cast(IPv4Address | IPv6Address, self.transport.getPeer())
        print(f"Connected to {peer.host}.")
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._lost.errback(reason)


class QuickDisconnectFactory(Factory):
    """Makes the protocol, and knows when its connection is no more.

    Attributes:
        lost: Fails, when the connection is lost, with the reason: `ConnectionDone` is
            the good one.
    """

    def __init__(self) -> None:
        self.lost: Deferred[None] = Deferred()

    def buildProtocol(self, addr: IAddress | None) -> QuickDisconnectProtocol:
        return QuickDisconnectProtocol(self.lost)


async def visit(endpoint: IStreamClientEndpoint, clock: IReactorTime) -> None:
    """Connect and hang up.

    Args:
        endpoint: What to connect to.
        clock: What measures how long that takes.

    Raises:
        SystemExit: There was no connection, or it did not end cleanly.
    """
    factory = QuickDisconnectFactory()
    try:
        await endpoint.connect(factory).addTimeout(PATIENCE, clock, give_up)
    except CANCELLED:
        raise  # nothing has failed
    except Exception as error:
        raise SystemExit(f"Connection failed: {error}") from None
    try:
        await factory.lost
    except ConnectionDone as reason:
        print(f"Lost connection: {reason}")
    except ConnectionClosed as reason:
        raise SystemExit(f"Lost connection: {reason}") from None


async def main(reactor: IReactor, *argv: str) -> None:
    """Visit the host of the command line."""
    parser = argparse.ArgumentParser(
        prog="connection",
        description="Connect to a host, say who answered, and hang up.",
    )
    parser.add_argument("host", type=host)
    parser.add_argument("port", type=port, nargs="?", default=80)
    arguments = parser.parse_args(argv)
    await visit(HostnameEndpoint(reactor, arguments.host, arguments.port), reactor)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
