# -*- test-case-name: harness.test.test_manual,harness.test.test_manual_record -*-
"""A reactor on which connections happen only when the test says so."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IListeningPort
from twisted.internet.testing import MemoryReactor, MemoryReactorClock

from harness._manual_connections import (
    ManualConnector,
    ManualPort,
    ManualSSLConnector,
    ManualTCPConnector,
    ManualUNIXConnector,
)
from harness._reactor import VirtualReactor
from harness._timers import VirtualCall

T = TypeVar("T")


class ManualReactor(MemoryReactorClock):
    """A ``MemoryReactorClock`` whose connections can be decided on, one by one.

    What a program asks for is recorded by Twisted's own class, in its ``tcpClients``,
    ``tcpServers``, ``sslClients``, ``readers``, ``triggers`` and so on, so that tests
    written for that class keep working when the name is changed. What is added:

    - `connectors` and `ports` have methods for the test, which let an attempt succeed
      or fail, and let a client connect.
    - `let_through` lets all that waits go over to the simulated network.
    - Time is that of the network. Each call is made at the instant at which it is due,
      where `twisted.internet.task.Clock` has moved on already. An exception in one is
      logged.

    Recording keeps every factory for as long as the reactor lives. That is why
    `VirtualReactor` itself does not record.

    Args:
        virtual: The reactor of the machine on which the program runs. Without it,
            there is a network with the one machine ``localhost``.

    Attributes:
        virtual: That reactor. Use it for the other side of a conversation: nothing is
            recorded, and nothing waits to be let through.
        connectors: The attempts to connect, in order.
        ports: The ports on which the program listens, in order.
    """

    connectors: list[ManualConnector]

    def __init__(self, virtual: VirtualReactor | None = None) -> None:
        # Clock's own, which makes a list of calls, has no part: they are the network's.
        MemoryReactor.__init__(self)
        self.virtual = VirtualReactor() if virtual is None else virtual
        self.ports: list[ManualPort] = []

    def let_through(self) -> None:
        """Let all that waits go over to the network, and listen before connecting.

        What the program asks for afterwards waits again.
        """
        for port in self.ports:
            if port.is_waiting:
                port.let_through()
        for connector in self.connectors:
            if connector.is_waiting and not connector.stoppedConnecting:
                connector.let_through()

    # Time

    @property
    def rightNow(self) -> float:
        """The virtual time in seconds. Set, it moves and no call is made."""
        return self.virtual.seconds()

    @rightNow.setter
    def rightNow(self, seconds: float) -> None:
        self.virtual.timers.now = seconds

    @property
    def calls(self) -> list[Any]:
        """The calls still to be made, in the order in which they are due."""
        return self.virtual.getDelayedCalls()

    @calls.setter
    def calls(self, calls: list[Any]) -> None:
        # A subclass may call Clock.__init__, which says that there are none.
        if calls:
            raise AttributeError("calls are made with callLater")

    def seconds(self) -> float:
        return self.virtual.seconds()

    def callLater(self, *args: Any, **kw: Any) -> VirtualCall:
        return self.virtual.callLater(*args, **kw)

    def getDelayedCalls(self) -> list[VirtualCall]:
        return self.calls

    def advance(self, amount: float) -> None:
        """Let time pass: see `Network.advance`.

        Calls that are scheduled at the last instant with no delay are made too, and
        those that they schedule, as `twisted.internet.task.Clock` does.
        """
        self.virtual.advance(amount)
        self.virtual.flush()

    def flush(self) -> None:
        """Go on until nothing more happens at this instant: see `Network.flush`."""
        self.virtual.flush()

    def run_until(
        self,
        awaited: Deferred[T] | Coroutine[Any, Any, T],
        timeout: float | None = 3600.0,
    ) -> T:
        """Go on until there is a result: see `Network.run_until`."""
        return self.virtual.run_until(awaited, timeout)

    # Clients

    def connectTCP(
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30,
        bindAddress: Any = None,
    ) -> ManualConnector:
        asked = (host, port, factory, timeout, bindAddress)
        self.tcpClients.append(asked)  # type: ignore[arg-type]
        return self._attempt(ManualTCPConnector(*asked, reactor=self.virtual))

    def connectSSL(  # noqa: PLR0913, PLR0917  (IReactorSSL says so)
        self,
        host: str,
        port: int,
        factory: Any,
        contextFactory: Any,
        timeout: float = 30,
        bindAddress: Any = None,
    ) -> ManualConnector:
        self.sslClients.append(
            (host, port, factory, contextFactory, timeout, bindAddress)
        )
        connector = ManualSSLConnector(
            host, port, factory, timeout, bindAddress, self.virtual
        )
        connector.context_factory = contextFactory
        return self._attempt(connector)

    def connectUNIX(
        self, address: Any, factory: Any, timeout: float = 30, checkPID: int = 0
    ) -> ManualConnector:
        self.unixClients.append((address, factory, timeout, checkPID))
        return self._attempt(
            ManualUNIXConnector(address, factory, timeout, self.virtual, checkPID)
        )

    def _attempt(self, connector: ManualConnector) -> ManualConnector:
        connector.connect()
        self.connectors.append(connector)
        return connector

    # Servers

    def listenTCP(
        self, port: int, factory: Any, backlog: int = 50, interface: str = ""
    ) -> ManualPort:
        asked = (port, factory, backlog, interface)
        recorded = super().listenTCP(*asked)
        return self._port(recorded, factory, lambda: self.virtual.listenTCP(*asked))

    def listenSSL(
        self,
        port: int,
        factory: Any,
        contextFactory: Any,
        backlog: int = 50,
        interface: str = "",
    ) -> ManualPort:
        asked = (port, factory, contextFactory, backlog, interface)
        recorded = super().listenSSL(*asked)
        return self._port(recorded, factory, lambda: self.virtual.listenSSL(*asked))

    def listenUNIX(
        self,
        address: Any,
        factory: Any,
        backlog: int = 50,
        mode: int = 0o666,
        wantPID: int = 0,
    ) -> ManualPort:
        asked = (address, factory, backlog, mode, wantPID)
        recorded = super().listenUNIX(*asked)
        return self._port(recorded, factory, lambda: self.virtual.listenUNIX(*asked))

    def _port(
        self,
        recorded: IListeningPort,
        factory: Any,
        listen: Callable[[], IListeningPort],
    ) -> ManualPort:
        port = ManualPort(recorded.getHost(), factory, listen)
        self.ports.append(port)
        return port
