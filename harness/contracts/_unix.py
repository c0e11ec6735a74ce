"""The contract of UNIX sockets: paths, abstract names, datagrams."""

import errno
from typing import Any

from twisted.internet.address import UNIXAddress
from twisted.internet.error import CannotListenError, ConnectError
from twisted.internet.error import (
    ConnectionRefusedError as _ConnectionRefusedError,
)
from twisted.internet.protocol import ConnectedDatagramProtocol
from twisted.python.failure import Failure

from harness.contracts._datagrams import RecordingDatagrams
from harness.contracts._logs import logged_messages
from harness.contracts._peers import Observable, RecordingFactory
from harness.contracts._running import Reactor, in_reactor
from harness.contracts._transports import (
    OverUNIX,
    close,
)


class UNIXContract(OverUNIX):
    """Streams and datagrams between programs of one machine."""

    @in_reactor
    async def test_addresses(self, reactor: Reactor) -> None:
        """The server has an address, the client has none."""
        connection = await self.connection(reactor)
        client, server = connection
        nowhere = UNIXAddress(None)

        listening = connection.port.getHost()
        self.assertEqual(client.transport.getPeer(), listening)
        self.assertEqual(server.transport.getHost(), listening)
        self.assertEqual(client.transport.getHost(), nowhere)
        self.assertEqual(server.transport.getPeer(), nowhere)

    @in_reactor
    async def test_nothing_there(self, reactor: Reactor) -> None:
        """A path where nothing is cannot be connected to."""
        client = RecordingFactory(reactor)

        reactor.connectUNIX(self.new_path(), client)
        reason = await client.has_failed()

        error: Any = client.failure and client.failure.value
        self.assertIs(reason, ConnectError)
        self.assertEqual(error.osError, errno.ENOENT)

    @in_reactor
    async def test_path_in_use(self, reactor: Reactor) -> None:
        """No two ports listen at one path."""
        path = self.new_path()
        reactor.listenUNIX(path, RecordingFactory(reactor))

        with self.assertRaises(CannotListenError) as raised:
            reactor.listenUNIX(path, RecordingFactory(reactor))

        self.assertEqual(raised.exception.socketError.errno, errno.EADDRINUSE)

    @in_reactor
    async def test_path_is_free_again(self, reactor: Reactor) -> None:
        """Once a port is closed, another may listen at its path."""
        path = self.new_path()
        client = RecordingFactory(reactor)
        await reactor.listenUNIX(path, RecordingFactory(reactor)).stopListening()

        reactor.listenUNIX(path, RecordingFactory(reactor))
        reactor.connectUNIX(path, client)
        peer = await client.connected()

        self.assertEqual(peer.events, ["connectionMade"])

    @in_reactor
    async def test_abstract_name(self, reactor: Reactor) -> None:
        """A name that begins with NUL is no path, and can refuse."""
        name = "\0" + self.new_path()
        client = RecordingFactory(reactor)
        port = reactor.listenUNIX(name, RecordingFactory(reactor))
        reactor.connectUNIX(name, client)
        await client.connected()

        await close(port)
        reactor.connectUNIX(name, client)
        reason = await client.has_failed()

        self.assertIs(reason, _ConnectionRefusedError)

    @in_reactor
    async def test_log_lines(self, reactor: Reactor) -> None:
        """A port says in the log that it is open, and that it is closed."""
        path = self.new_path()

        with logged_messages() as messages:
            port = reactor.listenUNIX(path, RecordingFactory(reactor))
            await close(port)

        self.assertIn(f"RecordingFactory starting on {path!r}", messages)
        self.assertIn(f"(UNIX Port {path} Closed)", messages)

    @in_reactor
    async def test_datagrams(self, reactor: Reactor) -> None:
        """A datagram arrives at a path, with the path of its sender."""
        here, there = RecordingDatagrams(reactor), RecordingDatagrams(reactor)
        paths = self.new_path(), self.new_path()
        reactor.listenUNIXDatagram(paths[0], here)
        reactor.listenUNIXDatagram(paths[1], there)

        here.transport.write(b"datagram", paths[1])
        await there.has_received(1)

        self.assertEqual(there.datagrams, [(b"datagram", paths[0])])

    @in_reactor
    async def test_connected_datagrams(self, reactor: Reactor) -> None:
        """A client of datagrams writes without an address, and is answered."""
        server, client = RecordingDatagrams(reactor), ConnectedDatagrams(reactor)
        paths = self.new_path(), self.new_path()
        reactor.listenUNIXDatagram(paths[0], server)
        reactor.connectUNIXDatagram(paths[0], client, bindAddress=paths[1])
        server.reply = lambda data: server.transport.write(b"pong", paths[1])

        client.transport.write(b"ping")
        await client.until(lambda: client.datagrams == [b"pong"])

        self.assertEqual(server.datagrams, [(b"ping", paths[1])])

    @in_reactor
    async def test_no_datagrams_there(self, reactor: Reactor) -> None:
        """A client of datagrams is told that nothing is at its path."""
        client = ConnectedDatagrams(reactor)

        reactor.connectUNIXDatagram(self.new_path(), client)
        await client.until(lambda: client.failure is not None)

        error: Any = client.failure and client.failure.value
        self.assertEqual(error.errno, errno.ENOENT)


class ConnectedDatagrams(ConnectedDatagramProtocol, Observable):
    """A client of datagrams, which remembers."""

    transport: Any

    def __init__(self, clock: Reactor) -> None:
        super().__init__(clock)
        self.datagrams: list[bytes] = []
        self.failure: Failure | None = None

    # Twisted hands over no address here, whatever the base class says.
    def datagramReceived(self, datagram: bytes) -> None:  # type: ignore[override]
        self.datagrams.append(datagram)
        self.changed()

    def connectionFailed(self, failure: Failure) -> None:
        self.failure = failure
        self.changed()
