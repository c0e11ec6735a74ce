"""Tests of what is recorded of packets."""

from functools import partial
from typing import Any

from twisted.internet.protocol import DatagramProtocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, Trace
from harness.test.clients import RecordingClientFactory
from harness.test.streams import Ends


class PacketTestCase(SynchronousTestCase):
    """Two machines, whose packets are recorded."""

    def setUp(self) -> None:
        self.network = Network(seed=1)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")

    def told(self, trace: Trace) -> list[str]:
        """Return what was recorded of packets: number, kind, machine and what it is."""
        return [
            f"{event.time:g} {event.host} {event.kind} {event.packet} {event.note}"
            for event in trace
            if event.packet
        ]

    def stream_packets(self, trace: Trace) -> list[str]:
        """Return what the packets of streams are, in the order of being sent."""
        return [event.note for event in trace if event.kind == "send"]


class StreamPacketTests(PacketTestCase):
    """Packets of TCP."""

    def test_a_connection(self) -> None:
        """Each is sent, and arrives after the latency, with its own number."""
        self.network.shape(latency=0.25)
        trace = self.network.start_trace(packets=True)
        Ends(self.one, self.two)

        self.assertEqual(
            self.told(trace),
            [
                "0 one send 1 SYN",
                "0.25 two arrive 1 SYN",
                "0.25 two send 2 SYN+ACK",
                "0.5 one arrive 2 SYN+ACK",
                "0.5 one send 3 ACK",
                "0.75 two arrive 3 ACK",
            ],
        )

    def test_links_that_take_no_time(self) -> None:
        """A packet arrives at the instant at which it is sent."""
        trace = self.network.start_trace(packets=True)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.flush()

        self.assertEqual(
            self.told(trace)[-2:], ["0.25 one send 4 data", "0.25 two arrive 4 data"]
        )

    def test_contents(self) -> None:
        """A packet says between which sockets it goes, and has its bytes."""
        trace = self.network.start_trace(packets=True)
        ends = Ends(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.flush()
        (sent,) = (event for event in trace if event.kind == "send" and event.data)

        self.assertEqual(str(sent.destination), "192.0.2.2:80")
        self.assertEqual(bytes(sent.data), b"hello")

    def test_the_end(self) -> None:
        """Both directions end, each with a packet."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        ends.client.transport.loseConnection()
        self.network.flush()

        self.assertEqual(self.stream_packets(trace), ["FIN", "FIN"])

    def test_reset(self) -> None:
        """An abortion is a packet."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        ends.client.transport.abortConnection()
        self.network.flush()

        self.assertEqual(self.stream_packets(trace), ["RST"])

    def test_refusal(self) -> None:
        """It is one, too."""
        trace = self.network.start_trace(packets=True)
        self.one.reactor.connectTCP("192.0.2.2", 81, RecordingClientFactory())
        self.network.flush()

        self.assertEqual(self.stream_packets(trace), ["SYN", "RST"])

    def test_room_again(self) -> None:
        """That a receiver has read is told the sender."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        ends.client.transport.write(bytes(1_000_000))
        self.network.flush()

        self.assertIn("window", self.stream_packets(trace))

    def test_loss(self) -> None:
        """What is lost is never to arrive; what is sent again is the same segment."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        link = self.network.link(self.one, self.two)
        link.shape(loss=1)
        ends.client.transport.write(b"hello")
        self.network.flush()
        link.shape(loss=0)
        self.network.advance(1)

        self.assertEqual(
            [(e.kind, e.packet, e.segment) for e in trace if e.packet],
            [("send", 1, 1), ("lost", 1, 1), ("send", 2, 1), ("arrive", 2, 1)],
        )

    def test_cut_off(self) -> None:
        """What is under way when a link goes down is lost when it would have come."""
        ends = Ends(self.one, self.two)
        self.network.shape(latency=1)
        trace = self.network.start_trace(packets=True)
        ends.client.transport.write(b"hello")
        self.network.flush()
        self.network.partition(self.one, self.two)
        self.network.advance(1)

        self.assertEqual(
            self.told(trace)[:2], ["0.25 one send 1 data", "1.25 two lost 1 data"]
        )

    def test_giving_up(self) -> None:
        """That nobody answers is recorded once it is certain."""
        ends = Ends(self.one, self.two)
        self.network.partition(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        ends.client.transport.write(b"hello")
        self.network.advance(2000)

        self.assertEqual([e.host for e in trace if e.kind == "timeout"], ["one"])

    def test_nobody_there(self) -> None:
        """An attempt to connect is given up as well."""
        trace = self.network.start_trace(packets=True)
        self.one.reactor.connectTCP(
            "192.0.2.9", 80, RecordingClientFactory(), timeout=1000
        )
        self.network.advance(200)

        self.assertEqual([e.time for e in trace if e.kind == "timeout"], [127.0])

    def test_nothing_unless_asked_for(self) -> None:
        """A plain trace has no packets and does not tell who gave up."""
        self.network.shape(latency=1)
        trace = self.network.start_trace()
        ends = Ends(self.one, self.two)
        self.network.partition(self.one, self.two)
        ends.client.transport.write(b"hello")
        self.network.advance(2000)

        self.assertEqual(
            {event.kind for event in trace},
            {"listen", "connect", "accept", "partition", "data"},
        )


class DatagramPacketTests(PacketTestCase):
    """Packets of UDP."""

    def send(self, port: int = 7) -> None:
        """Send a datagram from the one to the other, where port 7 listens."""
        sender: Any = self.one.reactor.listenUDP(0, DatagramProtocol())
        sender.write(b"hello", ("192.0.2.2", port))
        self.network.advance(10)

    def setUp(self) -> None:
        super().setUp()
        self.two.reactor.listenUDP(7, DatagramProtocol())
        self.trace = self.network.start_trace(packets=True)

    def test_arrival(self) -> None:
        """A datagram is a packet."""
        self.network.shape(latency=1)
        self.send()

        self.assertEqual(
            self.told(self.trace), ["0 one send 1 datagram", "1 two arrive 1 datagram"]
        )

    def test_no_time(self) -> None:
        """Also where it takes none."""
        self.send()

        self.assertEqual(len(self.told(self.trace)), 2)

    def test_loss(self) -> None:
        """What is lost is told at once, as it is decided then."""
        self.network.shape(loss=1)
        self.send()

        self.assertEqual(
            self.told(self.trace), ["0 one send 1 datagram", "0 two lost 1 datagram"]
        )

    def test_twice(self) -> None:
        """One that is duplicated is two packets."""
        self.network.shape(duplication=1, latency=1)
        self.send()

        self.assertEqual([e.packet for e in self.trace if e.kind == "arrive"], [1, 2])

    def test_cut_off(self) -> None:
        """One that is under way when a link goes down never comes."""
        self.network.shape(latency=1)
        sender: Any = self.one.reactor.listenUDP(0, DatagramProtocol())
        sender.write(b"hello", ("192.0.2.2", 7))
        self.network.partition(self.one, self.two)
        self.network.advance(10)

        self.assertEqual(self.told(self.trace)[1], "1 two lost 1 datagram")

    def test_overtaken(self) -> None:
        """One that is overtaken arrives later."""
        self.network.shape(reordering=1, latency=1)
        self.send()

        self.assertEqual(self.told(self.trace)[1], "2 two arrive 1 datagram")

    def test_nobody_hears(self) -> None:
        """That is told the sender, in a packet."""
        self.send(9)

        self.assertEqual(
            [event.note for event in self.trace if event.kind == "send"],
            ["datagram", "unreachable"],
        )

    def test_to_all(self) -> None:
        """Each machine is sent one."""
        sender: Any = self.one.reactor.listenUDP(0, DatagramProtocol())
        sender.setBroadcastAllowed(True)
        sender.write(b"hello", ("255.255.255.255", 7))

        self.assertEqual(
            self.told(self.trace), ["0 one send 1 datagram", "0 two arrive 1 datagram"]
        )


class OtherPacketTests(PacketTestCase):
    """Packets that somebody else sends."""

    def test_whatever_it_is(self) -> None:
        """It is a packet, of which no more is known."""
        trace = self.network.start_trace(packets=True)
        arrived: list[bool] = []
        link = self.network.link(self.one, self.two)
        link.carry(0, partial(arrived.append, True))

        self.assertEqual(
            self.told(trace), ["0 one send 1 packet", "0 two arrive 1 packet"]
        )
        self.assertEqual(arrived, [True])


class NotNoticedTests(PacketTestCase):
    """Packets, after the trace."""

    def test_after_the_trace(self) -> None:
        """What arrives later is not recorded any more."""
        self.network.shape(latency=1)
        trace = self.network.start_trace(packets=True)
        link = self.network.link(self.one, self.two)
        link.carry(0, partial(bool))
        self.network.stop_trace()
        self.network.advance(2)

        self.assertEqual(self.told(trace), ["0 one send 1 packet"])

    def test_another_trace(self) -> None:
        """One that asks for no packets gets none."""
        self.network.start_trace(packets=True)
        trace = self.network.start_trace()
        self.network.link(self.one, self.two).carry(0, partial(bool))

        self.assertEqual(len(trace), 0)

    def test_where_the_trace_was_taken_away(self) -> None:
        """Also in the old way."""
        trace = self.network.start_trace(packets=True)
        self.network.trace = None
        self.network.link(self.one, self.two).carry(0, partial(bool))

        self.assertEqual(len(trace), 0)

    def test_the_order_of_events_is_the_same(self) -> None:
        """To record packets does not change what happens."""

        def digest(packets: bool) -> str:
            network = Network(seed=1)
            one, two = (
                network.host("one", "192.0.2.1"),
                network.host("two", "192.0.2.2"),
            )
            trace = network.start_trace(packets=packets, timers=packets)
            ends = Ends(one, two)
            network.shape(latency=0.01, jitter=0.1, loss=0.3, segment=300)
            ends.client.transport.write(bytes(10_000))
            network.advance(30)
            network.shape(latency=0, jitter=0, loss=0)
            ends.server.transport.write(bytes(10_000))
            network.advance(30)
            ends.client.transport.loseConnection()
            network.advance(30)
            return trace.digest()

        self.assertEqual(digest(True), digest(False))
