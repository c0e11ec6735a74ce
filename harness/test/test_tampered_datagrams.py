"""Tests for what happens to datagrams on their way."""

from typing import Any

from twisted.internet.protocol import DatagramProtocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Host, Network, every_failure

Received = list[tuple[float, bytes]]


class Mailbox(DatagramProtocol):
    """Notes what comes, and when."""

    transport: Any

    def __init__(self, network: Network) -> None:
        self.received: Received = []
        self._network = network

    def datagramReceived(self, datagram: bytes, address: object) -> None:
        self.received.append((self._network.seconds(), datagram))


class TamperedDatagramsTests(SynchronousTestCase):
    """Datagrams that do not arrive as they were sent."""

    def setUp(self) -> None:
        self.network = Network()
        self.client = self.network.host("client", "192.0.2.1")
        self.server = self.network.host("server", "192.0.2.2")
        self.mailbox = Mailbox(self.network)
        self.sender = Mailbox(self.network)
        self.server.reactor.listenUDP(7, self.mailbox)
        self.client.reactor.listenUDP(0, self.sender)

    def send(self, *datagrams: bytes) -> None:
        """Send some datagrams at once."""
        for datagram in datagrams:
            self.sender.transport.write(datagram, ("192.0.2.2", 7))

    def received(self, fault: Fault) -> Received:
        """Send three datagrams, the second of which meets a fault."""
        with self.network.faults(fault.only(nth=2)):
            self.send(b"one", b"two", b"three")
            self.network.advance(10)
        return self.mailbox.received

    def test_lose(self) -> None:
        """It does not come."""
        self.assertEqual(self.received(Fault.lose()), [(0.0, b"one"), (0.0, b"three")])

    def test_duplicate(self) -> None:
        """It comes twice."""
        self.assertEqual(
            self.received(Fault.duplicate()),
            [(0.0, b"one"), (0.0, b"two"), (0.0, b"two"), (0.0, b"three")],
        )

    def test_reorder(self) -> None:
        """It comes later."""
        self.assertEqual(
            self.received(Fault.reorder(3)),
            [(0.0, b"one"), (0.0, b"three"), (3.0, b"two")],
        )

    def test_delay(self) -> None:
        """It comes later, and all that come after it."""
        self.assertEqual(
            self.received(Fault.delay(3)),
            [(0.0, b"one"), (3.0, b"two"), (3.0, b"three")],
        )

    def test_delay_is_of_one_way(self) -> None:
        """What goes elsewhere, or comes from another socket, is as ever."""
        elsewhere, other = Mailbox(self.network), Mailbox(self.network)
        self.server.reactor.listenUDP(8, elsewhere)
        self.client.reactor.listenUDP(0, other)
        with self.network.faults(Fault.delay(3, nth=1)):
            self.send(b"one")
            self.sender.transport.write(b"two", ("192.0.2.2", 8))
            other.transport.write(b"three", ("192.0.2.2", 7))
            self.network.advance(10)

        self.assertEqual(elsewhere.received, [(0.0, b"two")])
        self.assertEqual(self.mailbox.received, [(0.0, b"three"), (3.0, b"one")])

    def test_jitter(self) -> None:
        """Each takes some time, and none overtakes another."""
        with self.network.faults(Fault.jitter(3, nth=1)):
            self.send(*[b"%d" % number for number in range(9)])
            self.network.advance(10)

        times, datagrams = zip(*self.mailbox.received, strict=True)
        self.assertEqual(b"".join(datagrams), b"012345678")
        self.assertTrue(0 < times[0] < times[-1] < 3, times)

    def test_delay_and_jitter(self) -> None:
        """One does not take the other back."""
        with self.network.faults(Fault.delay(3, nth=1), Fault.jitter(1, nth=2)):
            self.send(b"one", b"two")
            self.network.advance(10)

        (first, _), (second, _) = self.mailbox.received
        self.assertTrue(first == 3 < second < 4, (first, second))

    def test_partition(self) -> None:
        """It is lost, and so is what follows until the way is there again."""
        self.assertEqual(self.received(Fault.partition(3)), [(0.0, b"one")])

        self.send(b"four")
        self.network.flush()
        self.assertEqual(self.mailbox.received[1:], [(10.0, b"four")])

    def test_partition_within_one_machine(self) -> None:
        """There is no way that could be cut."""
        own = Mailbox(self.network)
        self.client.reactor.listenUDP(9, own)
        with self.network.faults(Fault.partition()):
            self.sender.transport.write(b"hello", ("127.0.0.1", 9))
            self.network.flush()

        self.assertEqual(own.received, [(0.0, b"hello")])

    def test_crash(self) -> None:
        """The machine is gone before it has sent, and sends nothing more."""
        self.assertEqual(self.received(Fault.crash()), [(0.0, b"one")])
        self.assertFalse(self.client.is_up)

    def test_crash_and_restart(self) -> None:
        """It starts again later, if somebody starts its programs."""
        booted: list[tuple[float, Host]] = []
        crash = Fault.crash(
            3, lambda host: booted.append((self.network.seconds(), host))
        )
        self.received(crash)

        self.assertEqual(booted, [(3.0, self.client)])

    def test_every_failure(self) -> None:
        """What befalls streams and datagrams befalls each of both."""
        runs = every_failure(self.check_sending, Fault.delay())

        self.assertEqual(runs, 1 + 1 + (2 + 1))

    def check_sending(self) -> None:
        """Send two datagrams, and nothing by TCP."""
        self.send(b"one", b"two")
        self.network.advance(10)

        self.assertEqual(len(self.mailbox.received), 2)
