"""Decide what becomes of the connections that a program attempts in a test."""

from twisted.internet.interfaces import IProtocol
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure


def accept(
    reactor: MemoryReactorClock, attempt: int = -1
) -> tuple[IProtocol, StringTransport]:
    """Let an attempt succeed.

    Args:
        reactor: Where the program called ``connectTCP``.
        attempt: Which of its calls, counted from 0; the latest unless told.

    Returns:
        What the reactor would tell about the connection from here on, and the
        program's end of it, whose peer has the address that was dialled.
    """
    factory = reactor.tcpClients[attempt][2]
    address = reactor.connectors[attempt].getDestination()
    protocol = factory.buildProtocol(address)
    assert protocol is not None
    transport = StringTransport(peerAddress=address)
    protocol.makeConnection(transport)
    return protocol, transport


def fail(reactor: MemoryReactorClock, error: Exception, attempt: int = -1) -> None:
    """Let an attempt fail with ``error``."""
    factory = reactor.tcpClients[attempt][2]
    factory.clientConnectionFailed(reactor.connectors[attempt], Failure(error))
