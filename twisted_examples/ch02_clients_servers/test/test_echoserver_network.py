"""The echo server and its clients, over a network in memory."""

import sys
from io import StringIO
from typing import cast

from twisted.internet.defer import ensureDeferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.interfaces import IPushProducer, ITCPTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, VirtualReactor
from twisted_examples.ch02_clients_servers.echoserver import main
from twisted_examples.command import IReactor


class IStream(ITCPTransport, IPushProducer):
    """A connection that can be paused."""


class Client(RecordingProtocol):
    """Remembers what it is told."""

    transport: IStream


class NetworkTests(SynchronousTestCase):
    """The whole program, and real connections to it."""

    def setUp(self) -> None:
        self.output = StringIO()
        self.patch(sys, "stdout", self.output)
        self.reactor = VirtualReactor()
        ensureDeferred(main(cast(IReactor, self.reactor)))

    def connect(self) -> Client:
        """Let a client connect."""
        endpoint = TCP4ClientEndpoint(self.reactor, "127.0.0.1", 5001)
        client: Client = self.reactor.run_until(connectProtocol(endpoint, Client()))
        return client

    def test_half_close(self) -> None:
        """A client that has ended its input is answered; then there is no more."""
        client = self.connect()
        client.transport.write(b"one\ntwo")
        client.transport.loseWriteConnection()
        self.reactor.flush()

        self.assertEqual(client.received, b"You said: one\r\nYou said: two\r\n")
        self.assertEqual(client.events[-1], "readConnectionLost")

    def test_clients_are_apart(self) -> None:
        """Half a line of one client is not joined with the next of another."""
        ada, bob = self.connect(), self.connect()
        ada.transport.write(b"I am ")
        self.reactor.flush()
        bob.transport.write(b"Bob\n")
        self.reactor.flush()
        ada.transport.write(b"Ada\n")
        self.reactor.flush()

        self.assertEqual(ada.received, b"You said: I am Ada\r\n")
        self.assertEqual(bob.received, b"You said: Bob\r\n")

    def test_reads_no_faster_than_its_client(self) -> None:
        """From a client that sends and never reads nothing more is read, in the end."""
        client = self.connect()
        client.transport.pauseProducing()
        for _ in range(128):
            client.transport.write(b"x" * 16_383 + b"\n")
        self.reactor.flush()
        self.assertIn(client.transport, self.reactor.getWriters())

        client.transport.resumeProducing()
        self.reactor.flush()
        self.assertNotIn(client.transport, self.reactor.getWriters())
        self.assertEqual(client.received.count(b"You said: "), 128)
