"""The contract of names with several addresses: which are tried, and what is left.

An address that does not answer is a port whose queue is full: on one machine there is
no other way to have a SYN that is lost.
"""

from typing import Any

from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import (
    ConnectingCancelledError,
    ConnectionRefusedError,  # noqa: A004 - Twisted's name
)
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.interfaces import IListeningPort

from harness.contracts._peers import RecordingFactory
from harness.contracts._resolvers import TableResolver
from harness.contracts._running import Reactor, in_reactor
from harness.contracts._transports import OverTCP, number_of

#: The delay between two attempts, in seconds.
DELAY = 0.05


class HappyEyeballsContract(OverTCP):
    """An endpoint that is given a name, which has several addresses (RFC 8305)."""

    @in_reactor
    async def test_first_answers(self, reactor: Reactor) -> None:
        """Where the first address answers, the second is not tried."""
        first, second = RecordingFactory(reactor), RecordingFactory(reactor)
        port = reactor.listenTCP(0, first, interface="127.0.0.2")
        self.listen_at(reactor, "127.0.0.1", port, second)

        endpoint = self.endpoint(reactor, port, "127.0.0.2", "127.0.0.1", delay=5)
        await endpoint.connect(RecordingFactory(reactor))
        await first.connected()

        self.assertEqual(second.peers, [])

    @in_reactor
    async def test_first_is_dead(self, reactor: Reactor) -> None:
        """Where the first address is silent, the second is tried after the delay."""
        dead = await self.dead_port(reactor, "127.0.0.2")
        alive = RecordingFactory(reactor)
        port = self.listen_at(reactor, "127.0.0.1", dead, alive)
        client = RecordingFactory(reactor)
        started = reactor.seconds()

        await self.endpoint(reactor, dead, "127.0.0.2", "127.0.0.1").connect(client)
        took = reactor.seconds() - started
        peer = await client.connected()

        self.assertGreaterEqual(took, DELAY)
        self.assertEqual(peer.transport.getPeer(), port.getHost())

    @in_reactor
    async def test_first_refuses(self, reactor: Reactor) -> None:
        """Where the first address refuses, the second is tried after the same delay."""
        alive = RecordingFactory(reactor)
        port = self.listen(reactor, alive)
        started = reactor.seconds()

        endpoint = self.endpoint(reactor, port, "127.0.0.2", "127.0.0.1")
        await endpoint.connect(RecordingFactory(reactor))
        took = reactor.seconds() - started
        await alive.connected()

        self.assertGreaterEqual(took, DELAY)

    @in_reactor
    async def test_all_refuse(self, reactor: Reactor) -> None:
        """Where all refuse, so does the endpoint."""
        port = reactor.listenTCP(0, RecordingFactory(reactor), interface="127.0.0.1")

        with self.assertRaises(ConnectionRefusedError):
            await self.endpoint(reactor, port, "127.0.0.2", "127.0.0.3").connect(
                RecordingFactory(reactor)
            )

    @in_reactor
    async def test_all_are_dead(self, reactor: Reactor) -> None:
        """Each attempt has its own time, and the endpoint that of the last one."""
        dead = await self.dead_port(reactor, "127.0.0.2")
        started = reactor.seconds()

        endpoint = self.endpoint(reactor, dead, "127.0.0.2", "127.0.0.2", timeout=0.1)
        with self.assertRaises(ConnectTimeoutError):
            await endpoint.connect(RecordingFactory(reactor))

        self.assertGreaterEqual(reactor.seconds() - started, DELAY + 0.1)

    @in_reactor
    async def test_cancel(self, reactor: Reactor) -> None:
        """An endpoint that is cancelled leaves no attempt behind."""
        dead = await self.dead_port(reactor, "127.0.0.2")
        endpoint = self.endpoint(reactor, dead, "127.0.0.2", "127.0.0.2", "127.0.0.2")
        selectables = len(reactor.getReaders() + reactor.getWriters())

        attempt = endpoint.connect(RecordingFactory(reactor))
        reactor.callLater(DELAY * 1.5, attempt.cancel)
        with self.assertRaises(ConnectingCancelledError):
            await attempt

        left = len(reactor.getReaders() + reactor.getWriters())
        self.assertEqual(left, selectables)

    def endpoint(
        self,
        reactor: Reactor,
        port: IListeningPort,
        *addresses: str,
        timeout: float = 30,
        delay: float = DELAY,
    ) -> HostnameEndpoint:
        """Make an endpoint to a name that has these addresses."""
        reactor.installNameResolver(TableResolver({"www.example": [*addresses]}))
        return HostnameEndpoint(
            reactor, "www.example", number_of(port), timeout, attemptDelay=delay
        )

    def listen_at(
        self,
        reactor: Reactor,
        address: str,
        other: IListeningPort,
        factory: RecordingFactory,
    ) -> IListeningPort:
        """Listen at another address, at the number of a port that there is already."""
        port: IListeningPort = reactor.listenTCP(
            number_of(other), factory, interface=address
        )
        return port

    async def dead_port(self, reactor: Reactor, address: str) -> IListeningPort:
        """Listen where nobody is answered: the queue is full, and stays so."""
        port: IListeningPort = reactor.listenTCP(
            0, RecordingFactory(reactor), backlog=1, interface=address
        )
        stop_accepting: Any = port
        stop_accepting.stopReading()
        # Linux has room for one more than it was asked for.
        for _ in range(2):
            client = RecordingFactory(reactor)
            reactor.connectTCP(address, number_of(port), client)
            await client.connected()
        return port
