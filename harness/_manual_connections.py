# -*- test-case-name: harness.test.test_manual_connections -*-
"""Connections of a `ManualReactor`, which wait for the test to decide on them.

Each can become one of two things. The test plays the other side itself, as tests that
use ``MemoryReactorClock`` do, on a `StringTransport`. Or it is let through: then a
transport of Twisted's takes over, on the simulated network, and nobody decides more.

As in ``MemoryReactorClock``, a factory is not started when it is recorded, but when the
test first lets something happen.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.base import BaseConnector
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.interfaces import IAddress, IConnector, IListeningPort, IProtocol
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from harness._old_twisted import tls_factory
from harness._transports import VirtualConnector
from harness._unix_transports import VirtualUNIXConnector


@implementer(IConnector)
class ManualConnector(BaseConnector):
    """An attempt to connect that waits for the test: see `ManualReactor.connectors`.

    It can be made again: when the program calls `connect`, it waits once more.

    Attributes:
        stoppedConnecting: Whether the program has told this attempt to stop. A real
            one fails then, with ``UserError``. This one waits to be told so.
    """

    stoppedConnecting = False
    transport: Any = None
    _protocol: Any = None
    _disconnected = False  # its name in MemoryReactorClock's

    @property
    def is_waiting(self) -> bool:
        """Whether it is for the test to decide what becomes of the attempt."""
        return self.state == "connecting" and self.transport is None

    # What the program calls

    def connect(self) -> None:
        """Wait for the test to decide."""
        self.state = "connecting"
        self.stoppedConnecting = False
        self.transport = self._protocol = None
        self.factory.startedConnecting(self)

    def stopConnecting(self) -> None:
        """Remember that the program wants no connection any more."""
        self.stoppedConnecting = True
        if not self.is_waiting:
            super().stopConnecting()

    def disconnect(self) -> None:
        """Close the connection, or stop the attempt."""
        self._disconnected = True
        super().disconnect()

    # What the test calls

    def succeed(self) -> tuple[IProtocol, StringTransport]:
        """Let the attempt succeed. The test itself is the peer.

        Returns:
            The program's protocol, and its transport, whose peer has the address that
            was dialled. If the factory has no protocol for it the transport is
            ``disconnecting``, and the protocol is one that does nothing.

        Raises:
            RuntimeError: The attempt is over, or the program has stopped it.
        """
        self._require_wanted()
        self._start_factory()
        address = self.getDestination()
        self.transport = StringTransport(peerAddress=address)
        self._protocol = _meet(self.buildProtocol(address), self.transport)
        return self._protocol, self.transport

    def fail(self, error: Exception) -> None:
        """Let the attempt fail.

        Raises:
            RuntimeError: The attempt is over.
        """
        self._require(self.is_waiting)
        self._start_factory()
        self.connectionFailed(Failure(error))

    def lose(self, error: Exception | None = None) -> None:
        """Let a connection end that was let `succeed`.

        Args:
            error: Why. Without it, because one of the sides closed it.

        Raises:
            RuntimeError: There is no such connection, or not any more.
        """
        self._require(self._protocol is not None)
        reason = Failure(error or ConnectionDone())
        protocol, self._protocol = self._protocol, None
        protocol.connectionLost(reason)
        self.connectionLost(reason)

    def let_through(self) -> None:
        """Let the attempt go over to the simulated network.

        It succeeds, fails or times out there as on any virtual reactor.

        Raises:
            RuntimeError: The attempt is over, or the program has stopped it.
        """
        self._require_wanted()
        self._start_factory()
        # The rest of BaseConnector.connect, which the program has been told of.
        self.transport = self._makeTransport()
        if self.timeout is not None:
            self.timeoutID = self.reactor.callLater(
                self.timeout, self.transport.failIfNotConnected, ConnectTimeoutError()
            )

    def _require_wanted(self) -> None:
        self._require(self.is_waiting and not self.stoppedConnecting)

    def _require(self, possible: bool) -> None:
        if not possible:
            state = "stopped" if self.stoppedConnecting else self.state
            raise RuntimeError(f"the attempt is {state}: {self.getDestination()}")

    def _start_factory(self) -> None:
        if not self.factoryStarted:
            self.factory.doStart()
            self.factoryStarted = 1


class ManualTCPConnector(ManualConnector, VirtualConnector):
    """An attempt made with ``connectTCP``."""


class ManualUNIXConnector(ManualConnector, VirtualUNIXConnector):
    """An attempt made with ``connectUNIX``."""


class ManualSSLConnector(ManualTCPConnector):
    """An attempt made with ``connectSSL``.

    Where the test itself is the peer, nothing is encrypted. On the network it is.

    Attributes:
        context_factory: Makes the TLS of the client.
    """

    context_factory: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._plain = self.factory

    def connect(self) -> None:
        self.factory = self._plain
        super().connect()

    def let_through(self) -> None:
        secure: Any = tls_factory(self.context_factory, True, self._plain, self.reactor)
        super().let_through()
        self.factory = secure


@implementer(IListeningPort)
class ManualPort:
    """A port on which nobody listens yet: see `ManualReactor.ports`.

    Args:
        address: What `getHost` returns until the port is let through.
        factory: Makes the protocols of accepted connections.
        listen: Listens on the simulated network.

    Attributes:
        stoppedListening: Whether the program has told it to stop.
    """

    def __init__(
        self, address: IAddress, factory: Any, listen: Callable[[], IListeningPort]
    ) -> None:
        self.factory = factory
        self.stoppedListening = False
        self._address = address
        self._listen = listen
        self._listening: IListeningPort | None = None
        self._factory_started = False

    @property
    def is_waiting(self) -> bool:
        """Whether it is for the test to decide who connects."""
        return self._listening is None and not self.stoppedListening

    # What the program calls

    def startListening(self) -> None:
        """Do nothing: the test decides."""

    def stopListening(self) -> Deferred[None]:
        """Accept no more connections."""
        self.stoppedListening = True
        if self._factory_started:
            self._factory_started = False
            self.factory.doStop()
        stopped = self._listening.stopListening() if self._listening else None
        return stopped or succeed(None)

    def getHost(self) -> IAddress:
        """Return the address on which the program listens."""
        return self._listening.getHost() if self._listening else self._address

    # What the test calls

    def accept(self, peer: IAddress | None = None) -> tuple[IProtocol, StringTransport]:
        """Connect to the program. The test itself is the client.

        Args:
            peer: The address of the client.

        Returns:
            The program's protocol and its transport. If the factory has no protocol
            for it the transport is ``disconnecting``, and the protocol is one that
            does nothing.

        Raises:
            RuntimeError: The program does not listen any more, or was let through.
        """
        self._require_waiting()
        if not self._factory_started:
            self._factory_started = True
            self.factory.doStart()
        transport = StringTransport(self._address, peer)
        protocol = self.factory.buildProtocol(transport.getPeer())
        return _meet(protocol, transport), transport

    def let_through(self) -> None:
        """Listen on the simulated network, where others can connect.

        Raises:
            CannotListenError: Somebody else has the port.
            RuntimeError: The program does not listen any more, or was let through.
        """
        self._require_waiting()
        self._listening = self._listen()

    def _require_waiting(self) -> None:
        if not self.is_waiting:
            state = "stopped" if self.stoppedListening else "let through"
            raise RuntimeError(f"the port has been {state}: {self.getHost()}")


def _meet(protocol: IProtocol | None, transport: StringTransport) -> IProtocol:
    """Give a protocol its transport, or hang up if there is none, as Twisted does."""
    if protocol is None:
        protocol = Protocol()
        transport.loseConnection()
    protocol.makeConnection(transport)
    return protocol
