"""Traces for tests of what is made of them."""

from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import DatagramProtocol, Factory, Protocol
from twisted.protocols.wire import Echo

from harness import Network, Trace, TraceEvent


def trace_of(*events: TraceEvent, details: tuple[str, ...] = ()) -> Trace:
    """Make a trace of some events, with the machines ``one`` and ``two``."""
    trace = Trace()
    trace.machines = {"one": ("192.0.2.1",), "two": ("192.0.2.2", "2001:db8::2")}
    trace.details = details
    trace.events.extend(events)
    return trace


def greeting(latency: float = 0.05, picture: bool = True) -> Trace:
    """Record how one machine greets another, which greets back, and leaves.

    Args:
        latency: How long everything is under way, in seconds.
        picture: Whether all is recorded that a picture needs.
    """
    network = Network(seed=1)
    one, two = network.host("one", "192.0.2.1"), network.host("two", "192.0.2.2")
    network.shape(latency=latency)
    trace = network.start_trace(packets=picture, timers=picture, deferreds=picture)
    two.reactor.listenTCP(80, Factory.forProtocol(Echo))

    async def greet() -> None:
        endpoint = TCP4ClientEndpoint(one.reactor, "192.0.2.2", 80)
        greeter = await connectProtocol(endpoint, Protocol())
        assert greeter.transport is not None
        greeter.transport.write(b"hello")
        network.scheduler.callLater(1, greeter.transport.loseConnection)

    network.run_until(greet())
    network.advance(2)
    network.stop_trace()
    return trace


def many_events(count: int) -> Trace:
    """Record some clients of one server, until there are so many events."""
    network = Network(seed=2)
    server = network.host("server", "192.0.2.1")
    clients = [network.host(f"client{n}", f"192.0.2.{n}") for n in (11, 12, 13)]
    network.shape(latency=0.02, jitter=0.01, loss=0.02)
    trace = network.start_trace(packets=True, timers=True)
    server.reactor.listenTCP(80, Factory.forProtocol(Echo))
    server.reactor.listenUDP(53, DatagramProtocol())
    for client in clients:
        endpoint = TCP4ClientEndpoint(client.reactor, "192.0.2.1", 80)
        connectProtocol(endpoint, Asker())
    while len(trace) < count:
        network.advance(0.5)
    network.stop_trace()
    del trace.events[count:]
    return trace


class Asker(Protocol):
    """Asks question after question."""

    _number = 0

    def connectionMade(self) -> None:
        self._ask()

    def dataReceived(self, data: bytes) -> None:
        self._ask()

    def _ask(self) -> None:
        assert self.transport is not None
        self._number += 1
        self.transport.write(b"GET /%d HTTP/1.1\r\nHost: server\r\n\r\n" % self._number)
