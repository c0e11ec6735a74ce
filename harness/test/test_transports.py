"""Tests of what Twisted's transports find below them."""

from twisted.internet import tcp
from twisted.internet.protocol import ClientFactory, Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness._reactor import VirtualReactor
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket


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
        connector = self.reactor.connectTCP("127.0.0.1", 80, ClientFactory())
        (socket,) = self.reactor.host.sockets

        self.assertIs(connector.transport.getHandle(), socket)
        self.assertIsInstance(socket, TCPSocket)

    def test_connection(self) -> None:
        """Both ends have simulated sockets, and know each other."""
        accepted: list[Protocol] = []
        factory = Factory.forProtocol(Protocol)
        factory.buildProtocol = lambda address: (  # type: ignore
            accepted.append(Protocol()),
            accepted[-1],
        )[1]
        self.reactor.listenTCP(80, factory)
        connector = self.reactor.connectTCP(
            "127.0.0.1", 80, ClientFactory.forProtocol(Protocol), bindAddress=("", 5000)
        )
        self.reactor.flush()
        (server,) = accepted

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
        reactor.listenTCP(tcp.makeBinding("127.0.0.1", 80, reusePort=True), Factory())
        (listener,) = reactor.host.sockets

        self.assertEqual((listener.reuse_address, listener.reuse_port), (False, True))
