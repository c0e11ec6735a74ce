"""The contract of the kernel's TCP, as far as it shows through Twisted's transports."""

import socket
from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost

from harness.contracts._peers import HalfCloseablePeer, Peer
from harness.contracts._running import Reactor, in_reactor, settle
from harness.contracts._transports import OverTCP


class SocketContract(OverTCP):
    """What only the operating system below a transport can do."""

    @in_reactor
    async def test_write_after_peer_closed(self, reactor: Reactor) -> None:
        """The first write to an end that has closed is taken, the next one fails."""
        client, server = await self.connection(reactor, Peer, HalfCloseablePeer)
        server.transport.loseConnection()
        await server.was_lost()
        await client.saw("readConnectionLost")

        client.transport.write(b"taken")
        await settle(reactor)
        after_first = list(client.events)
        client.transport.write(b"refused")
        reason = await client.was_lost()

        self.assertEqual(after_first, ["connectionMade", "readConnectionLost"])
        self.assertIs(reason, ConnectionLost)

    @in_reactor
    async def test_close_with_unread_data(self, reactor: Reactor) -> None:
        """An end that closes without reading what came resets the connection."""
        client, server = await self.connection(reactor, Peer, HalfCloseablePeer)
        server.transport.pauseProducing()
        client.transport.write(b"never read")
        await settle(reactor)

        server.transport.loseConnection()
        await server.was_lost()
        await client.saw("readConnectionLost")
        client.transport.write(b"refused at once")
        reason = await client.was_lost()

        self.assertIs(reason, ConnectionLost)

    @in_reactor
    async def test_data_before_reset(self, reactor: Reactor) -> None:
        """What had arrived before a reset is delivered before the loss."""
        client, server = await self.connection(reactor)
        server.transport.pauseProducing()
        client.transport.write(b"arrived")
        await settle(reactor)
        client.transport.abortConnection()
        await client.was_lost()

        server.transport.resumeProducing()
        reason = await server.was_lost()

        self.assertEqual(server.received, b"arrived")
        self.assertIs(reason, ConnectionLost)

    @in_reactor
    async def test_no_delay(self, reactor: Reactor) -> None:
        """Nagle's algorithm can be switched off and on."""
        client, _ = await self.connection(reactor)
        states = [client.transport.getTcpNoDelay()]

        for wanted in (True, False):
            client.transport.setTcpNoDelay(wanted)
            states.append(client.transport.getTcpNoDelay())

        self.assertEqual(states, [False, True, False])

    @in_reactor
    async def test_keep_alive(self, reactor: Reactor) -> None:
        """Probes of an idle connection can be switched on and off."""
        client, _ = await self.connection(reactor)
        states = [client.transport.getTcpKeepAlive()]

        for wanted in (True, False):
            client.transport.setTcpKeepAlive(wanted)
            states.append(client.transport.getTcpKeepAlive())

        self.assertEqual(states, [False, True, False])

    @in_reactor
    async def test_socket_options(self, reactor: Reactor) -> None:
        """The transport's socket answers for what it is."""
        client, _ = await self.connection(reactor)
        transport: Any = client.transport
        options = transport.getHandle()

        self.assertEqual(
            options.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), socket.SOCK_STREAM
        )
        self.assertEqual(options.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0)
        self.assertGreater(options.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF), 0)

    @in_reactor
    async def test_close_answered_by_close(self, reactor: Reactor) -> None:
        """An end that has nothing unread closes cleanly."""
        client, server = await self.connection(reactor, Peer, HalfCloseablePeer)

        server.transport.loseConnection()
        await client.saw("readConnectionLost")
        client.transport.loseConnection()

        self.assertIs(await client.was_lost(), ConnectionDone)
        self.assertIs(await server.was_lost(), ConnectionDone)
