"""Tests of what a trace tells of encrypted connections."""

from typing import Any

from twisted.internet.endpoints import (
    HostnameEndpoint,
    SSL4ClientEndpoint,
    connectProtocol,
    wrapClientTLS,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.basic import LineReceiver
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, Trace, TraceEvent, VirtualReactor
from harness.contracts._certificates import certificate
from harness.test.clients import RecordingClientFactory, client_options


class Upgrading(LineReceiver):
    """Begins TLS when it is asked to, at the end of what it has to say before."""

    transport: Any

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(b"ok " + line)
        if line == b"STARTTLS":
            self.transport.startTLS(certificate().options())


def sent(trace: Trace, kind: str) -> list[tuple[str, bytes]]:
    """Return who sent what, of the events of a kind."""
    return [(str(event.source), bytes(event.data)) for event in of_kind(trace, kind)]


def of_kind(trace: Trace, kind: str) -> list[TraceEvent]:
    """Return the events of a kind."""
    return [event for event in trace if event.kind == kind]


class PlaintextTests(SynchronousTestCase):
    """What is sent on a connection with TLS."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.network = self.reactor.host.network
        self.server: Any = RecordingProtocol()
        factory = Factory.forProtocol(lambda: self.server)
        self.reactor.listenSSL(443, factory, certificate().options())

    def connect(self) -> Any:
        """Connect a client with TLS and return its transport."""
        client = RecordingClientFactory()
        self.reactor.connectSSL("127.0.0.1", 443, client, client_options())
        self.reactor.flush()
        return client.protocol.transport

    def test_both_directions_are_told_before_they_are_encrypted(self) -> None:
        """What a program wrote, under the address of its socket."""
        trace = self.network.start_trace()
        self.connect().write(b"question")
        self.reactor.flush()
        self.server.transport.write(b"answer")
        self.reactor.flush()

        self.assertEqual(
            sent(trace, "plaintext"),
            [("127.0.0.1:32768", b"question"), ("127.0.0.1:443", b"answer")],
        )
        self.assertEqual(of_kind(trace, "data"), [])

    def test_what_is_encrypted_is_told_apart(self) -> None:
        """The handshake, and what nobody can read."""
        trace = self.network.start_trace()
        self.connect().write(b"question" * 100)
        self.reactor.flush()

        handshake, *_ = of_kind(trace, "encrypted")
        self.assertEqual(bytes(handshake.data[:2]), b"\x16\x03")
        self.assertNotIn(
            b"question", b"".join(e.data for e in trace if e.kind != "plaintext")
        )

    def test_what_waits_for_the_handshake_is_told_when_it_goes(self) -> None:
        """And once only."""
        trace = self.network.start_trace()
        client = RecordingClientFactory()
        self.reactor.connectSSL("127.0.0.1", 443, client, client_options())
        while not of_kind(trace, "encrypted"):
            self.reactor.iterate()
        client.protocol.transport.write(b"early")
        self.reactor.flush()

        self.assertEqual(sent(trace, "plaintext"), [("127.0.0.1:32768", b"early")])

    def test_a_connection_older_than_the_trace_is_told_too(self) -> None:
        """From the first byte that it sends after the trace has begun."""
        transport = self.connect()
        trace = self.network.start_trace()
        transport.write(b"question")
        self.reactor.flush()

        self.assertEqual(sent(trace, "plaintext"), [("127.0.0.1:32768", b"question")])
        self.assertEqual(of_kind(trace, "data"), [])

    def test_nothing_more_is_told_when_the_trace_has_ended(self) -> None:
        """The connection goes on."""
        trace = self.network.start_trace()
        transport = self.connect()
        self.network.trace = None
        events = len(trace)
        transport.write(b"unseen")
        self.reactor.flush()

        self.assertEqual((len(trace), self.server.received), (events, b"unseen"))

    def test_large_writes_are_told_as_openssl_takes_them(self) -> None:
        """In records of 16 KiB."""
        trace = self.network.start_trace()
        self.connect().write(b"x" * 40_000)
        self.reactor.flush()

        sizes = [len(event.data) for event in of_kind(trace, "plaintext")]
        self.assertEqual(sizes, [16384, 16384, 7232])

    def test_endpoints_that_wrap_the_protocol_change_nothing(self) -> None:
        """Nor does it matter which of them makes TLS."""
        for endpoint in (
            SSL4ClientEndpoint(self.reactor, "127.0.0.1", 443, client_options()),
            wrapClientTLS(
                client_options(), HostnameEndpoint(self.reactor, "localhost", 443)
            ),
        ):
            trace = self.network.start_trace()
            connected = connectProtocol(endpoint, RecordingProtocol())
            self.reactor.flush()
            self.successResultOf(connected).transport.writeSequence([b"ques", b"tion"])
            self.reactor.advance(1)

            plain = b"".join(event.data for event in of_kind(trace, "plaintext"))
            self.assertEqual(plain, b"question")

    def test_a_protocol_that_wraps_tls_changes_nothing(self) -> None:
        """As one that limits how long a connection may be idle."""
        client = RecordingClientFactory()
        trace = self.network.start_trace()
        port: Any = self.reactor.listenSSL(0, client, certificate().options())
        port.factory = WrappingFactory(port.factory)
        endpoint = SSL4ClientEndpoint(
            self.reactor, "127.0.0.1", port.getHost().port, client_options()
        )
        connectProtocol(endpoint, Protocol())
        self.reactor.flush()
        client.protocol.transport.write(b"answer")
        self.reactor.flush()

        self.assertIsInstance(client.protocol.transport, ProtocolWrapper)
        self.assertEqual([data for _, data in sent(trace, "plaintext")], [b"answer"])


class StartTLSTests(SynchronousTestCase):
    """TLS that begins on a connection that has been used."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.network = self.reactor.host.network

    def converse(self) -> None:
        """Begin TLS after the server has agreed, and say something in it."""
        self.client = client = RecordingClientFactory()
        self.reactor.listenTCP(25, Factory.forProtocol(Upgrading))
        self.reactor.connectTCP("127.0.0.1", 25, client)
        self.reactor.flush()
        client.protocol.transport.write(b"hello\r\nSTARTTLS\r\n")
        self.reactor.flush()
        client.protocol.transport.startTLS(client_options())
        client.protocol.transport.write(b"secret\r\n")
        self.reactor.advance(1)

    def test_what_was_said_before_is_told_as_it_was(self) -> None:
        """Even if it was still to be sent when TLS began."""
        trace = self.network.start_trace()
        self.converse()

        self.assertEqual(
            sent(trace, "data"),
            [
                ("127.0.0.1:32768", b"hello\r\nSTARTTLS\r\n"),
                ("127.0.0.1:25", b"ok hello\r\nok STARTTLS\r\n"),
            ],
        )
        self.assertEqual(
            sent(trace, "plaintext"),
            [("127.0.0.1:32768", b"secret\r\n"), ("127.0.0.1:25", b"ok secret\r\n")],
        )

    def test_what_is_sent_with_the_first_of_tls_is_told_apart_from_it(self) -> None:
        """One piece of a stream may be both."""
        self.reactor.listenTCP(25, Factory.forProtocol(Protocol))
        client = RecordingClientFactory()
        self.reactor.connectTCP("127.0.0.1", 25, client)
        self.reactor.flush()
        trace = self.network.start_trace()
        client.protocol.transport.write(b"STARTTLS\r\n")
        client.protocol.transport.startTLS(client_options())
        self.reactor.flush()

        self.assertEqual([event.kind for event in trace], ["data", "encrypted"])
        self.assertEqual(bytes(trace.events[0].data), b"STARTTLS\r\n")
        self.assertEqual(bytes(trace.events[1].data[:2]), b"\x16\x03")

    def test_a_trace_that_begins_later_is_not_confused(self) -> None:
        """It holds nothing that was sent before it."""
        self.converse()
        trace = self.network.start_trace()
        self.client.protocol.transport.write(b"more\r\n")
        self.reactor.advance(1)

        self.assertEqual(of_kind(trace, "data"), [])
        self.assertEqual(
            sent(trace, "plaintext"),
            [("127.0.0.1:32768", b"more\r\n"), ("127.0.0.1:25", b"ok more\r\n")],
        )

    def test_over_a_unix_socket(self) -> None:
        """TLS does not mind what it stands on."""
        client = RecordingClientFactory()
        self.reactor.listenUNIX("/s", Factory.forProtocol(Upgrading))
        self.reactor.connectUNIX("/s", client)
        trace = self.network.start_trace()
        self.reactor.flush()
        client.protocol.transport.write(b"STARTTLS\r\n")
        self.reactor.flush()
        client.protocol.transport.startTLS(client_options())
        client.protocol.transport.write(b"secret\r\n")
        self.reactor.advance(1)

        self.assertEqual(
            [event.data for event in of_kind(trace, "plaintext")],
            [b"secret\r\n", b"ok secret\r\n"],
        )
