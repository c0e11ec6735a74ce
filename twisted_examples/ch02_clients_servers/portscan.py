# -*- test-case-name: twisted_examples.ch02_clients_servers.test.test_portscan -*-
"""Find out which TCP ports of a host accept connections.

Run it::

    $ python -m twisted_examples.ch02_clients_servers.portscan localhost --ports 1-6000
    Connected to port 22
    Connected to port 5001

What to notice:

- Many connections at once need no threads. Some workers, each a coroutine, share one
  iterator of ports: never more connections are attempted at once than there are
  workers, and a silent port holds up only the worker that waits for it.
- Answers come in any order. `InOrder` holds one back until all lower ports have
  theirs, so that a line is printed as soon as it is certain to be the next.
- The name is looked up once, not once for each port.
- A refused connection is an answer, and so is silence. What fails on our own side, as
  when no more sockets can be opened, says nothing about the port: it ends the scan.

Left out: faster ways than whole connections, which need the rights of root. Scan only
hosts whose owner has agreed.
"""

import argparse
import errno
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, FirstError, ensureDeferred, gatherResults
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.error import (
    ConnectBindError,
    ConnectError,
    DNSLookupError,
    NoRouteError,
    TimeoutError,  # noqa: A004 (Twisted's, since that is what `give_up` raises)
)
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IReactorTime,
    IResolutionReceiver,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import react
from zope.interface import implementer

from twisted_examples.ch02_clients_servers.connectiontest import give_up
from twisted_examples.command import (
    IReactor,
    command,
    host,
    integer_between,
    port,
    seconds,
)

Address = IPv4Address | IPv6Address

#: How many seconds the look-up of a name may take. No port can be tried before.
LOOKUP_PATIENCE = 30.0


def ports(text: str) -> list[int]:
    """Check ports given on the command line: ``80``, ``1-200`` or ``22,80,8000-8010``.

    Returns:
        Each of them once, ascending.
    """
    chosen: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        first, last = port(low), port(high if dash else low)
        if last < first:
            raise argparse.ArgumentTypeError(f"the range {part} runs backwards")
        chosen.update(range(first, last + 1))
    return sorted(chosen)


class InOrder:
    """Puts answers that come in any order back into the order of the questions.

    Args:
        ports: The ports, in the order in which they are to be reported.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._unreported = deque(ports)
        self._answers: dict[int, bool] = {}

    def settle(self, port: int, is_open: bool) -> Iterator[int]:
        """Take one answer; yield the open ports that can be reported by now."""
        self._answers[port] = is_open
        while self._unreported and self._unreported[0] in self._answers:
            reported = self._unreported.popleft()
            if self._answers.pop(reported):
                yield reported


def is_our_fault(error: ConnectError) -> bool:
    """Say whether an attempt failed on this side, before it could reach the other."""
    ours = isinstance(error, (ConnectBindError, NoRouteError))
    return ours or error.osError == errno.EADDRNOTAVAIL


@implementer(IResolutionReceiver)
class AddressCollector:
    """Collects the addresses of one name.

    Attributes:
        collected: A Deferred that fires with all of them, or none.
    """

    def __init__(self) -> None:
        self.collected: Deferred[list[Address]] = Deferred()
        self._addresses: list[Address] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        """Nothing to do yet."""

    def addressResolved(self, address: IAddress) -> None:
        self._addresses.append(cast(Address, address))

    def resolutionComplete(self) -> None:
        self.collected.callback(self._addresses)


async def look_up(
    resolver: IHostnameResolver, name: str, clock: IReactorTime
) -> list[Address]:
    """Look a name up; an address is its own name.

    Raises:
        DNSLookupError: Nobody knows it, or says whether he does, or it can be no name.
    """
    try:
        name.encode("idna")
    except UnicodeError as error:
        raise DNSLookupError(f"invalid hostname: {name}") from error
    collector = AddressCollector()
    resolver.resolveHostName(collector, name)
    collecting = collector.collected.addTimeout(LOOKUP_PATIENCE, clock, give_up)
    try:
        addresses = await collecting
    except TimeoutError as error:
        raise DNSLookupError(f"no answer to hostname lookup: {name}") from error
    if not addresses:
        raise DNSLookupError(f"no results for hostname lookup: {name}")
    return addresses


@dataclass
class Prober:
    """Tries the ports of one host.

    Attributes:
        reactor: Connects, and measures the time.
        addresses: The host's addresses.
        timeout: Seconds that an address may take to answer.
    """

    reactor: IReactor
    addresses: Sequence[Address]
    timeout: float

    def __post_init__(self) -> None:
        # One for all: their protocols have nothing to say.
        self._factory = Factory.forProtocol(Protocol)

    async def is_open(self, port: int) -> bool:
        """Say whether any of the addresses accepts a connection.

        Raises:
            ConnectError: It could not be found out.
        """
        fault: ConnectError | None = None
        answers = 0
        for address in self.addresses:
            try:
                return await self._accepts(address, port)
            except ConnectError as error:
                if is_our_fault(error):
                    fault = error
                else:
                    answers += 1
        if fault is not None and answers == 0:
            raise fault
        return False

    async def _accepts(self, address: Address, port: int) -> bool:
        is_ipv6 = isinstance(address, IPv6Address)
        endpoint_type = TCP6ClientEndpoint if is_ipv6 else TCP4ClientEndpoint
        endpoint = endpoint_type(self.reactor, address.host, port, self.timeout)
        connecting = endpoint.connect(self._factory)
        connecting.addTimeout(self.timeout, self.reactor, give_up)
        transport = cast(Protocol, await connecting).transport
        assert transport is not None
        transport.loseConnection()
        # Within one machine, a port can happen to be connected to itself.
        return transport.getPeer() != transport.getHost()


async def scan(
    ports: Sequence[int],
    is_open: Callable[[int], Awaitable[bool]],
    concurrency: int,
    report: Callable[[int], object],
) -> None:
    """Report the open ones among ``ports``, in their order, as soon as possible.

    Args:
        ports: What to try.
        is_open: Tries one port. Its first exception ends the scan.
        concurrency: How many ports may be tried at once.
        report: Is called with each open port.
    """
    remaining = iter(ports)
    order = InOrder(ports)

    async def work() -> None:
        for number in remaining:
            for reported in order.settle(number, await is_open(number)):
                report(reported)

    workers = [ensureDeferred(work()) for _ in range(min(concurrency, len(ports)))]
    try:
        await gatherResults(workers, consumeErrors=True)
    except FirstError as error:
        for worker in workers:
            worker.cancel()
        error.subFailure.raiseException()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="portscan",
        description="Find out which TCP ports of a host accept connections.",
    )
    parser.add_argument("host", type=host, help="name or address")
    parser.add_argument(
        "--ports",
        type=ports,
        default="1-200",
        help="such as 80, 1-200 or 22,80,8000-8010 (default: 1-200)",
    )
    parser.add_argument(
        "--concurrency",
        type=integer_between(1, 1000, "concurrency"),
        default=50,
        help="ports to be tried at once, 1 to 1000 (default: 50)",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=5.0,
        help="seconds to wait for an answer (default: 5)",
    )
    return parser.parse_args(argv)


async def main(reactor: IReactor, *argv: str) -> None:
    """Scan a host and print what is open."""
    arguments = parse(argv)
    found: list[int] = []

    def report(port: int) -> None:
        found.append(port)
        print("Connected to port", port)

    try:
        addresses = await look_up(reactor.nameResolver, arguments.host, reactor)
        prober = Prober(reactor, addresses, arguments.timeout)
        await scan(arguments.ports, prober.is_open, arguments.concurrency, report)
    except (DNSLookupError, ConnectError) as error:
        raise SystemExit(f"Error: {error}") from error
    if not found:
        print("No open port found.")


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
