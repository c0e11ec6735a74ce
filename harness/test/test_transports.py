"""Tests of what Twisted's transports find below them."""

from typing import Any, cast

from twisted.internet import tcp
from twisted.internet.protocol import ClientFactory, Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness._reactor import VirtualReactor
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket


class AcceptingFactory(Factory):
    """Remembers the protocols of the connections that it accepts."""

    def __init__(self) -> None:
        self.accepted: list[Any] = []

    def buildProtocol(self, addr: object) -> Protocol:
        self.accepted.append(Protocol())
        return cast(Protocol, self.accepted[-1])


class SocketTests(SynchronousTestCase):
    """Where sockets come from."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_port(self) -> None:
        """A port listens on a simulated socket, and reuses addresses."""
        port = self.reactor.listenTCP(80, Factory())
        (listener,) = self.reactor.host.sockets

        self.assertIs(port.socket, listener)
        self.assertIsInstance(listener, TCPListener)
        self.assertTrue(listener.reuse_address)

    def test_client(self) -> None:
        """A client connects with a simulated socket, and says so."""
        connector: Any = self.reactor.connectTCP("127.0.0.1", 80, ClientFactory())
        (socket,) = self.reactor.host.sockets

        self.assertIs(connector.transport.getHandle(), socket)
        self.assertIsInstance(socket, TCPSocket)

    def test_connection(self) -> None:
        """Both ends have simulated sockets, and know each other."""
        accepting = AcceptingFactory()
        self.reactor.listenTCP(80, accepting)
        factory = ClientFactory.forProtocol(Protocol)
        connector: Any = self.reactor.connectTCP(
            "127.0.0.1", 80, factory, bindAddress=("", 5000)
        )
        self.reactor.flush()
        (server,) = accepting.accepted

        self.assertEqual(server.transport.getPeer().port, 5000)
        self.assertIs(
            server.transport.getHandle().peer, connector.transport.getHandle()
        )


class BindingTests(SynchronousTestCase):
    """Twisted's newer way of saying how to bind."""

    if not hasattr(tcp, "makeBinding"):  # pragma: no cover
        skip = "this Twisted has no bindings"

    def test_options(self) -> None:
        """The options of a binding are those of the socket."""
        reactor = VirtualReactor()
        binding: Any = tcp.makeBinding("127.0.0.1", 80, reusePort=True)
        reactor.listenTCP(binding, Factory())
        (listener,) = reactor.host.sockets

        self.assertEqual((listener.reuse_address, listener.reuse_port), (False, True))
