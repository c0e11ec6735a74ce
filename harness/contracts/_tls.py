"""The contract of TLS: ``connectSSL``, ``listenSSL`` and ``startTLS``."""

from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.ssl import Certificate as _Certificate
from twisted.internet.ssl import (
    CertificateOptions,
    optionsForClientTLS,
)

from harness.contracts._certificates import certificate
from harness.contracts._logs import logged_messages
from harness.contracts._peers import Peer, RecordingFactory
from harness.contracts._producers import EagerProducer
from harness.contracts._running import Reactor, in_reactor
from harness.contracts._streams import MUCH
from harness.contracts._transports import (
    OverTCP,
    OverTLS,
    close,
    number_of,
)


class TLSContract(OverTLS):
    """Connections that are encrypted from their first byte."""

    @in_reactor
    async def test_certificate(self, reactor: Reactor) -> None:
        """The client sees the certificate of the server, which sees none."""
        client, server = await self.connection(reactor)
        encrypted: Any = client.transport

        shown = _Certificate.peerFromTransport(encrypted)
        other: Any = server.transport

        self.assertTrue(ISSLTransport.providedBy(encrypted))
        self.assertEqual(shown.digest(), certificate().digest())
        self.assertIsNone(other.getPeerCertificate())

    @in_reactor
    async def test_untrusted_certificate(self, reactor: Reactor) -> None:
        """A client that does not trust the certificate gets no connection."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        reactor.connectSSL(
            "127.0.0.1", number_of(port), client, optionsForClientTLS("localhost")
        )
        peer = await client.connected()
        reason = await peer.was_lost()
        await (await server.connected()).was_lost()

        self.assertEqual(reason.__name__, "Error")
        self.assertIn("certificate verify failed", str(peer.reason))
        self.assertFalse(peer.secured)

    @in_reactor
    async def test_wrong_name(self, reactor: Reactor) -> None:
        """A client that wanted another server gets no connection."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        reactor.connectSSL(
            "127.0.0.1",
            number_of(port),
            client,
            optionsForClientTLS("example.com", trustRoot=certificate()),
        )
        reason = await (await client.connected()).was_lost()

        self.assertEqual(reason.__name__, "VerificationError")

    @in_reactor
    async def test_client_without_tls(self, reactor: Reactor) -> None:
        """A client that does not encrypt is told nothing, and disconnected."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = self.listen(reactor, server)

        reactor.connectTCP("127.0.0.1", number_of(port), client)
        peer = await client.connected()
        peer.transport.write(b"GET / HTTP/1.0\r\n\r\n")
        await peer.was_lost()
        reason = await (await server.connected()).was_lost()

        self.assertEqual(reason.__name__, "Error")
        self.assertEqual(server.peers[0].received, b"")

    @in_reactor
    async def test_server_goes_away(self, reactor: Reactor) -> None:
        """A server that goes away in the middle of the handshake is missed."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        port = reactor.listenTCP(0, server, interface="127.0.0.1")

        self.connect(reactor, port, client)
        half_way = await server.connected()
        await half_way.saw("dataReceived")
        half_way.transport.loseConnection()

        self.assertIs(await (await client.connected()).was_lost(), ConnectionLost)

    @in_reactor
    async def test_protocol_negotiation(self, reactor: Reactor) -> None:
        """Both ends agree on the server's first protocol that the client knows."""
        server = RecordingFactory(reactor)
        client = RecordingFactory(reactor)
        mine = certificate()
        options = CertificateOptions(
            privateKey=mine.privateKey.original,
            certificate=mine.original,
            acceptableProtocols=[b"h2", b"http/1.1"],
        )
        port = reactor.listenSSL(0, server, options, interface="127.0.0.1")
        reactor.connectSSL(
            "127.0.0.1",
            number_of(port),
            client,
            optionsForClientTLS(
                "localhost", trustRoot=mine, acceptableProtocols=[b"http/1.1"]
            ),
        )
        here, there = await client.connected(), await server.connected()
        await here.until(lambda: here.secured)
        await there.until(lambda: there.secured)

        transports: list[Any] = [here.transport, there.transport]
        self.assertEqual(
            [transport.negotiatedProtocol for transport in transports],
            [b"http/1.1", b"http/1.1"],
        )

    @in_reactor
    async def test_log_lines(self, reactor: Reactor) -> None:
        """A port with TLS says so in the log."""
        with logged_messages() as messages:
            port = self.listen(reactor, RecordingFactory(reactor))
            number = number_of(port)
            await close(port)

        self.assertIn(f"RecordingFactory (TLS) starting on {number}", messages)
        self.assertIn(f"(TLS Port {number} Closed)", messages)


class StartTLSContract(OverTCP):
    """Connections that are encrypted from some byte on."""

    @in_reactor
    async def test_start_tls(self, reactor: Reactor) -> None:
        """One stream goes on: plain before, encrypted after."""
        client, server = await self.encrypted_connection(reactor)

        server.transport.write(b" encrypted")
        client.transport.write(b" too")
        await client.has_received(b"ready encrypted")
        await server.has_received(b"STARTTLS too")

        self.assertEqual(client.received, b"ready encrypted")
        self.assertEqual(server.received, b"STARTTLS too")

    @in_reactor
    async def test_close(self, reactor: Reactor) -> None:
        """Much data and the end arrive in this order."""
        client, server = await self.encrypted_connection(reactor)

        server.transport.write(MUCH)
        server.transport.loseConnection()
        reason = await client.was_lost()

        self.assertEqual(client.received, b"ready" + MUCH)
        self.assertIs(reason, ConnectionDone)

    @in_reactor
    async def test_producer_goes_on(self, reactor: Reactor) -> None:
        """A producer that was registered before is kept, paused and resumed."""
        client, server = await self.connection(reactor)
        producer = EagerProducer(server.transport, len(MUCH))
        server.transport.registerProducer(producer, True)
        self.encrypt_on_command(client, server)
        await client.until(lambda: client.secured)

        producer.produce()
        await client.until(lambda: len(client.received) >= len(MUCH))

        self.assertIn("pauseProducing", producer.events)
        self.assertEqual(producer.written, len(MUCH))

    async def encrypted_connection(self, reactor: Reactor) -> tuple[Peer, Peer]:
        """Make a connection and let both ends agree on TLS."""
        client, server = await self.connection(reactor)
        self.encrypt_on_command(client, server)
        await client.until(lambda: client.secured)
        await server.until(lambda: server.secured)
        return client, server

    def encrypt_on_command(self, client: Peer, server: Peer) -> None:
        """Let the client ask for TLS, and both ends begin with it."""
        there: Any = server.transport
        here: Any = client.transport

        def accept(data: bytes) -> None:
            server.reply = lambda data: None
            there.write(b"ready")
            there.startTLS(certificate().options())

        def begin(data: bytes) -> None:
            client.reply = lambda data: None
            here.startTLS(optionsForClientTLS("localhost", trustRoot=certificate()))

        server.reply = accept
        client.reply = begin
        here.write(b"STARTTLS")
