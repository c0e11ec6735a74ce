# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_dataforward -*-
"""Join the terminal to a TCP connection.

Run it, with the echoserver of this chapter running::

    $ python -m twisted_examples.ch02_clients_servers.dataforward 127.0.0.1 5001
    Connected to server. Press Ctrl-C to close connection.
    hello
    You said: hello
    quit
    Goodbye.

or in a pipe, where only the server's own bytes are standard output::

    $ echo hello | python -m twisted_examples.ch02_clients_servers.dataforward \\
        127.0.0.1 5001 2>/dev/null
    You said: hello

What to notice:

- The terminal is a transport like any other: `twisted.internet.stdio.StandardIO`
  joins it to a protocol, and two protocols that write to each other's transport are
  all there is to forwarding.
- Network protocols end a line with CR LF, keyboards and files do not. As the pieces
  in which the bytes come may end anywhere, the `NewlineConverter` has to remember
  whether the last one ended with a CR.
- Each transport is the other's producer. So the keyboard is not read while the socket's
  buffer is full, nor the socket while the screen's is: memory stays bounded with no
  code of ours.
- The end of the input closes one direction only. The server may have much to say yet;
  it is the server's close that ends the program.
- Until then a silent server is the user's business, who has Ctrl-C. Afterwards there
  may be no user any more: a `TimeoutMixin` ends what would wait for ever. Time does not
  count while it is the screen that holds up the server.

Left out: protocols that have commands of their own within the stream, such as Telnet.
"""

import argparse
import os
import re
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from twisted.internet import stdio
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import ConnectError, ConnectionDone, DNSLookupError
from twisted.internet.interfaces import (
    IConsumer,
    IDelayedCall,
    IHalfCloseableProtocol,
    IPushProducer,
    IReactorTime,
    ITCPTransport,
    ITransport,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import react
from twisted.protocols.policies import TimeoutMixin
from twisted.python.failure import Failure
from zope.interface import implementer

from twisted_examples.ch02_clients_servers.connection import PATIENCE
from twisted_examples.ch02_clients_servers.connectiontest import give_up
from twisted_examples.command import IReactor, command, host, port, seconds

STDIN, STDOUT = 0, 1


class NewlineConverter:
    """Makes CR LF of every newline in a stream: of LF, of CR, and of CR LF itself."""

    def __init__(self) -> None:
        self._after_cr = False

    def convert(self, data: bytes) -> bytes:
        """Convert the next piece, of one byte at least."""
        # This CR LF was split, and its CR has been converted with the piece before.
        rest = data[1:] if self._after_cr and data[:1] == b"\n" else data
        self._after_cr = data[-1:] == b"\r"
        return re.sub(rb"\r\n?|\n", b"\r\n", rest)


class ITerminal(ITransport, IConsumer, IPushProducer):
    """What `twisted.internet.stdio.StandardIO` is to a protocol."""


class ISocket(ITCPTransport, IConsumer, IPushProducer):
    """What a TCP connection is to a protocol."""


@implementer(IPushProducer)
class Server(Protocol, TimeoutMixin):
    """The server's side: what comes from there goes to the screen.

    Attributes:
        screen: Where it goes.
        clock: What measures for how long the server is silent.
        lost_reason: Why the connection was lost, or None while it is not.
        was_silent: Whether the server did nothing for too long.
    """

    transport: ISocket
    screen: ITerminal
    clock: IReactorTime
    lost_reason: Failure | None = None
    was_silent = False
    _patience: float | None = None
    _is_paused = False

    def limit_silence(self, patience: float) -> None:
        """From now on, give the server up when it says nothing for so many seconds."""
        self._patience = patience
        self._listen()

    def dataReceived(self, data: bytes) -> None:
        self.resetTimeout()
        self.screen.write(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.lost_reason = reason
        self.setTimeout(None)
        # A transport waits for its producer before it closes.
        self.screen.unregisterProducer()
        self.screen.loseConnection()

    def callLater(self, period: float, func: Callable[[], object]) -> IDelayedCall:
        # The mixin's own is that of the global reactor.
        return self.clock.callLater(period, func)

    def timeoutConnection(self) -> None:
        self.was_silent = True
        # Not loseConnection, which would wait for a server that does not read.
        self.transport.abortConnection()

    def pauseProducing(self) -> None:
        self._is_paused = True
        self.transport.pauseProducing()
        self._listen()

    def resumeProducing(self) -> None:
        self._is_paused = False
        self.transport.resumeProducing()
        self._listen()

    def stopProducing(self) -> None:
        self.transport.stopProducing()

    def _listen(self) -> None:
        self.setTimeout(None if self._is_paused else self._patience)


@implementer(IHalfCloseableProtocol)
class Terminal(Protocol):
    """The user's side: what is typed goes to the server.

    Args:
        server: The server's side, connected.
        patience: For how many seconds it may be silent when the input has ended.

    Attributes:
        closed: A Deferred that fires when all is over: with True if whatever the
            server has sent was written, with False if the output failed.
    """

    transport: ITerminal

    def __init__(self, server: Server, patience: float) -> None:
        self.closed: Deferred[bool] = Deferred()
        self._server = server
        self._patience = patience
        self._newlines = NewlineConverter()

    def connectionMade(self) -> None:
        self._server.screen = self.transport
        self._server.transport.registerProducer(self.transport, True)
        self.transport.registerProducer(self._server, True)

    def dataReceived(self, data: bytes) -> None:
        self._server.transport.write(self._newlines.convert(data))

    def readConnectionLost(self) -> None:
        """Tell the server that the input has ended; its answers still come."""
        if self._server.lost_reason is None:  # else the reactor is shutting down
            self._server.transport.unregisterProducer()
            self._server.transport.loseWriteConnection()
            self._server.limit_silence(self._patience)

    def writeConnectionLost(self) -> None:
        """Give up: nobody sees what the server answers."""
        self._end(False)
        self.transport.loseConnection()
        # Not loseConnection, which would wait for a server that waits for us.
        self._server.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._end(reason.check(ConnectionDone) is not None)

    def _end(self, is_complete: bool) -> None:
        if not self.closed.called:
            self.closed.callback(is_complete)


@contextmanager
def blocking_mode_restored(*descriptors: int) -> Iterator[None]:
    """Leave descriptors as they were found.

    `twisted.internet.stdio.StandardIO` makes them non-blocking, which on a terminal is
    so for the shell, too, and for whatever else has it open.
    """
    before = [(descriptor, os.get_blocking(descriptor)) for descriptor in descriptors]
    try:
        yield
    finally:
        for descriptor, is_blocking in before:
            os.set_blocking(descriptor, is_blocking)


def explain_failed_output(descriptor: int) -> str | int:
    """Choose what SystemExit carries: silence if it was the reader who went away."""
    poll = select.poll()
    poll.register(descriptor, 0)
    if poll.poll(0):  # asked for nothing, it reports only that the other end is gone
        return 1
    # Twisted keeps the errno to itself, and to try once more could write a stray byte.
    return "Error: cannot write to standard output."


def say(text: str) -> None:
    """Print to standard error, if there is one: without, print takes the output."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)


async def forward(server: Server, reactor: IReactor, patience: float) -> None:
    """Join the terminal to the server until the connection ends.

    Raises:
        SystemExit: Something was lost.
    """
    server.clock = reactor
    terminal = Terminal(server, patience)
    with blocking_mode_restored(STDIN, STDOUT):
        stdio.StandardIO(terminal, reactor=reactor)
        is_complete = await terminal.closed
    if not is_complete:
        raise SystemExit(explain_failed_output(STDOUT))
    assert server.lost_reason is not None
    if server.was_silent:
        raise SystemExit(
            f"Lost connection: The server did nothing for {patience:g} seconds."
        )
    if not server.lost_reason.check(ConnectionDone):
        raise SystemExit(f"Lost connection: {server.lost_reason.getErrorMessage()}")


async def main(reactor: IReactor, *argv: str) -> None:
    """Connect, and forward until either side ends it."""
    parser = argparse.ArgumentParser(
        prog="dataforward", description="Join the terminal to a TCP connection."
    )
    parser.add_argument("host", type=host, help="name or address")
    parser.add_argument("port", type=port, help="TCP port")
    # As long as the clients of SMTP wait for an answer: RFC 5321, 4.5.3.2.
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=300.0,
        metavar="SECONDS",
        help="how long the server may be silent when the input has ended (300)",
    )
    arguments = parser.parse_args(argv)
    if sys.stdin is None or sys.stdout is None:
        # The reactor's own files may have got their descriptors.
        raise SystemExit("Error: standard input and output must be open.")
    endpoint = HostnameEndpoint(reactor, arguments.host, arguments.port)
    connecting = endpoint.connect(Factory.forProtocol(Server))
    try:
        server = cast(Server, await connecting.addTimeout(PATIENCE, reactor, give_up))
    except (ConnectError, DNSLookupError, ValueError) as error:
        raise SystemExit(f"Connection failed: {error}") from error
    say("Connected to server. Press Ctrl-C to close connection.")
    await forward(server, reactor, arguments.timeout)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
