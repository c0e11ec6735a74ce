"""Tests of the protocol that remembers."""

from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import RecordingProtocol


class RecordingProtocolTests(SynchronousTestCase):
    """What it remembers of each thing that can happen to a protocol."""

    def test_remembers_nothing_at_first(self) -> None:
        """Before it is connected nothing has happened to it."""
        protocol = RecordingProtocol()

        self.assertEqual(protocol.events, [])
        self.assertEqual(protocol.received, b"")
        self.assertIsNone(protocol.lost_reason)

    def test_remembers_events_in_order(self) -> None:
        """Each event is remembered once, data for any number of pieces in a row."""
        protocol = RecordingProtocol()
        protocol.makeConnection(StringTransport())
        protocol.dataReceived(b"one ")
        protocol.dataReceived(b"two ")
        protocol.readConnectionLost()
        protocol.writeConnectionLost()
        protocol.connectionLost()

        self.assertEqual(
            protocol.events,
            [
                "connectionMade",
                "dataReceived",
                "readConnectionLost",
                "writeConnectionLost",
                "connectionLost",
            ],
        )

    def test_remembers_the_bytes(self) -> None:
        """All bytes can be had, and so can the pieces in which they came."""
        protocol = RecordingProtocol()
        protocol.dataReceived(b"one ")
        protocol.dataReceived(b"two")

        self.assertEqual(protocol.received, b"one two")
        self.assertEqual(protocol.pieces, [b"one ", b"two"])

    def test_remembers_why_the_connection_was_lost(self) -> None:
        """The reason is kept as it was given."""
        reason = Failure(ConnectionLost())
        protocol = RecordingProtocol()
        protocol.connectionLost(reason)

        self.assertIs(protocol.lost_reason, reason)

    def test_is_told_of_half_closed_connections(self) -> None:
        """It provides what a transport asks for before it reports half a close."""
        self.assertTrue(verifyObject(IHalfCloseableProtocol, RecordingProtocol()))
