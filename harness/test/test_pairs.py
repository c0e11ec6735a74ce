"""Tests of two protocols that are joined without a reactor in sight."""

from typing import Any, cast

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IConnector, ITCPTransport
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import optionsForClientTLS
from twisted.internet.task import Clock, deferLater
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import (
    ConnectedPair,
    Deadlock,
    RecordingProtocol,
    VirtualReactor,
    connect_pair,
)
from harness._segments import random_segments
from harness.contracts import (
    AbortContract,
    BackPressureContract,
    HalfCloseContract,
    OverTCP,
    OverTLS,
    Reactor,
    StreamContract,
)
from harness.contracts._certificates import certificate
from harness.contracts._peers import Peer, RecordingFactory
from harness.contracts._transports import Connection


class Talker(RecordingProtocol):
    """Says something when it is connected."""

    transport: ITCPTransport

    def connectionMade(self) -> None:
        super().connectionMade()
        self.transport.write(b"hello")


class Echo(Protocol):
    """Says something first, and then what it is told."""

    transport: ITCPTransport

    def connectionMade(self) -> None:
        self.transport.write(b"hello")

    def dataReceived(self, data: bytes) -> None:
        self.transport.write(data)


def flushed() -> tuple[Talker, Talker, ConnectedPair]:
    """Join two ends that greet each other, and let them."""
    client, server = Talker(), Talker()
    pair = connect_pair(client, server)
    pair.flush()
    return client, server, pair


class ConnectPairTests(SynchronousTestCase):
    """The connection, and what it is when it is new."""

    def test_both_are_connected(self) -> None:
        """Both ends have been told, and nothing has arrived yet."""
        client, server = Talker(), Talker()

        connect_pair(client, server)

        self.assertEqual(client.events, ["connectionMade"])
        self.assertEqual(server.events, ["connectionMade"])

    def test_addresses(self) -> None:
        """Each end has an address, which the other knows."""
        client, server, _ = flushed()

        self.assertEqual(
            client.transport.getHost(), IPv4Address("TCP", "127.0.0.1", 32769)
        )
        self.assertEqual(client.transport.getPeer(), server.transport.getHost())
        self.assertEqual(server.transport.getPeer(), client.transport.getHost())

    def test_pairs_are_apart(self) -> None:
        """Two pairs on one reactor are two connections."""
        reactor = VirtualReactor()
        ends = [Talker() for _ in range(4)]
        connect_pair(*ends[:2], reactor=reactor)
        connect_pair(*ends[2:], reactor=reactor)
        ends[0].transport.loseConnection()
        reactor.flush()

        self.assertIn("readConnectionLost", ends[1].events)
        self.assertEqual(ends[2].events, ["connectionMade", "dataReceived"])
        self.assertEqual(ends[3].events, ["connectionMade", "dataReceived"])

    def test_nothing_else_is_left(self) -> None:
        """There is nothing in the reactor but the two ends, and no port."""
        _, _, pair = flushed()

        self.assertEqual(len(pair.reactor.host.sockets), 2)
        self.assertEqual(pair.reactor.getDelayedCalls(), [])

    def test_segments(self) -> None:
        """The bytes can be cut into pieces, which still carry all of them."""
        client, server = Talker(), Talker()
        pair = connect_pair(client, server, segments=lambda: 2)
        pair.flush()

        self.assertEqual(server.pieces, [b"he", b"ll", b"o"])
        self.assertEqual(client.received, b"hello")

    def test_segments_of_a_reactor_stay(self) -> None:
        """A network that cuts its streams goes on with that, unless told otherwise."""
        reactor = VirtualReactor()
        reactor.host.network.segments = random_segments(1, 1)
        server = RecordingProtocol()
        connect_pair(Talker(), server, reactor=reactor).flush()

        self.assertEqual(server.pieces, [b"h", b"e", b"l", b"l", b"o"])


class ArgumentTests(SynchronousTestCase):
    """What cannot be joined is refused before anything is done."""

    def assert_refused(
        self, error: type[Exception], message: str, *ends: Any, **options: Any
    ) -> None:
        """Check that a pair is refused with one sentence."""
        refused = self.assertRaises(error, connect_pair, *ends, **options)
        self.assertEqual(str(refused), message)

    def test_no_protocols(self) -> None:
        """Both ends are protocols, and neither is a class of them."""
        end = RecordingProtocol()
        for other in (None, RecordingProtocol, Factory()):
            message = f"must be a protocol, not {other!r}"
            self.assert_refused(TypeError, f"client {message}", other, end)
            self.assert_refused(TypeError, f"server {message}", end, other)

    def test_one_protocol(self) -> None:
        """There are two ends."""
        end = RecordingProtocol()

        self.assert_refused(
            ValueError, "client and server must be two protocols, not one", end, end
        )

    def test_connected_already(self) -> None:
        """A protocol has one connection at a time, with TLS or without."""
        for tls in (None, tls_of_both()):
            client, server = RecordingProtocol(), RecordingProtocol()
            connect_pair(client, server, tls=tls).flush()
            for end, name in ((client, "client"), (server, "server")):
                ends = {"client": Protocol(), "server": Protocol(), name: end}
                self.assert_refused(
                    ValueError, f"{name} must not be connected already", **ends
                )

    def test_with_a_transport_of_the_test(self) -> None:
        """That is a connection too."""
        transports: list[Any] = [StringTransport(), object()]
        for transport in transports:
            client = RecordingProtocol()
            client.makeConnection(transport)

            self.assert_refused(
                ValueError, "client must not be connected already", client, Protocol()
            )

    def test_connected_again(self) -> None:
        """A protocol whose connection is over can have another, as with Twisted."""
        for tls in (None, tls_of_both()):
            client, server = RecordingProtocol(), RecordingProtocol()
            pair = connect_pair(client, server, tls=tls)
            pair.flush()
            transport: Any = client.transport
            transport.abortConnection()
            pair.flush()
            connect_pair(client, server)

            self.assertEqual(client.events[-2:], ["connectionLost", "connectionMade"])

    def test_reactor(self) -> None:
        """Only a virtual reactor can carry a pair."""
        clock = Clock()

        self.assert_refused(
            TypeError,
            f"reactor must be a VirtualReactor, not {clock!r}",
            Protocol(),
            Protocol(),
            reactor=clock,
        )

    def test_segments(self) -> None:
        """They are a function, and a network is left as it was."""
        network = VirtualReactor().host.network

        self.assert_refused(
            TypeError,
            "segments must be a function that returns a number of bytes, or None,"
            " not 5",
            Protocol(),
            Protocol(),
            reactor=network.hosts["localhost"].reactor,
            segments=5,
        )
        self.assertIsNone(network.segments)

    def test_tls(self) -> None:
        """It takes two, each for its own end."""
        client, server = tls_of_both()
        for tls in (
            (client,),
            client,
            5,
            (client, server, server),
            (5, server),
            (client, client),
        ):
            self.assert_refused(
                TypeError,
                "tls must be a pair of what the client and what the server make their"
                f" TLS of, not {tls!r}",
                Protocol(),
                Protocol(),
                tls=tls,
            )


class TLSTests(SynchronousTestCase):
    """A pair that encrypts."""

    def setUp(self) -> None:
        self.tls = tls_of_both()

    def test_bytes_arrive(self) -> None:
        """The ends see what they saw without, and the wire does not."""
        reactor = VirtualReactor()
        trace = reactor.host.network.start_trace()
        client, server = Talker(), Talker()
        connect_pair(client, server, reactor=reactor, tls=self.tls).flush()

        self.assertEqual(client.received, b"hello")
        self.assertEqual(server.received, b"hello")
        self.assertNotIn("data", {event.kind for event in trace})

    def test_untrusted(self) -> None:
        """A client that does not trust the server's certificate hangs up."""
        tls = optionsForClientTLS("localhost"), certificate().options()
        client, server = Talker(), Talker()
        connect_pair(client, server, tls=tls).flush()

        assert client.lost_reason is not None
        self.assertIn("certificate verify failed", str(client.lost_reason.value))
        self.assertEqual(server.received, b"")

    def test_begun_later(self) -> None:
        """Two ends that begin in the clear can agree on TLS."""
        client, server, pair = flushed()
        client.transport.startTLS(self.tls[0])  # type: ignore[attr-defined]
        server.transport.startTLS(self.tls[1])  # type: ignore[attr-defined]
        client.transport.write(b", secretly")
        pair.flush()

        self.assertEqual(server.received, b"hello, secretly")


class ConnectedPairTests(SynchronousTestCase):
    """How a pair goes on."""

    def test_pump(self) -> None:
        """Steps bring what is under way, and the last says that nothing is."""
        client, server = Talker(), RecordingProtocol()
        pair = connect_pair(client, server)
        seen = [server.received]
        while pair.pump():
            seen.append(server.received)

        self.assertEqual(seen[0], b"")
        self.assertEqual(server.received, b"hello")
        self.assertFalse(pair.pump())

    def test_pump_is_one_step(self) -> None:
        """Two ends that never come to rest can be stopped between any two steps."""
        pair = connect_pair(Echo(), Echo())

        self.assertTrue(all(pair.pump() for _ in range(100)))
        self.assertEqual(pair.reactor.seconds(), 0.0)

    def test_flush(self) -> None:
        """All that is under way arrives, the end too."""
        client, server, pair = flushed()
        client.transport.write(b" and goodbye")
        client.transport.loseConnection()
        pair.flush()
        server.transport.loseConnection()
        pair.flush()

        self.assertEqual(server.received, b"hello and goodbye")
        assert client.lost_reason is not None
        assert client.lost_reason.check(ConnectionDone)
        self.assertEqual(pair.reactor.host.sockets, [])

    def test_advance(self) -> None:
        """Time passes on the clock that is the reactor."""
        reactor = VirtualReactor()
        client, server = RecordingProtocol(), Talker()
        pair = connect_pair(client, server, reactor=reactor)
        reactor.callLater(10, server.transport.loseConnection)

        pair.advance(9.75)
        pair.flush()
        self.assertNotIn("readConnectionLost", client.events)

        pair.advance(0.25)
        pair.flush()
        self.assertIn("readConnectionLost", client.events)

    def test_run_until(self) -> None:
        """Time passes until there is a result, which is returned."""
        _, _, pair = flushed()
        later = deferLater(pair.reactor, 5, lambda: "result")

        self.assertEqual(pair.run_until(later), "result")
        self.assertEqual(pair.reactor.seconds(), 5)

    def test_run_until_in_vain(self) -> None:
        """What two ends that say nothing will never do is noticed at once."""
        _, _, pair = flushed()

        self.assertRaises(Deadlock, pair.run_until, deferLater(VirtualReactor(), 1))


class OverPair(OverTCP):
    """Streams that `connect_pair` makes, for the contracts of streams."""

    def make_reactor(self) -> Reactor:
        return VirtualReactor()

    async def connection(
        self,
        reactor: Reactor,
        server: type[Peer] = Peer,
        client: type[Peer] | None = None,
    ) -> Connection:
        client_factory = RecordingFactory(reactor, client or server)
        server_factory = RecordingFactory(reactor, server)
        one = cast(Peer, client_factory.buildProtocol(None))
        other = cast(Peer, server_factory.buildProtocol(None))
        self.join([one, other], cast(VirtualReactor, reactor))
        # A pair has neither a connector nor a port that one could ask for.
        port = self.listen(reactor, Factory())
        return Connection(
            one, other, cast(IConnector, None), port, client_factory, server_factory
        )

    def join(self, peers: list[Peer], reactor: VirtualReactor) -> None:
        """Connect a client and a server."""
        connect_pair(*peers, reactor=reactor)


class OverSecurePair(OverPair):
    """The same, with TLS."""

    reasons_of_abort = OverTLS.reasons_of_abort

    def join(self, peers: list[Peer], reactor: VirtualReactor) -> None:
        connect_pair(*peers, reactor=reactor, tls=tls_of_both())
        # Twisted calls connectionMade before the two ends have agreed on anything.
        reactor.run_until(gatherResults(map(secured, peers)))


def tls_of_both() -> tuple[Any, Any]:
    """Make what a client trusts and a server has."""
    client = optionsForClientTLS("localhost", trustRoot=certificate())
    return client, certificate().options()


def secured(peer: Peer) -> Deferred[None]:
    """Wait for the end of the handshake."""
    return peer.until(lambda: peer.secured)


class PairStreamTests(OverPair, StreamContract, SynchronousTestCase):
    """A pair is a stream."""


class PairBackPressureTests(OverPair, BackPressureContract, SynchronousTestCase):
    """A pair has buffers that fill up."""


class PairAbortTests(OverPair, AbortContract, SynchronousTestCase):
    """A pair can be broken."""


class PairHalfCloseTests(OverPair, HalfCloseContract, SynchronousTestCase):
    """A pair can be closed by halves."""


class SecurePairStreamTests(OverSecurePair, StreamContract, SynchronousTestCase):
    """A pair with TLS is a stream."""


class SecurePairBackPressureTests(
    OverSecurePair, BackPressureContract, SynchronousTestCase
):
    """A pair with TLS has buffers that fill up."""


class SecurePairAbortTests(OverSecurePair, AbortContract, SynchronousTestCase):
    """A pair with TLS can be broken."""
