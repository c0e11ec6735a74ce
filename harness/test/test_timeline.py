"""Tests of the rows that a trace becomes."""

from typing import Any

from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol, Trace, TraceEvent
from harness._rows import Row
from harness._timeline import Timeline
from harness.contracts._certificates import certificate
from harness.test.clients import RecordingClientFactory, client_options
from harness.test.traces import greeting, trace_of

ONE, TWO = "192.0.2.1:32768", "192.0.2.2:80"
PACKETS = ("packets",)


def event(time: float, host: str, kind: str, *ends: str, **more: Any) -> TraceEvent:
    """Make an event."""
    source, destination = (*ends, None)[:2]
    return TraceEvent(time, host, kind, source, destination, **more)


def described(rows: list[Row]) -> list[str]:
    """Write down rows: when, who to whom, what, and what became of it."""
    return [
        f"{row.time:g} {row.source}>{row.destination} {row.text}"
        f" {row.fate} {row.end - row.time:g}{' again' * row.again}"
        for row in rows
    ]


def rows_of(trace: Trace) -> list[str]:
    """Write down the rows of a trace."""
    return described(Timeline(trace).rows)


class OneMachineTests(SynchronousTestCase):
    """What a machine does by itself, and says to itself."""

    def test_words(self) -> None:
        """A row for each, at the machine."""
        trace = trace_of(
            event(0, "one", "lookup", "www"),
            event(1, "one", "timer", "tick"),
            event(2, "", "fired", "Deferred 1", note="2"),
            event(3, "one", "partition", "one", "two"),
        )

        self.assertEqual(
            rows_of(trace),
            [
                "0 one>None looks up www  0",
                "1 one>None timer: tick  -1",
                "2 >None Deferred 1 fires: 2  -2",
                "3 one>None loses its link to two  -3",
            ],
        )

    def test_loopback(self) -> None:
        """What a machine says to itself arrives at once."""
        trace = trace_of(
            event(1, "one", "data", "127.0.0.1:40000", "127.0.0.1:80", data=b"hello")
        )
        (row,) = Timeline(trace).rows

        self.assertEqual(described([row]), ["1 one:40000>one:80 hello arrived 0"])
        self.assertTrue(row.crosses)

    def test_sockets(self) -> None:
        """An event between two sockets that goes nowhere."""
        trace = trace_of(
            event(1, "two", "listen", "0.0.0.0:80"), event(2, "two", "accept", TWO, ONE)
        )
        timeline = Timeline(trace)

        self.assertEqual([row.crosses for row in timeline.rows], [False, False])
        self.assertEqual([str(place) for place in timeline.listening], ["two:80"])

    def test_refused_without_another_end(self) -> None:
        """A UNIX socket that has no name."""
        (row,) = Timeline(trace_of(event(1, "one", "refused", "/socket"))).rows

        self.assertIsNone(row.destination)


class PlainTests(SynchronousTestCase):
    """Two machines whose packets were not recorded."""

    def test_under_way(self) -> None:
        """Nobody knows how long."""
        (row,) = Timeline(trace_of(event(1, "one", "data", ONE, TWO, data=b"hi"))).rows

        self.assertEqual((row.fate, row.crosses), ("", True))

    def test_nobody_there(self) -> None:
        """What is sent to no machine is lost."""
        trace = trace_of(event(1, "one", "connect", ONE, "192.0.2.9:80"))

        self.assertEqual(rows_of(trace), ["1 one:32768>192.0.2.9:80 connects lost 0"])


class PacketTests(SynchronousTestCase):
    """Two machines whose packets were recorded."""

    def test_one_row_for_what_is_sent(self) -> None:
        """And one for its arrival."""
        trace = trace_of(
            event(1, "one", "data", ONE, TWO, data=b"hi"),
            event(
                1, "one", "send", ONE, TWO, data=b"hi", note="data", packet=1, segment=1
            ),
            event(3, "two", "arrive", ONE, TWO, note="data", packet=1, segment=1),
            details=PACKETS,
        )
        sent, arrival = Timeline(trace).rows

        self.assertEqual(described([sent]), ["1 one:32768>two:80 hi arrived 2"])
        self.assertEqual((arrival.time, arrival.of, arrival.packet), (3, sent, 1))

    def test_no_time(self) -> None:
        """An arrival at the same instant needs no row."""
        trace = trace_of(
            event(1, "one", "fin", ONE, TWO),
            event(1, "one", "send", ONE, TWO, note="FIN", packet=1),
            event(1, "two", "arrive", ONE, TWO, note="FIN", packet=1),
            details=PACKETS,
        )

        self.assertEqual(
            rows_of(trace), ["1 one:32768>two:80 closes its side arrived 0"]
        )

    def test_lost(self) -> None:
        """Once and for all."""
        trace = trace_of(
            event(1, "one", "connect", ONE, TWO),
            event(1, "one", "send", ONE, TWO, note="SYN", packet=1),
            event(1, "two", "lost", ONE, TWO, note="SYN", packet=1),
            details=PACKETS,
        )

        self.assertEqual(rows_of(trace), ["1 one:32768>two:80 connects lost 0"])

    def test_under_way(self) -> None:
        """When the trace ends."""
        trace = trace_of(
            event(1, "one", "datagram", ONE, TWO, data=b"hi"),
            event(1, "one", "send", ONE, TWO, data=b"hi", note="datagram", packet=1),
            details=PACKETS,
        )

        self.assertEqual(rows_of(trace), ["1 one:32768>two:80 hi under way 0"])

    def test_many_packets_of_one_write(self) -> None:
        """The write is a row, and each packet."""
        trace = trace_of(
            event(1, "one", "data", ONE, TWO, data=b"hello"),
            event(
                1,
                "one",
                "send",
                ONE,
                TWO,
                data=b"hel",
                note="data",
                packet=1,
                segment=1,
            ),
            event(
                1, "one", "send", ONE, TWO, data=b"lo", note="data", packet=2, segment=2
            ),
            details=PACKETS,
        )
        rows = Timeline(trace).rows

        self.assertEqual(
            described(rows),
            [
                "1 one:32768>two:80 hello under way 0",
                "1 one:32768>two:80 hel under way 0",
                "1 one:32768>two:80 lo under way 0",
            ],
        )
        self.assertEqual([row.crosses for row in rows], [False, True, True])

    def test_another_packet_at_the_same_instant(self) -> None:
        """It is none that the program has asked for."""
        trace = trace_of(
            event(1, "one", "accept", ONE, TWO),
            event(1, "one", "send", ONE, TWO, note="window", packet=1),
            details=PACKETS,
        )
        rows = Timeline(trace).rows

        self.assertEqual([row.kind for row in rows], ["accept", "window"])
        self.assertEqual([row.category for row in rows], ["connection", "window"])

    def test_sent_again(self) -> None:
        """The same segment in another packet; but not in another connection."""

        def syn(time: float) -> TraceEvent:
            return event(time, "one", "send", ONE, TWO, note="SYN", packet=9)

        def segment(time: float) -> TraceEvent:
            return event(
                time,
                "one",
                "send",
                ONE,
                TWO,
                data=b"hi",
                note="data",
                packet=1,
                segment=1,
            )

        rows = Timeline(
            trace_of(
                syn(0), segment(1), segment(2), syn(3), segment(4), details=PACKETS
            )
        ).rows

        self.assertEqual(
            [row.again for row in rows], [False, False, True, False, False]
        )
        self.assertEqual(
            [row.kind for row in rows], ["SYN", "data", "data", "SYN", "data"]
        )

    def test_both_directions_begin_anew(self) -> None:
        """With another connection between the same ends."""

        def answer(time: float) -> TraceEvent:
            sent = {"data": b"hi", "note": "data", "packet": 1, "segment": 1}
            return event(time, "two", "send", TWO, ONE, **sent)

        syn = event(2, "one", "send", ONE, TWO, note="SYN", packet=9)
        trace = trace_of(answer(1), syn, answer(3), details=PACKETS)

        self.assertEqual([row.again for row in Timeline(trace).rows], [False] * 3)

    def test_sent_later(self) -> None:
        """What has waited for room has a row of its own when it is sent."""
        sent = {"data": b"hi", "note": "data", "packet": 1}
        trace = trace_of(
            event(1, "one", "data", ONE, TWO, data=b"hi"),
            event(3, "one", "send", ONE, TWO, **sent),
            event(5, "two", "arrive", ONE, TWO, note="data", packet=1),
            details=PACKETS,
        )

        self.assertEqual(
            rows_of(trace),
            [
                "1 one:32768>two:80 hi arrived 4",
                "3 one:32768>two:80 hi arrived 2",
                "5 one:32768>two:80 hi  -5",
            ],
        )

    def test_older_than_the_trace(self) -> None:
        """An arrival of what nobody has seen is passed over."""
        trace = trace_of(
            event(3, "two", "arrive", ONE, TWO, note="data", packet=1), details=PACKETS
        )

        self.assertEqual(rows_of(trace), [])

    def test_to_all(self) -> None:
        """A packet for many is shown at the machine that it comes to."""
        everyone = "255.255.255.255:7"
        trace = trace_of(
            event(1, "one", "datagram", ONE, everyone, data=b"hi"),
            event(
                1, "one", "send", ONE, everyone, data=b"hi", note="datagram", packet=1
            ),
            event(2, "two", "arrive", ONE, everyone, note="datagram", packet=1),
            details=PACKETS,
        )
        row = Timeline(trace).rows[0]

        self.assertEqual(row.destination and row.destination.machine, "two")

    def test_from_nowhere(self) -> None:
        """A packet of which no more is known than that it was sent."""
        trace = trace_of(
            TraceEvent(1, "one", "send", None, None, note="packet", packet=1),
            TraceEvent(1, "two", "arrive", None, None, note="packet", packet=1),
            details=PACKETS,
        )

        self.assertEqual(rows_of(trace), ["1 one>None packet arrived 0"])

    def test_a_whole_conversation(self) -> None:
        """As it was recorded."""
        texts = [
            row.text for row in Timeline(greeting()).rows if row.category != "deferred"
        ]

        self.assertEqual(
            texts,
            [
                "listens",
                "timer: _BaseBaseClient.resolveAddress",
                "connects",
                "SYN arrives",
                "SYN+ACK",
                "SYN+ACK arrives",
                "ACK",
                "hello",
                "ACK arrives",
                "hello",
                "accepts",
                "hello",
                "hello",
                "closes its side",
                "FIN arrives",
                "closes its side",
                "FIN arrives",
            ],
        )


class SecretTests(SynchronousTestCase):
    """What goes into TLS, and what comes out."""

    def test_both_are_one(self) -> None:
        """What was said, with the size on the wire."""
        trace = trace_of(
            event(1, "one", "plaintext", ONE, TWO, data=b"secret"),
            event(1, "one", "encrypted", ONE, TWO, data=bytes(30)),
            event(1, "one", "send", ONE, TWO, data=bytes(30), note="data", packet=1),
            details=PACKETS,
        )
        (row,) = Timeline(trace).rows

        self.assertEqual(described([row]), ["1 one:32768>two:80 secret under way 0"])
        self.assertEqual((row.data, row.wire), (b"secret", 30))
        self.assertEqual((row.category, row.kind), ("tls", "plaintext"))

    def test_of_its_own(self) -> None:
        """A handshake says nothing; nor does what comes out later."""
        trace = trace_of(
            event(1, "one", "encrypted", ONE, TWO, data=bytes(30)),
            event(2, "one", "plaintext", ONE, TWO, data=b"secret"),
            event(3, "one", "encrypted", ONE, TWO, data=bytes(31)),
            event(4, "one", "encrypted", ONE, TWO, data=bytes(32)),
        )
        rows = Timeline(trace).rows

        self.assertEqual(
            [row.text for row in rows],
            ["30 bytes of its own", "secret", "32 bytes of its own"],
        )
        self.assertEqual([row.data for row in rows], [b"", b"secret", b""])
        self.assertEqual([row.wire for row in rows], [30, 31, 32])


class EncryptedConnectionTests(SynchronousTestCase):
    """Real connections with TLS, over links."""

    def setUp(self) -> None:
        self.network = Network()
        self.one = self.network.host("one", "192.0.2.1")
        two = self.network.host("two", "192.0.2.2")
        self.network.shape(latency=0.04)
        self.way = self.network.link(self.one, two)
        factory = Factory.forProtocol(RecordingProtocol)
        two.reactor.listenSSL(443, factory, certificate().options())
        client = RecordingClientFactory()
        self.one.reactor.connectSSL("192.0.2.2", 443, client, client_options())
        self.network.advance(1)
        self.transport: Any = client.protocol.transport

    def rows_of_write(self, *data: bytes) -> list[str]:
        """Write something to a connection, and return the rows."""
        trace = self.network.start_trace(packets=True)
        for each in data:
            self.transport.write(each)
        self.network.advance(1)
        rows = [
            f"{row.category} {len(row.data)} {row.wire} {row.text[:6]} "
            f"{row.fate} {row.end - row.time:.3g}{' again' * row.again}"
            for row in Timeline(trace).rows
            if row.of is None and row.category != "window"
        ]
        self.transport.abortConnection()
        self.network.advance(1)
        return rows

    def test_whole(self) -> None:
        """One row."""
        self.assertEqual(
            self.rows_of_write(b"secret"), ["tls 6 28 secret arrived 0.04"]
        )

    def test_in_segments(self) -> None:
        """A row for what was said, and one for each segment, with its share of it."""
        self.network.shape(segment=1460)

        self.assertEqual(
            self.rows_of_write(b"first ".ljust(1455, b"x") + b"second".ljust(950)),
            [
                "tls 2405 2427 first  arrived 0.04",
                "tls 1455 1460 first  arrived 0.04",
                "tls 950 967 second arrived 0.04",
            ],
        )

    def test_a_segment_without_any_of_it(self) -> None:
        """The end of a record is TLS's own."""
        self.network.shape(segment=20)

        self.assertEqual(
            self.rows_of_write(b"secret"),
            [
                "tls 6 28 secret arrived 0.04",
                "tls 6 20 secret arrived 0.04",
                "tls 0 8 8 byte arrived 0.04",
            ],
        )

    def test_many_records_in_one_segment(self) -> None:
        """A row for each, and one for the segment."""
        rows = self.rows_of_write(b"a" * 16384, b"b" * 16384, b"c" * 10)

        self.assertEqual(
            rows,
            [
                "tls 16384 16406 aaaaaa arrived 0.04",
                "tls 16384 16406 bbbbbb arrived 0.04",
                "tls 10 32 cccccc arrived 0.04",
                "tls 32778 32844 aaaaaa arrived 0.04",
            ],
        )

    def test_lost(self) -> None:
        """What was said has arrived when its last segment has, if that is late."""
        self.network.shape(segment=20)
        self.way.shape(loss=1)
        self.one.reactor.callLater(0.1, self.way.shape, loss=0)

        self.assertEqual(
            self.rows_of_write(b"secret"),
            [
                "tls 6 28 secret arrived 0.32",
                "tls 6 20 secret lost 0",
                "tls 6 20 secret arrived 0.04 again",
                "tls 0 8 8 byte arrived 0.04",
            ],
        )

    def test_lost_whole(self) -> None:
        """It is said again."""
        self.way.shape(loss=1)
        self.one.reactor.callLater(0.1, self.way.shape, loss=0)

        self.assertEqual(
            self.rows_of_write(b"secret"),
            ["tls 6 28 secret lost 0", "tls 6 28 secret arrived 0.04 again"],
        )
