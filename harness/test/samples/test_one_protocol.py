"""One protocol, tested with one double after the other."""

import re

from twisted.application.internet import ClientService
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import ConnectionRefusedError as RefusedError
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import (
    FailingEndpoint,
    RecordingProtocol,
    ScriptedPeer,
    VirtualReactor,
    connect_pair,
    fixture_bytes,
    fixture_path,
)
from harness.test.samples.greeting import Doorkeeper, Visitor, visit


class StringTransportTests(SynchronousTestCase):
    """A doorkeeper alone."""

    def test_greets(self) -> None:
        """The test itself is the network: it hands in bytes, and looks at others."""
        doorkeeper, transport = Doorkeeper(Clock()), StringTransport()
        doorkeeper.makeConnection(transport)
        transport.clear()
        doorkeeper.dataReceived(b"Ada\r\n")

        self.assertEqual(transport.value(), b"Hello, Ada\r\n")
        self.assertTrue(transport.disconnecting)


class PairTests(SynchronousTestCase):
    """A doorkeeper and a visitor."""

    def test_greets(self) -> None:
        """The two are joined, and what is under way arrives."""
        visitor = Visitor(b"Ada")
        pair = connect_pair(visitor, Doorkeeper(Clock()))
        pair.flush()

        self.assertEqual(self.successResultOf(visitor.greeting), b"Hello, Ada")

    def test_greets_byte_by_byte(self) -> None:
        """How the bytes are cut makes no difference."""
        visitor = Visitor(b"Ada")
        pair = connect_pair(visitor, Doorkeeper(Clock()), segments=lambda: 1)
        pair.flush()

        self.assertEqual(self.successResultOf(visitor.greeting), b"Hello, Ada")

    def test_closes_after_ten_seconds(self) -> None:
        """A pair on a reactor of the test's has its clock."""
        reactor = VirtualReactor()
        visitor = RecordingProtocol()
        pair = connect_pair(visitor, Doorkeeper(reactor), reactor=reactor)

        pair.advance(9.75)
        pair.flush()
        self.assertEqual(visitor.events, ["connectionMade", "dataReceived"])

        pair.advance(0.25)
        pair.flush()
        self.assertEqual(visitor.events[2:], ["readConnectionLost"])


class ScriptTests(SynchronousTestCase):
    """A visitor, and a doorkeeper who is played from a script."""

    def test_greeted(self) -> None:
        """Each step is played when its turn comes."""
        visitor = Visitor(b"Ada")
        doorkeeper = (
            ScriptedPeer()
            .send_line(b"Who is there?")
            .expect_line(b"Ada")
            .send_line(b"Welcome, Ada")
            .close()
        )
        connect_pair(visitor, doorkeeper).flush()

        self.assertEqual(self.successResultOf(visitor.greeting), b"Welcome, Ada")
        doorkeeper.check()

    def test_difference(self) -> None:
        """Who does not keep to the script is told so."""
        doorkeeper = (
            ScriptedPeer()
            .send_line(b"Who is there?")
            .expect_line(b"Eve")
            .send_line(b"Hello, Eve")
        )
        pair = connect_pair(Visitor(b"Eva"), doorkeeper)
        error = self.assertRaises(AssertionError, pair.run_until, doorkeeper.finished)

        self.assertEqual(
            f"{error}\n".encode(), fixture_bytes("messages", "difference.txt")
        )

    def test_of_a_server(self) -> None:
        """A peer can be the factory of a server, and take its time."""
        reactor = VirtualReactor()
        doorkeeper = (
            ScriptedPeer(reactor)
            .wait(20)
            .send_line(b"Who is there?")
            .expect_line(re.compile(rb"[A-Z][a-z]+"))
            .wait(0.5)
            .send_line(b"Hello at last")
        )
        reactor.listenTCP(4000, doorkeeper)
        endpoint = HostnameEndpoint(reactor, "localhost", 4000)
        greeting = reactor.run_until(visit(endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello at last")
        self.assertEqual(reactor.seconds(), 20.5)
        doorkeeper.check()

    def test_from_a_file(self) -> None:
        """A conversation that is in a file is played, byte for byte and in time."""
        reactor = VirtualReactor()
        conversation = fixture_path("conversations", "greeting.txt")
        visitor = ScriptedPeer(reactor).play(conversation, "visitor")
        pair = connect_pair(visitor, Doorkeeper(reactor), reactor=reactor)
        pair.run_until(visitor.finished)

        self.assertEqual(reactor.seconds(), 1.6)


class FailureTests(SynchronousTestCase):
    """A visitor who finds no door."""

    def test_refused(self) -> None:
        """What the endpoint fails with, the program gets."""
        endpoint = FailingEndpoint(RefusedError)
        reactor = VirtualReactor()

        with self.assertRaises(RefusedError):
            reactor.run_until(visit(endpoint, b"Ada"))

    def test_tries_again(self) -> None:
        """A service that is refused twice gets through in the end."""
        reactor = VirtualReactor()
        reactor.listenTCP(4000, Factory.forProtocol(RecordingProtocol))
        endpoint = FailingEndpoint(
            RefusedError,
            times=2,
            then=HostnameEndpoint(reactor, "localhost", 4000),
        )
        service = ClientService(
            endpoint,
            Factory.forProtocol(RecordingProtocol),
            retryPolicy=lambda attempts: 10.0,
            clock=reactor,
        )
        service.startService()
        reactor.run_until(service.whenConnected())

        self.assertEqual(endpoint.attempts, 3)
        self.assertEqual(reactor.seconds(), 20)
