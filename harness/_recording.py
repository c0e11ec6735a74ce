# -*- test-case-name: harness.test.test_recording -*-
"""A protocol that does nothing but remember."""

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer


@implementer(IHalfCloseableProtocol)
class RecordingProtocol(Protocol):
    """Stands at one end of a connection and remembers what happened to it.

    Attributes:
        events: What happened, in order: ``"connectionMade"``, ``"dataReceived"`` (once
            for any number of pieces in a row, since how bytes are grouped means
            nothing on TCP), ``"readConnectionLost"``, ``"writeConnectionLost"`` and
            ``"connectionLost"``.
        received: All bytes that came, in order.
        pieces: The same bytes, as they were delivered.
        lost_reason: Why the connection was lost, or None while it is not.
    """

    def __init__(self) -> None:
        self.events: list[str] = []
        self.pieces: list[bytes] = []
        self.lost_reason: Failure | None = None

    @property
    def received(self) -> bytes:
        """All bytes that came, in order."""
        return b"".join(self.pieces)

    def connectionMade(self) -> None:
        self.events.append("connectionMade")

    def dataReceived(self, data: bytes) -> None:
        self.pieces.append(data)
        if self.events[-1:] != ["dataReceived"]:
            self.events.append("dataReceived")

    def readConnectionLost(self) -> None:
        self.events.append("readConnectionLost")

    def writeConnectionLost(self) -> None:
        self.events.append("writeConnectionLost")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.events.append("connectionLost")
        self.lost_reason = reason
