"""The contract of UDP: datagrams, their senders, and what is refused."""

import errno
from collections.abc import Callable
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.error import (
    CannotListenError,
    InvalidAddressError,
    MessageLengthError,
)
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import DatagramProtocol, Factory

from harness.contracts._logs import logged_messages
from harness.contracts._peers import Observable
from harness.contracts._running import Reactor, ReactorContract, in_reactor, settle
from harness.contracts._transports import needs_ipv6, number_of


class RecordingDatagrams(DatagramProtocol, Observable):
    """One end of UDP, which remembers.

    Attributes:
        events: The names of the methods that were called, but for datagrams.
        datagrams: What came, and from where.
        reply: Called with each datagram, inside ``datagramReceived``.
    """

    # Its interface is wider than its declared type, and differs for multicast.
    transport: Any

    def __init__(self, clock: IReactorTime) -> None:
        super().__init__(clock)
        self.events: list[str] = []
        self.datagrams: list[tuple[bytes, Any]] = []
        self.reply: Callable[[bytes], object] = lambda data: None

    @property
    def address(self) -> tuple[str, int]:
        """Where this end listens."""
        host = self.transport.getHost()
        return host.host, host.port

    def startProtocol(self) -> None:
        self._happened("startProtocol")

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        self.datagrams.append((datagram, addr))
        self.changed()
        self.reply(datagram)

    def connectionRefused(self) -> None:
        self._happened("connectionRefused")

    def stopProtocol(self) -> None:
        self._happened("stopProtocol")

    async def has_received(self, number: int) -> None:
        """Wait for so many datagrams."""
        await self.until(lambda: len(self.datagrams) >= number)

    async def saw(self, event: str) -> None:
        """Wait for an event."""
        await self.until(lambda: event in self.events)

    def _happened(self, event: str) -> None:
        self.events.append(event)
        self.changed()


class UDPContract(ReactorContract):
    """Datagrams over IPv4 and IPv6."""

    def datagrams(
        self, reactor: Reactor, interface: str = "127.0.0.1", **options: Any
    ) -> RecordingDatagrams:
        """Open a port of UDP with a protocol that remembers."""
        protocol = RecordingDatagrams(reactor)
        reactor.listenUDP(0, protocol, interface=interface, **options)
        return protocol

    @in_reactor
    async def test_datagram(self, reactor: Reactor) -> None:
        """A datagram arrives as it was sent, with the address of its sender."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)

        here.transport.write(b"datagram", there.address)
        await there.has_received(1)

        self.assertEqual(there.datagrams, [(b"datagram", here.address)])

    @in_reactor
    async def test_boundaries(self, reactor: Reactor) -> None:
        """Datagrams are neither joined nor cut, and the empty one is one too."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)

        for datagram in (b"one", b"", b"three"):
            here.transport.write(datagram, there.address)
        here.transport.writeSequence([b"fo", b"ur"], there.address)
        await there.has_received(4)

        self.assertEqual(
            [datagram for datagram, _ in there.datagrams],
            [b"one", b"", b"three", b"four"],
        )

    @in_reactor
    async def test_to_itself(self, reactor: Reactor) -> None:
        """A port may write to itself, and receives in a later turn."""
        port = self.datagrams(reactor)

        port.transport.write(b"to myself", port.address)
        at_once = list(port.datagrams)
        await port.has_received(1)

        self.assertEqual(at_once, [])
        self.assertEqual(port.datagrams, [(b"to myself", port.address)])

    @in_reactor
    async def test_answer_to_sender(self, reactor: Reactor) -> None:
        """The address that came with a datagram is good for an answer."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)
        there.reply = lambda data: there.transport.write(b"pong", there.datagrams[0][1])

        here.transport.write(b"ping", there.address)
        await here.has_received(1)

        self.assertEqual(here.datagrams, [(b"pong", there.address)])

    @in_reactor
    async def test_sender_that_listens_everywhere(self, reactor: Reactor) -> None:
        """A sender without an address of its own is seen with one that it has."""
        here = self.datagrams(reactor, interface="")
        there = self.datagrams(reactor)

        here.transport.write(b"datagram", there.address)
        await there.has_received(1)

        self.assertEqual(here.address[0], "0.0.0.0")
        self.assertEqual(
            there.datagrams, [(b"datagram", ("127.0.0.1", here.address[1]))]
        )

    @needs_ipv6
    @in_reactor
    async def test_ipv6(self, reactor: Reactor) -> None:
        """Datagrams go over IPv6 as over IPv4."""
        here = self.datagrams(reactor, interface="::1")
        there = self.datagrams(reactor, interface="::1")

        here.transport.write(b"datagram", there.address)
        await there.has_received(1)

        datagram, sender = there.datagrams[0]
        self.assertEqual((datagram, sender[:2]), (b"datagram", here.address))

    @in_reactor
    async def test_port_0(self, reactor: Reactor) -> None:
        """Port 0 asks for any free port: each gets another."""
        ports = [self.datagrams(reactor) for _ in range(5)]

        self.assertEqual(len({port.address for port in ports}), 5)

    @in_reactor
    async def test_address(self, reactor: Reactor) -> None:
        """A port knows where it listens."""
        port = self.datagrams(reactor)

        host = port.transport.getHost()
        self.assertEqual(host, IPv4Address("UDP", "127.0.0.1", host.port))

    @in_reactor
    async def test_address_in_use(self, reactor: Reactor) -> None:
        """No two ports listen at one address."""
        number = self.datagrams(reactor).address[1]

        with self.assertRaises(CannotListenError) as raised:
            reactor.listenUDP(
                number, RecordingDatagrams(reactor), interface="127.0.0.1"
            )

        self.assertEqual(raised.exception.socketError.errno, errno.EADDRINUSE)

    @in_reactor
    async def test_not_of_tcp(self, reactor: Reactor) -> None:
        """A number that TCP uses is free for UDP."""
        protocol = RecordingDatagrams(reactor)
        port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")

        reactor.listenUDP(number_of(port), protocol, interface="127.0.0.1")

        self.assertEqual(protocol.address, ("127.0.0.1", number_of(port)))

    @in_reactor
    async def test_log_lines(self, reactor: Reactor) -> None:
        """A port says in the log that it is open, and that it is closed."""
        with logged_messages() as messages:
            protocol = self.datagrams(reactor)
            number = protocol.address[1]
            await protocol.transport.stopListening()

        self.assertIn(f"RecordingDatagrams starting on {number}", messages)
        self.assertIn(f"(UDP Port {number} Closed)", messages)

    @in_reactor
    async def test_stop_listening(self, reactor: Reactor) -> None:
        """A port that is closed stops its protocol, in a later turn."""
        protocol = self.datagrams(reactor)

        stopped = protocol.transport.stopListening()
        at_once = list(protocol.events)
        await stopped

        self.assertEqual(at_once, ["startProtocol"])
        self.assertEqual(protocol.events, ["startProtocol", "stopProtocol"])

    @in_reactor
    async def test_nobody_there(self, reactor: Reactor) -> None:
        """A datagram to a port where nobody listens is lost, quietly."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)
        address = there.address
        await there.transport.stopListening()

        here.transport.write(b"lost", address)
        await settle(reactor)

        self.assertEqual(here.events, ["startProtocol"])

    @in_reactor
    async def test_name_is_refused(self, reactor: Reactor) -> None:
        """Datagrams are sent to addresses, not to names."""
        port = self.datagrams(reactor)

        with self.assertRaises(InvalidAddressError):
            port.transport.write(b"datagram", ("localhost", 1))
        with self.assertRaises(InvalidAddressError):
            port.transport.connect("localhost", 1)

    @in_reactor
    async def test_other_family_is_refused(self, reactor: Reactor) -> None:
        """A port of IPv4 does not write to an address of IPv6."""
        port = self.datagrams(reactor)

        with self.assertRaises(InvalidAddressError):
            port.transport.write(b"datagram", ("::1", 1))

    @in_reactor
    async def test_interface_by_name_is_refused(self, reactor: Reactor) -> None:
        """A port listens at an address, not at a name."""
        with self.assertRaises(InvalidAddressError):
            self.datagrams(reactor, interface="localhost")

    @in_reactor
    async def test_connected(self, reactor: Reactor) -> None:
        """A connected port writes without an address."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)

        here.transport.connect(*there.address)
        here.transport.write(b"datagram")
        await there.has_received(1)

        self.assertEqual(there.datagrams, [(b"datagram", here.address)])

    @in_reactor
    async def test_connected_to_one(self, reactor: Reactor) -> None:
        """A connected port hears nobody else."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)
        stranger = self.datagrams(reactor)

        here.transport.connect(*there.address)
        stranger.transport.write(b"from a stranger", here.address)
        there.transport.write(b"from the peer", here.address)
        await here.has_received(1)
        await settle(reactor)

        self.assertEqual(here.datagrams, [(b"from the peer", there.address)])

    @in_reactor
    async def test_connected_once(self, reactor: Reactor) -> None:
        """A port is connected once."""
        port = self.datagrams(reactor)
        port.transport.connect("127.0.0.1", 1)

        with self.assertRaises(RuntimeError):
            port.transport.connect("127.0.0.1", 1)

    @in_reactor
    async def test_refused(self, reactor: Reactor) -> None:
        """A connected port that writes again is told that nobody listens there."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)
        here.transport.connect(*there.address)
        here.transport.stopReading()
        await there.transport.stopListening()

        here.transport.write(b"anybody there?")
        await settle(reactor)
        after_first = list(here.events)
        here.transport.write(b"anybody?")
        after_second = list(here.events)
        await here.transport.stopListening()

        self.assertEqual(after_first, ["startProtocol"])
        self.assertEqual(after_second, ["startProtocol", "connectionRefused"])

    @in_reactor
    async def test_too_long(self, reactor: Reactor) -> None:
        """A datagram has at most 65,507 bytes over IPv4."""
        here = self.datagrams(reactor)
        there = self.datagrams(reactor, maxPacketSize=65536)

        here.transport.write(bytes(65507), there.address)
        with self.assertRaises(MessageLengthError):
            here.transport.write(bytes(65508), there.address)
        await there.has_received(1)

        self.assertEqual(len(there.datagrams[0][0]), 65507)

    @in_reactor
    async def test_longer_than_buffer(self, reactor: Reactor) -> None:
        """What does not fit into the receiver's buffer is cut off."""
        here = self.datagrams(reactor)
        there = self.datagrams(reactor, maxPacketSize=4)

        here.transport.write(b"datagram", there.address)
        here.transport.write(b"next", there.address)
        await there.has_received(2)

        self.assertEqual(
            [datagram for datagram, _ in there.datagrams], [b"data", b"next"]
        )

    @in_reactor
    async def test_error_in_datagram_received(self, reactor: Reactor) -> None:
        """An exception in ``datagramReceived`` is logged, and the port goes on."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)

        def fail(data: bytes) -> None:
            there.reply = lambda data: None
            raise RuntimeError("on purpose")

        there.reply = fail
        here.transport.write(b"one", there.address)
        here.transport.write(b"two", there.address)
        await there.has_received(2)

        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @in_reactor
    async def test_broadcast_flag(self, reactor: Reactor) -> None:
        """A port does not broadcast before it is allowed to."""
        transport = self.datagrams(reactor, interface="").transport
        allowed = [transport.getBroadcastAllowed()]

        with self.assertRaises(OSError) as raised:
            transport.write(b"to all", ("<broadcast>", 9))
        transport.setBroadcastAllowed(True)
        allowed.append(transport.getBroadcastAllowed())

        self.assertEqual(raised.exception.errno, errno.EACCES)
        self.assertEqual(allowed, [False, True])


class RefusalContract(UDPContract):
    """What poll and epoll get wrong: they close the port instead."""

    @in_reactor
    async def test_refused_while_reading(self, reactor: Reactor) -> None:
        """A connected port that reads is told that nobody listens there."""
        here, there = self.datagrams(reactor), self.datagrams(reactor)
        here.transport.connect(*there.address)
        await there.transport.stopListening()

        here.transport.write(b"anybody there?")
        await here.saw("connectionRefused")

        self.assertEqual(here.events, ["startProtocol", "connectionRefused"])
