"""The contract of ``listenTCP``: addresses, the queue, and the end of listening."""

import errno
from typing import Any

from twisted.internet.defer import maybeDeferred
from twisted.internet.error import (
    CannotListenError,
    ConnectionDone,
    ConnectionLost,
    ConnectionRefusedError,  # noqa: A004 - Twisted's name
)

from harness.contracts._logs import logged_messages
from harness.contracts._peers import RecordingFactory
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import (
    OverTCP,
    close,
    needs_ipv6,
    number_of,
)


class AcceptContract(OverTCP):
    """Listening ports of TCP, and the connections that they take."""

    @in_reactor
    async def test_port_0(self, reactor: Reactor) -> None:
        """Port 0 asks for any free port: each gets another."""
        ports = [self.listen(reactor, RecordingFactory(reactor)) for _ in range(5)]

        numbers = {number_of(port) for port in ports}
        self.assertEqual(len(numbers), 5)
        self.assertTrue(all(1024 <= number <= 65535 for number in numbers))

    @in_reactor
    async def test_port_0_in_a_row(self, reactor: Reactor) -> None:
        """A port that was closed is not given out again and again."""
        numbers = set()
        for _ in range(5):
            port = self.listen(reactor, RecordingFactory(reactor))
            numbers.add(number_of(port))
            await close(port)

        self.assertGreater(len(numbers), 1)

    @in_reactor
    async def test_client_ports(self, reactor: Reactor) -> None:
        """Each client comes from a port of its own."""
        factory = RecordingFactory(reactor)
        port = self.listen(reactor, RecordingFactory(reactor))

        for _ in range(5):
            self.connect(reactor, port, factory)
        clients = [await factory.connected(number) for number in (1, 2, 3, 4, 5)]

        self.assertEqual(len({client.transport.getHost() for client in clients}), 5)

    @in_reactor
    async def test_log_lines(self, reactor: Reactor) -> None:
        """A port says in the log that it is open, and that it is closed."""
        with logged_messages() as messages:
            port = self.listen(reactor, RecordingFactory(reactor))
            number = number_of(port)
            await close(port)

        self.assertIn(f"RecordingFactory starting on {number}", messages)
        self.assertIn(f"(TCP Port {number} Closed)", messages)

    @in_reactor
    async def test_address_in_use(self, reactor: Reactor) -> None:
        """No two ports listen at one address."""
        number = number_of(self.listen(reactor, RecordingFactory(reactor)))

        with self.assertRaises(CannotListenError) as raised:
            reactor.listenTCP(number, RecordingFactory(reactor), interface="127.0.0.1")

        error = raised.exception
        self.assertEqual((error.interface, error.port), ("127.0.0.1", number))
        self.assertEqual(error.socketError.errno, errno.EADDRINUSE)

    @in_reactor
    async def test_address_in_use_by_wildcard(self, reactor: Reactor) -> None:
        """A port that listens everywhere leaves no interface to another."""
        number = number_of(reactor.listenTCP(0, RecordingFactory(reactor)))

        with self.assertRaises(CannotListenError):
            reactor.listenTCP(number, RecordingFactory(reactor), interface="127.0.0.1")

    @in_reactor
    async def test_address_of_another(self, reactor: Reactor) -> None:
        """A machine listens at addresses of its own only (RFC 5737 has others)."""
        with self.assertRaises(CannotListenError) as raised:
            reactor.listenTCP(0, RecordingFactory(reactor), interface="198.51.100.1")

        self.assertEqual(raised.exception.socketError.errno, errno.EADDRNOTAVAIL)

    @in_reactor
    async def test_port_out_of_range(self, reactor: Reactor) -> None:
        """There is no port 65536."""
        with self.assertRaises(OverflowError) as raised:
            reactor.listenTCP(65536, RecordingFactory(reactor))

        self.assertEqual(str(raised.exception), "bind(): port must be 0-65535.")

    @in_reactor
    async def test_address_is_free_again(self, reactor: Reactor) -> None:
        """Once a port is closed, another may listen at its address."""
        first = self.listen(reactor, RecordingFactory(reactor))
        number = number_of(first)
        await close(first)

        second = reactor.listenTCP(
            number, RecordingFactory(reactor), interface="127.0.0.1"
        )

        self.assertEqual(number_of(second), number)

    @in_reactor
    async def test_wildcard(self, reactor: Reactor) -> None:
        """A port may listen everywhere; a connection has one address nevertheless."""
        server = RecordingFactory(reactor)
        port = reactor.listenTCP(0, server)
        reactor.connectTCP("127.0.0.1", number_of(port), RecordingFactory(reactor))

        host: Any = (await server.connected()).transport.getHost()

        everywhere: Any = port.getHost()
        self.assertEqual(everywhere.host, "0.0.0.0")
        self.assertEqual((host.host, host.port), ("127.0.0.1", everywhere.port))

    @needs_ipv6
    @in_reactor
    async def test_mapped_ipv4(self, reactor: Reactor) -> None:
        """A port that listens everywhere on IPv6 takes IPv4 too, and says so."""
        server = RecordingFactory(reactor)
        port = reactor.listenTCP(0, server, interface="::")
        reactor.connectTCP("127.0.0.1", number_of(port), RecordingFactory(reactor))

        peer: Any = (await server.connected()).transport.getPeer()

        self.assertEqual((peer.type, peer.host), ("TCP", "::ffff:127.0.0.1"))

    @in_reactor
    async def test_no_protocol(self, reactor: Reactor) -> None:
        """Where the server's factory builds nothing, the connection is closed."""
        client = RecordingFactory(reactor)
        port = self.listen(reactor, RecordingFactory(reactor, protocol=None))

        self.connect(reactor, port, client)

        self.assertIs(await (await client.connected()).was_lost(), ConnectionDone)

    @in_reactor
    async def test_stop_listening(self, reactor: Reactor) -> None:
        """A port that is closed stops its factory, and refuses."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)
        number = number_of(port)

        await close(port)
        reactor.connectTCP("127.0.0.1", number, client)
        reason = await client.has_failed()

        self.assertEqual(server.events, ["startFactory", "stopFactory"])
        self.assertIs(reason, ConnectionRefusedError)

    @in_reactor
    async def test_stop_listening_takes_a_turn(self, reactor: Reactor) -> None:
        """A factory is not stopped inside ``stopListening``."""
        server = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        stopped = maybeDeferred(port.stopListening)
        at_once = list(server.events)
        await stopped

        self.assertEqual(at_once, ["startFactory"])

    @in_reactor
    async def test_connections_outlive_port(self, reactor: Reactor) -> None:
        """A connection does not depend on the port that took it."""
        connection = await self.connection(reactor)

        await close(connection.port)
        connection.client.transport.write(b"still there")
        await connection.server.has_received(b"still there")

        self.assertEqual(connection.server.received, b"still there")

    @in_reactor
    async def test_queue_dies_with_port(self, reactor: Reactor) -> None:
        """A connection that the server never took is reset when the port closes."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port: Any = self.listen(reactor, server)
        port.stopReading()
        self.connect(reactor, port, client)
        peer = await client.connected()

        await close(port)

        self.assertIs(await peer.was_lost(), ConnectionLost)
        self.assertEqual(server.peers, [])

    @in_reactor
    async def test_queue_is_served(self, reactor: Reactor) -> None:
        """What came while the server did not look is taken when it looks again."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port: Any = self.listen(reactor, server)
        port.stopReading()
        for _ in range(3):
            self.connect(reactor, port, client)
        (await client.connected(3)).transport.write(b"early")
        await settle(reactor)

        port.startReading()
        last = await server.connected(3)
        await last.has_received(b"early")

        self.assertEqual(
            [peer.transport.getPeer() for peer in server.peers],
            [peer.transport.getHost() for peer in client.peers],
        )

    @in_reactor
    async def test_listen_again(self, reactor: Reactor) -> None:
        """A port that was closed can be opened again."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        await close(port)
        port.startListening()
        self.connect(reactor, port, client)
        await client.connected()

        self.assertEqual(
            server.events[:3], ["startFactory", "stopFactory", "startFactory"]
        )
