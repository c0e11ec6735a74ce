"""Tests of what is kept of a run."""

from hashlib import sha256
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.protocol import DatagramProtocol, Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, Trace, TraceEvent, VirtualReactor
from harness._addresses import WireAddress
from harness.test.clients import RecordingClientFactory
from harness.test.traces import greeting


class TraceEventTests(SynchronousTestCase):
    """How an event is shown."""

    def test_one_line_tells_all(self) -> None:
        """When, where, what, who to whom, how much, and how it begins."""
        client, server = WireAddress("127.0.0.1", 32768), WireAddress("::1", 80)
        event = TraceEvent(0.5, "localhost", "data", client, server, b"hello\r\n")

        self.assertEqual(
            str(event),
            "0.500000000 localhost data 127.0.0.1:32768 -> [::1]:80"
            " 7 bytes b'hello\\r\\n'",
        )

    def test_what_is_not_there_is_not_shown(self) -> None:
        """No other end, no bytes."""
        self.assertEqual(
            str(TraceEvent(12.25, "www", "lookup", "example.com")),
            "12.250000000 www lookup example.com",
        )

    def test_much_data_is_cut(self) -> None:
        """After its first 48 bytes."""
        event = TraceEvent(0.0, "a", "data", "x", "y", memoryview(b"ab" * 50))

        self.assertEqual(
            str(event), f"0.000000000 a data x -> y 100 bytes {b'ab' * 24!r} ..."
        )

    def test_what_is_encrypted_is_not_shown(self) -> None:
        """Nobody can read it, and it differs in each run."""
        event = TraceEvent(0.0, "a", "encrypted", "x", "y", b"\x17\x03\x03" * 30)

        self.assertEqual(str(event), "0.000000000 a encrypted x -> y 90 bytes")

    def test_paths_of_sockets_are_shown_as_usual(self) -> None:
        """An abstract name with an "@", none as "unnamed"."""
        event = TraceEvent(0.0, "a", "accept", b"\0name", b"/tmp/path")

        self.assertEqual(str(event), "0.000000000 a accept @name -> /tmp/path")
        self.assertEqual(
            str(TraceEvent(0.0, "a", "connect", None, "/tmp/path")),
            "0.000000000 a connect unnamed -> /tmp/path",
        )


class TraceTests(SynchronousTestCase):
    """All events of a run."""

    def trace(self, *events: TraceEvent) -> Trace:
        """Make a trace of these events."""
        trace = Trace()
        trace.events.extend(events)
        return trace

    def test_events_are_kept_in_order(self) -> None:
        """A trace is as long as its events, and shows them a line each."""
        first = TraceEvent(0.0, "a", "listen", "x")
        second = TraceEvent(1.0, "a", "fin", "x", "y")
        trace = self.trace(first, second)

        self.assertEqual((list(trace), len(trace)), ([first, second], 2))
        self.assertEqual(
            str(trace), "0.000000000 a listen x\n1.000000000 a fin x -> y\n"
        )

    def test_the_digest_is_that_of_all_events(self) -> None:
        """A SHA-256 of what was recorded, byte for byte."""
        trace = self.trace(TraceEvent(0.5, "a", "data", "x", "y", b"hello"))

        self.assertEqual(Trace().digest(), sha256(b"").hexdigest())
        self.assertEqual(
            trace.digest(),
            sha256(b"(0.5, 'a', 'data', 'x', 'y', 5)\nhello").hexdigest(),
        )

    def test_every_part_of_an_event_counts(self) -> None:
        """Another time, machine, kind, end or byte is another run."""
        events = [
            TraceEvent(0.5, "a", "data", "x", "y", b"hello"),
            TraceEvent(0.6, "a", "data", "x", "y", b"hello"),
            TraceEvent(0.5, "b", "data", "x", "y", b"hello"),
            TraceEvent(0.5, "a", "plaintext", "x", "y", b"hello"),
            TraceEvent(0.5, "a", "data", "z", "y", b"hello"),
            TraceEvent(0.5, "a", "data", "x", None, b"hello"),
            TraceEvent(0.5, "a", "data", "x", "y", b"hullo"),
        ]

        self.assertEqual(len({self.trace(event).digest() for event in events}), 7)

    def test_the_order_counts(self) -> None:
        """The same events in another order are another run."""
        first = TraceEvent(0.0, "a", "listen", "x")
        second = TraceEvent(0.0, "a", "listen", "y")

        self.assertNotEqual(
            self.trace(first, second).digest(), self.trace(second, first).digest()
        )

    def test_how_bytes_are_kept_does_not_count(self) -> None:
        """A view of bytes is as good as the bytes."""
        trace = self.trace(TraceEvent(0.0, "a", "data", "x", "y", b"hello"))
        view = memoryview(b"(hello)")[1:-1]

        self.assertEqual(
            self.trace(TraceEvent(0.0, "a", "data", "x", "y", view)).digest(),
            trace.digest(),
        )

    def test_what_is_encrypted_does_not_count(self) -> None:
        """Neither its bytes nor its size nor that it was sent."""
        plain = TraceEvent(0.0, "a", "plaintext", "x", "y", b"hello")
        secret = TraceEvent(0.0, "a", "encrypted", "x", "y", b"\x17\x03\x03")

        self.assertEqual(self.trace(plain, secret).digest(), self.trace(plain).digest())

    def test_the_digest_may_leave_bytes_out(self) -> None:
        """Then only how many there were counts."""
        hello = self.trace(TraceEvent(0.0, "a", "data", "x", "y", b"hello"))
        hullo = self.trace(TraceEvent(0.0, "a", "data", "x", "y", b"hullo"))
        more = self.trace(TraceEvent(0.0, "a", "data", "x", "y", b"hello!"))

        self.assertEqual(hello.digest(payload=False), hullo.digest(payload=False))
        self.assertNotEqual(hello.digest(payload=False), more.digest(payload=False))


class RecordingTests(SynchronousTestCase):
    """What a network records."""

    def kinds(self, trace: Trace) -> list[str]:
        """Return the kinds of all events, in order."""
        return [event.kind for event in trace]

    def test_nothing_is_recorded_unless_asked_for(self) -> None:
        """A network has no trace of its own."""
        reactor = VirtualReactor()
        reactor.host.record("note", "nobody")

        self.assertIsNone(reactor.host.network.trace)

    def test_a_connection_from_its_beginning_to_its_end(self) -> None:
        """Each event once, where it began."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        port = reactor.listenTCP(80, Factory.forProtocol(Protocol))
        client = RecordingClientFactory()
        connector = reactor.connectTCP("127.0.0.1", 80, client)
        reactor.flush()
        client.protocol.transport.write(b"hello")
        connector.disconnect()
        port.stopListening()
        reactor.advance(1)

        self.assertEqual(
            str(trace),
            "0.000000000 localhost listen 0.0.0.0:80\n"
            "0.000000000 localhost connect 127.0.0.1:32768 -> 127.0.0.1:80\n"
            "0.000000000 localhost accept 127.0.0.1:80 -> 127.0.0.1:32768\n"
            "0.000000000 localhost data 127.0.0.1:32768 -> 127.0.0.1:80"
            " 5 bytes b'hello'\n"
            "0.000000000 localhost fin 127.0.0.1:32768 -> 127.0.0.1:80\n"
            "0.000000000 localhost fin 127.0.0.1:80 -> 127.0.0.1:32768\n",
        )

    def test_refusals_abortion_and_names(self) -> None:
        """A port without a listener, an aborted connection, a name looked up."""
        reactor = VirtualReactor()
        reactor.listenTCP(80, Factory.forProtocol(Protocol))
        client = RecordingClientFactory()
        trace = reactor.host.network.start_trace()
        reactor.connectTCP("localhost", 80, client)
        reactor.connectTCP("127.0.0.1", 81, RecordingClientFactory())
        reactor.flush()
        client.protocol.transport.abortConnection()
        reactor.flush()

        self.assertEqual(
            sorted(self.kinds(trace)),
            ["accept", "connect", "connect", "lookup", "refused", "reset"],
        )

    def test_datagrams(self) -> None:
        """And that nobody heard one."""
        reactor = VirtualReactor()
        port: Any = reactor.listenUDP(53, DatagramProtocol())
        trace = reactor.host.network.start_trace()
        port.write(b"hello", ("127.0.0.1", 9))

        self.assertEqual(
            str(trace),
            "0.000000000 localhost datagram 127.0.0.1:53 -> 127.0.0.1:9"
            " 5 bytes b'hello'\n"
            "0.000000000 localhost refused 127.0.0.1:9 -> 127.0.0.1:53\n",
        )

    def test_unix_streams(self) -> None:
        """With their paths; a client has none."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        reactor.connectUNIX("/nobody", RecordingClientFactory())
        reactor.listenUNIX("/s", Factory.forProtocol(Protocol))
        client = RecordingClientFactory()
        reactor.connectUNIX("/s", client)
        reactor.flush()
        client.protocol.transport.write(b"hello")
        client.protocol.transport.loseConnection()
        reactor.flush()

        self.assertEqual(
            [(e.kind, e.source, e.destination, bytes(e.data)) for e in trace],
            [
                ("listen", b"/s", None, b""),
                ("connect", None, b"/nobody", b""),
                ("refused", b"/nobody", None, b""),
                ("connect", None, b"/s", b""),
                ("accept", b"/s", None, b""),
                ("data", None, b"/s", b"hello"),
                ("fin", None, b"/s", b""),
            ],
        )

    def test_events_name_their_machine(self) -> None:
        """Each says where it happened, in its host's own words too."""
        network = Network()
        client = network.host("client", "10.0.0.1")
        server = network.host("server", "10.0.0.2")
        trace = network.start_trace()
        server.reactor.listenTCP(80, Factory.forProtocol(Protocol))
        client.reactor.connectTCP("10.0.0.2", 80, RecordingClientFactory())
        network.flush()
        client.record("note", IPv4Address("TCP", "10.0.0.1", 1), data=b"tick")

        self.assertEqual(
            [(event.host, event.kind) for event in trace],
            [
                ("server", "listen"),
                ("client", "connect"),
                ("server", "accept"),
                ("client", "note"),
            ],
        )

    def test_events_bear_virtual_time(self) -> None:
        """The instant at which they happened."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        reactor.callLater(2.5, reactor.listenUDP, 53, DatagramProtocol())
        reactor.callLater(2.5, reactor.host.record, "note", "tick")
        reactor.advance(10)

        self.assertEqual([event.time for event in trace], [2.5])

    def test_a_new_trace_begins_empty(self) -> None:
        """And the one before it is left as it is."""
        reactor = VirtualReactor()
        before = reactor.host.network.start_trace()
        reactor.host.record("note", "first")
        after = reactor.host.network.start_trace()
        reactor.host.record("note", "second")

        self.assertEqual([event.source for event in before], ["first"])
        self.assertEqual([event.source for event in after], ["second"])


class PictureTests(SynchronousTestCase):
    """What is recorded for a picture."""

    def test_details(self) -> None:
        """A trace knows what was asked for, and of what network it is."""
        network = Network(seed=7)
        network.host("one", "192.0.2.1")
        plain = network.start_trace()
        trace = network.start_trace(packets=True, timers=True)
        network.host("two", "192.0.2.2")
        network.stop_trace()
        network.host("three", "192.0.2.3")

        self.assertEqual((plain.details, trace.details), ((), ("packets", "timers")))
        self.assertEqual(trace.seed, 7)
        self.assertEqual(trace.machines, {"one": ("192.0.2.1",), "two": ("192.0.2.2",)})

    def test_links_that_go_down(self) -> None:
        """Each direction of a partition, and its end."""
        network = Network()
        one, two = network.host("one", "192.0.2.1"), network.host("two", "192.0.2.2")
        trace = network.start_trace()
        network.partition(one, two)
        network.heal()

        self.assertEqual(
            str(trace),
            "0.000000000 one partition one -> two\n"
            "0.000000000 two partition two -> one\n"
            "0.000000000 one heal one -> two\n"
            "0.000000000 two heal two -> one\n",
        )
        self.assertEqual(trace.digest(), Trace().digest())

    def test_the_digest_is_that_without_it(self) -> None:
        """A picture does not make another run of it."""
        plain, detailed = greeting(picture=False), greeting(picture=True)

        self.assertGreater(len(detailed), len(plain))
        self.assertEqual(detailed.digest(), plain.digest())
        self.assertEqual(sum(event.counts for event in detailed), len(plain))

    def test_packets_in_text(self) -> None:
        """Their numbers, and what they are."""
        event = TraceEvent(0.5, "one", "send", "a", "b", b"hi", "data", 3, 1)

        self.assertEqual(
            str(event), "0.500000000 one send a -> b #3 data 2 bytes b'hi'"
        )

    def test_only_the_last_events(self) -> None:
        """If a trace is to be short."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace(last=2)
        for number in range(5):
            reactor.host.record("note", number)

        self.assertEqual([event.source for event in trace], [3, 4])

    def test_nothing_after_the_end(self) -> None:
        """A trace that was stopped stays as it is."""
        reactor = VirtualReactor()
        network = reactor.host.network
        trace = network.start_trace()
        network.stop_trace()
        network.stop_trace()
        reactor.host.record("note", "late")

        self.assertEqual((len(trace), network.trace), (0, None))
