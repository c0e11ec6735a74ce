# -*- test-case-name: harness.test.test_pairs -*-
"""Two protocols, joined without a reactor in sight.

There is one all the same: a virtual one, hidden, on whose machine the two are connected
over TCP. So their transports are Twisted's own, and all that these do is done: no byte
arrives inside ``write``, what is pending is sent before the end, a producer is paused.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import (
    IAddress,
    IOpenSSLClientConnectionCreator,
    IOpenSSLServerConnectionCreator,
    IProtocol,
)
from twisted.internet.protocol import ClientFactory

from harness._arguments import require_provider, require_type
from harness._old_twisted import tls_factory
from harness._reactor import VirtualReactor
from harness._scheduler import DEFAULT_TIMEOUT
from harness._segments import require_segments

T = TypeVar("T")

_LOOPBACK = "127.0.0.1"


class ConnectedPair:
    """A connection between two protocols, which goes on when the test says so.

    Made by `connect_pair`.

    Attributes:
        reactor: What carries it, and the clock of both ends.
    """

    def __init__(self, reactor: VirtualReactor) -> None:
        self.reactor = reactor

    def pump(self) -> bool:
        """Take one step: one turn of a reactor.

        It may take some steps until what one end has written comes in at the other.
        Time does not move.

        Returns:
            Whether something is left to do at this instant.
        """
        self.reactor.advance(0)
        return self.reactor.host.scheduler.is_busy()

    def flush(self) -> None:
        """Go on until nothing more happens at this instant: see `Network.flush`."""
        self.reactor.flush()

    def advance(self, seconds: float) -> None:
        """Let time pass, as for protocols with a limit: see `Network.advance`."""
        self.reactor.advance(seconds)

    def run_until(
        self,
        awaited: Deferred[T] | Coroutine[Any, Any, T],
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> T:
        """Go on, and let time pass, until there is a result: `Network.run_until`."""
        return self.reactor.run_until(awaited, timeout)


def connect_pair(
    client: IProtocol,
    server: IProtocol,
    *,
    reactor: VirtualReactor | None = None,
    segments: Callable[[], int] | None = None,
    tls: tuple[Any, Any] | None = None,
) -> ConnectedPair:
    """Join two protocols by a TCP connection.

    Both have been told of it when this returns, and nothing that they have said then
    has arrived: `ConnectedPair.pump` and its relatives see to that.

    Args:
        client: The end that connects.
        server: The end that accepts.
        reactor: What to connect them on, where they need a clock or something else of
            a reactor beforehand. Without it, there is a new one.
        segments: Cuts the bytes into pieces: says how many each read of the reactor's
            network returns at most. ``lambda: 1`` is one by one.
        tls: What the client and the server make their TLS of, as it is given to
            ``startTLS``. The handshake begins after ``connectionMade``.

    Returns:
        The connection, to be moved by the test.

    Raises:
        TypeError: An argument is of another type.
        ValueError: The ends are one protocol, or one of them is connected already.
    """
    _require_ends(client, server)
    require_segments(segments)
    if tls is not None:
        _require_tls(tls)
    reactor = VirtualReactor() if reactor is None else reactor
    require_type("reactor", reactor, VirtualReactor, "a VirtualReactor")
    if segments is not None:
        reactor.host.network.segments = segments
    connecting, accepting = _Handing(client), _Handing(server)
    factories: list[Any] = [connecting, accepting]
    if tls is not None:
        factories = [
            tls_factory(context, factory is connecting, factory, reactor)
            for context, factory in zip(tls, factories, strict=True)
        ]
    port = reactor.listenTCP(0, factories[1], interface=_LOOPBACK)
    reactor.connectTCP(_LOOPBACK, port.getHost().port, factories[0])
    reactor.run_until(gatherResults([connecting.handed, accepting.handed]))
    port.stopListening()
    return ConnectedPair(reactor)


def _require_ends(client: IProtocol, server: IProtocol) -> None:
    """Check that two protocols can be connected."""
    for name, end in (("client", client), ("server", server)):
        require_provider(name, end, (IProtocol,), "a protocol")
        if _is_connected(end):
            raise ValueError(f"{name} must not be connected already")
    if client is server:
        raise ValueError("client and server must be two protocols, not one")


def _is_connected(protocol: Any) -> bool:
    """Say whether a protocol has a connection. It keeps its transport after the end."""
    transport = getattr(protocol, "transport", None)
    return transport is not None and bool(getattr(transport, "connected", True))


def _require_tls(tls: Any) -> None:
    """Check that TLS can be made of what is given for the two ends."""
    kinds = (IOpenSSLClientConnectionCreator, IOpenSSLServerConnectionCreator)
    is_pair = isinstance(tls, tuple | list) and len(tls) == len(kinds)
    if not is_pair or not all(
        kind.providedBy(context) or hasattr(context, "getContext")
        for kind, context in zip(kinds, tls, strict=True)
    ):
        raise TypeError(
            "tls must be a pair of what the client and what the server make their"
            f" TLS of, not {tls!r}"
        )


class _Handing(ClientFactory):
    """Hands out a protocol that is there already.

    Attributes:
        handed: Fires when it has.
    """

    noisy = False

    def __init__(self, protocol: IProtocol) -> None:
        self.handed: Deferred[None] = Deferred()
        self._protocol: IProtocol | None = protocol

    def buildProtocol(self, addr: IAddress | None) -> Any:
        # Transports know their factory: it is not to keep the protocol alive.
        protocol, self._protocol = self._protocol, None
        self.handed.callback(None)
        return protocol
