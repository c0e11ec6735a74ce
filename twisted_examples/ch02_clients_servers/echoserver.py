# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_echoserver -*-
"""Answer every line with that line.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.echoserver
    Server running, press Ctrl-C to stop.
    Connection from 127.0.0.1

and, in another terminal, talk to it::

    $ python -m twisted_examples.ch02_clients_servers.dataforward 127.0.0.1 5001
    Connected to server. Press Ctrl-C to close connection.
    hello
    You said: hello
    quit
    Goodbye.

What to notice:

- A stream has bytes, not lines, and they come in any pieces. `LineSplitter` makes the
  lines, knows nothing of the network, and never holds more than one of bounded length.
- After a line that is too long the server goes on with the next one. Closing would be
  no answer: what the client is still sending makes the system reset the connection,
  and the error line may be lost on the way.
- Whoever sends and never reads must not fill our memory. The transport is registered
  as its own producer: while its buffer is full, it reads no more.
- A client that has ended its input (``echo hi | ...``) still reads. So the server
  takes the half close as a protocol of its own accord, answers, and then closes.

Left out: a time limit for clients that are silent. Most line protocols are written
with `twisted.protocols.basic.LineReceiver`, which splits lines as well, but loses its
place after one that is too long.
"""

import argparse
import sys
from collections.abc import Sequence

from twisted.internet.abstract import isIPv6Address
from twisted.internet.defer import maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import (
    IConsumer,
    IHalfCloseableProtocol,
    IPushProducer,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import react
from zope.interface import implementer

from twisted_examples.command import (
    IReactor,
    command,
    host,
    integer_between,
    until_stopped,
)

MAX_LENGTH = 16_384  #: bytes in a line, without its newline


class LineSplitter:
    """Finds the lines in a stream, whether they end in LF or in CR LF.

    A line that is too long is reported as None, once, as soon as that is certain.
    The rest of it is dropped up to the next newline.

    Args:
        max_length: How many bytes a line may have, its newline not counted.
    """

    def __init__(self, max_length: int) -> None:
        self._max_length = max_length
        self._unfinished = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """Take the next piece of the stream and return the lines that it completes."""
        *finished, unfinished = (self._unfinished + data).split(b"\n")
        if finished and self._skipping:
            del finished[0]
            self._skipping = False
        lines = [self._check(line) for line in finished]
        self._unfinished = b"" if self._skipping else unfinished
        if self._check(self._unfinished) is None:
            lines.append(None)
            self._unfinished = b""
            self._skipping = True
        return lines

    def end(self) -> list[bytes | None]:
        """Return what the end of the stream completes: a last line without newline."""
        return self.feed(b"\n") if self._unfinished else []

    def _check(self, line: bytes) -> bytes | None:
        line = line.removesuffix(b"\r")
        return line if len(line) <= self._max_length else None


def reply(line: bytes | None) -> bytes:
    """Choose the answer to a line; None stands for one that is too long."""
    if line is None:
        return b"Error: a line may have at most %d bytes." % MAX_LENGTH
    if line == b"quit":
        return b"Goodbye."
    return b"You said: " + line


class IStream(ITCPTransport, IConsumer, IPushProducer):
    """A connection that can be paused, and that can pause who writes to it."""


@implementer(IHalfCloseableProtocol)
class Echo(Protocol):
    """One client's conversation."""

    transport: IStream

    def __init__(self) -> None:
        self._lines = LineSplitter(MAX_LENGTH)
        self._closing = False

    def connectionMade(self) -> None:
        print("Connection from", self.transport.getPeer().host)
        self.transport.registerProducer(self.transport, True)

    def dataReceived(self, data: bytes) -> None:
        self._answer(self._lines.feed(data))

    def readConnectionLost(self) -> None:
        """Answer the last line of a client that has ended its input, then close."""
        self._answer(self._lines.end())
        self._close()

    def writeConnectionLost(self) -> None:
        """Nothing to do: it is reported to who half-closes, and we close entirely."""

    def _answer(self, lines: list[bytes | None]) -> None:
        for line in lines:
            if self._closing:
                break
            self.transport.write(reply(line) + b"\r\n")
            if line == b"quit":
                self._close()

    def _close(self) -> None:
        if not self._closing:
            self._closing = True
            # A transport waits for its producer before it closes.
            self.transport.unregisterProducer()
            self.transport.loseConnection()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="echoserver", description="Answer every line with that line."
    )
    parser.add_argument(
        "--port",
        type=integer_between(0, 65535, "port number"),
        default=5001,
        help="TCP port; 0 lets the system choose one (default: 5001)",
    )
    parser.add_argument(
        "--interface",
        type=host,
        default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1)",
    )
    return parser.parse_args(argv)


async def main(reactor: IReactor, *argv: str) -> None:
    """Serve until Ctrl-C."""
    arguments = parse(argv)
    is_ipv6 = isIPv6Address(arguments.interface)
    endpoint_type = TCP6ServerEndpoint if is_ipv6 else TCP4ServerEndpoint
    endpoint = endpoint_type(reactor, arguments.port, interface=arguments.interface)
    try:
        port = await endpoint.listen(Factory.forProtocol(Echo))
    except (CannotListenError, OSError, UnicodeError) as error:
        raise SystemExit(f"Error: {error}") from error
    chosen = "" if arguments.port else f" on port {port.getHost().port}"
    print(f"Server running{chosen}, press Ctrl-C to stop.")
    await until_stopped(reactor)
    await maybeDeferred(port.stopListening)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
