"""Tests of captures, read back by another's program."""

from pathlib import Path
from typing import Any

from scapy.layers.inet import TCP, UDP
from scapy.layers.l2 import Ether
from twisted.internet.protocol import DatagramProtocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, Trace, TraceEvent, save_capture
from harness._captures import Capture
from harness.test.clients import RecordingClientFactory
from harness.test.scenario import everything
from harness.test.scenario import trace_of as scenario_trace
from harness.test.streams import Ends
from harness.test.traces import greeting, trace_of


def frames_of(trace: Trace) -> list[str]:
    """Write down the frames of a capture: time, flags or kind, and bytes."""
    return [
        written(frame.time, Ether(frame.content)) for frame in Capture(trace).frames
    ]


def written(time: float, packet: Any) -> str:
    """Write down a frame."""
    if UDP in packet:
        return f"{time:g} UDP {bytes(packet[UDP].payload).decode()}"
    tcp = packet[TCP]
    arrow = ">" if tcp.dport == 80 else "<"
    return f"{time:g} {arrow}{tcp.flags} {bytes(tcp.payload).decode()}".rstrip()


def stream(trace: Trace, port: int) -> bytes:
    """Put together what was sent to a port, as its receiver does."""
    segments: dict[int, bytes] = {}
    for frame in Capture(trace).frames:
        packet: Any = Ether(frame.content)
        if TCP in packet and packet[TCP].dport == port and packet[TCP].payload:
            segments[packet[TCP].seq] = bytes(packet[TCP].payload)
    together = b""
    for number in sorted(segments):
        first = min(segments)
        assert number - first == len(together), "a piece is missing"
        together += segments[number]
    return together


class PlainTests(SynchronousTestCase):
    """Where only writes were recorded."""

    def test_a_connection(self) -> None:
        """From hands that are shaken to the last acknowledgement."""
        self.assertEqual(
            frames_of(greeting(latency=0, picture=False)),
            [
                "0 >S",
                "0 <SA",
                "0 >A",
                "0 >PA hello",
                "0 <A",
                "0 <PA hello",
                "0 >A",
                "1 >FA",
                "1 <A",
                "1 <FA",
                "1 >A",
            ],
        )

    def test_a_refusal(self) -> None:
        """And nothing more."""
        network = Network()
        host = network.host("one", "192.0.2.1")
        trace = network.start_trace()
        host.reactor.connectTCP("127.0.0.1", 80, RecordingClientFactory())
        network.flush()

        self.assertEqual(frames_of(trace), ["0 >S", "0 <RA"])

    def test_an_abortion(self) -> None:
        """Of a connection that is older than the trace."""
        network = Network()
        ends = Ends(network.host("one", "192.0.2.1"), network.host("two", "192.0.2.2"))
        trace = network.start_trace()
        ends.client.transport.abortConnection()
        network.flush()

        self.assertEqual([frame[-3:] for frame in frames_of(trace)], [">RA"])

    def test_the_same_ends_again(self) -> None:
        """Another connection between them begins from the beginning."""
        ends = ("127.0.0.1:40000", "127.0.0.1:80")
        back = ("127.0.0.1:80", "127.0.0.1:40000")
        trace = trace_of(
            TraceEvent(0, "one", "connect", *ends),
            TraceEvent(1, "one", "connect", *ends),
            TraceEvent(1, "one", "accept", *back),
            TraceEvent(2, "one", "connect", *ends),
            TraceEvent(2, "one", "accept", *back),
        )

        self.assertEqual(
            frames_of(trace),
            ["0 >S", "1 >S", "1 <SA", "1 >A", "2 >S", "2 <SA", "2 >A"],
        )

    def test_machines_have_loopback_of_their_own(self) -> None:
        """The same ends on two machines are two connections."""
        ends = ("127.0.0.1:40000", "127.0.0.1:80")
        back = ("127.0.0.1:80", "127.0.0.1:40000")
        trace = trace_of(
            TraceEvent(0, "one", "connect", *ends),
            TraceEvent(1, "one", "accept", *back),
            TraceEvent(2, "two", "connect", *ends),
            TraceEvent(3, "one", "data", *ends, b"hi"),
        )

        self.assertEqual(
            frames_of(trace), ["0 >S", "1 <SA", "1 >A", "2 >S", "3 >PA hi", "3 <A"]
        )

    def test_datagrams(self) -> None:
        """To one, to all, and to nobody."""
        network = Network()
        host = network.host("one", "192.0.2.1")
        trace = network.start_trace(packets=True)
        sender: Any = host.reactor.listenUDP(53, DatagramProtocol())
        sender.setBroadcastAllowed(True)
        for address in ("127.0.0.1", "255.255.255.255", "192.0.2.9"):
            sender.write(b"hi", (address, 9))

        self.assertEqual(frames_of(trace), ["0 UDP hi"] * 3)

    def test_what_has_no_frames(self) -> None:
        """UNIX sockets, names, and a refusal of what nobody has asked for."""
        trace = trace_of(
            TraceEvent(0, "one", "lookup", "www"),
            TraceEvent(0, "one", "data", "unnamed", "/socket", b"hi"),
            TraceEvent(0, "one", "refused", "127.0.0.1:9", "127.0.0.1:40000"),
        )

        self.assertEqual(frames_of(trace), [])

    def test_nothing_is_missing(self) -> None:
        """A whole scenario, with pages and TLS: all bytes are there, in order."""
        trace = scenario_trace(everything)
        sent = b"".join(
            bytes(event.data)
            for event in trace
            if event.kind in ("data", "encrypted")
            and str(event.destination).endswith(":443")
        )

        self.assertEqual(stream(trace, 443), sent)


class PacketTests(SynchronousTestCase):
    """Where packets were recorded."""

    def setUp(self) -> None:
        self.network = Network(seed=1)
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")

    def test_a_connection(self) -> None:
        """Each when it was sent; acknowledged when it arrives."""
        self.assertEqual(
            frames_of(greeting(latency=0.05)),
            [
                "0 >S",
                "0.05 <SA",
                "0.1 >A",
                "0.1 >PA hello",
                "0.15 <A",
                "0.15 <PA hello",
                "0.2 >A",
                "1.1 >FA",
                "1.15 <A",
                "1.15 <FA",
                "1.2 >A",
            ],
        )

    def test_lost(self) -> None:
        """It is there, is said to be lost, and comes once more."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        link = self.network.link(self.one, self.two)
        link.shape(loss=1)
        ends.client.transport.write(b"hello")
        self.network.flush()
        link.shape(loss=0)
        self.network.advance(1)
        frames = Capture(trace).frames

        self.assertEqual([frame.comment for frame in frames], ["lost", "", ""])
        self.assertEqual(frames[0].content, frames[1].content)

    def test_lost_before_the_trace(self) -> None:
        """What nobody has seen being sent is nothing to be marked."""
        ends = ("192.0.2.1:40000", "192.0.2.2:80")
        trace = trace_of(
            TraceEvent(0, "two", "lost", *ends, b"", "data", 1),
            TraceEvent(0, "two", "arrive", *ends, b"", "data", 2),
            details=("packets",),
        )

        self.assertEqual(frames_of(trace), [])

    def test_nothing_is_missing(self) -> None:
        """Over a bad link, whose receiver reads slowly."""
        trace = self.network.start_trace(packets=True)
        ends = Ends(self.one, self.two)
        self.network.shape(latency=0.01, loss=0.2, segment=1000)
        sent = bytes(range(256)) * 1000
        ends.client.transport.write(sent)
        self.network.advance(1000)

        self.assertEqual(ends.server.data, sent)
        self.assertEqual(stream(trace, 80), sent)

    def test_a_refusal(self) -> None:
        """And an abortion."""
        ends = Ends(self.one, self.two)
        trace = self.network.start_trace(packets=True)
        self.one.reactor.connectTCP("192.0.2.2", 81, RecordingClientFactory())
        self.network.flush()
        ends.client.transport.abortConnection()
        self.network.flush()

        self.assertEqual(
            [frame.split()[1][1:] for frame in frames_of(trace)], ["S", "RA", "RA"]
        )

    def test_datagrams(self) -> None:
        """As often as they are sent; and what says that nobody hears is none."""
        self.network.shape(duplication=1, latency=1)
        trace = self.network.start_trace(packets=True)
        sender: Any = self.one.reactor.listenUDP(0, DatagramProtocol())
        sender.write(b"hi", ("192.0.2.2", 9))
        sender.setBroadcastAllowed(True)
        sender.write(b"all", ("255.255.255.255", 9))
        self.network.advance(5)

        self.assertEqual(frames_of(trace), ["0 UDP hi", "0 UDP hi", "0 UDP all"])


class SaveTests(SynchronousTestCase):
    """Files."""

    def test_a_file(self) -> None:
        """It holds the frames."""
        path = Path(self.mktemp())
        save_capture(greeting(), path)

        self.assertIn(b"hello", path.read_bytes())
        self.assertTrue(path.read_bytes().startswith(b"\x0a\x0d\x0d\x0a"))
