# -*- test-case-name: harness.test.test_benchmark_echo -*-
"""A server on a port of the reactor's choice, as long as a job needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from twisted.internet.interfaces import (
    IAddress,
    IListeningPort,
    IProtocol,
    IProtocolFactory,
)
from twisted.internet.protocol import Factory

from harness.benchmark.reactors import Reactor

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def listening(reactor: Reactor, factory: IProtocolFactory) -> AsyncIterator[int]:
    """Serve ``factory`` on loopback; yield the number of the port."""
    server = TCP4ServerEndpoint(reactor, 0, interface=LOOPBACK)
    port = await server.listen(factory)
    try:
        yield port_number(port)
    finally:
        await port.stopListening()


def port_number(port: IListeningPort) -> int:
    """Return the number that the reactor chose."""
    number: int = port.getHost().port  # type: ignore[attr-defined]
    return number


def local(reactor: Reactor, port: int) -> TCP4ClientEndpoint:
    """Make an endpoint that needs no names: nothing but a connection."""
    return TCP4ClientEndpoint(reactor, LOOPBACK, port)


class FactoryOf(Factory):
    """Gives each connection the protocol that it was made with."""

    noisy = False

    def __init__(self, protocol: IProtocol) -> None:
        self._protocol = protocol

    def buildProtocol(self, addr: IAddress | None) -> Any:
        return self._protocol


class SilentTransport:
    """What a protocol writes to when it is to be measured alone: a bottomless pit."""

    def write(self, data: bytes) -> None:
        """Take the data nowhere."""

    def loseConnection(self) -> None:
        """Stay as it is."""
