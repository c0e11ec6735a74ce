"""A client factory that remembers what it is told, and what clients of TLS need."""

from typing import Any

from twisted.internet.interfaces import IAddress, IConnector
from twisted.internet.protocol import ClientFactory, Protocol
from twisted.internet.ssl import optionsForClientTLS, trustRootFromCertificates
from twisted.python.failure import Failure

from harness import RecordingProtocol
from harness.contracts._certificates import certificate


def client_options() -> Any:
    """Return what a client needs that trusts the certificate of the tests."""
    return optionsForClientTLS("localhost", trustRootFromCertificates([certificate()]))


class RecordingClientFactory(ClientFactory):
    """Remembers what happens to its attempts, and has one protocol for them.

    Attributes:
        events: What it was told, with the names of errors.
        connector: What last told it so.
        protocol: Its protocol. None, for a factory that has none.
    """

    noisy = False
    protocol: Any

    def __init__(self) -> None:
        self.events: list[str] = []
        self.connector: Any = None
        self.protocol = RecordingProtocol()

    def startFactory(self) -> None:
        self.events.append("startFactory")

    def stopFactory(self) -> None:
        self.events.append("stopFactory")

    def startedConnecting(self, connector: IConnector) -> None:
        self.connector = connector
        self.events.append("startedConnecting")

    def buildProtocol(self, addr: IAddress | None) -> Protocol | None:
        self.events.append("buildProtocol")
        built: Protocol | None = self.protocol
        return built

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:
        self._end(connector, "clientConnectionFailed", reason)

    def clientConnectionLost(self, connector: IConnector, reason: Failure) -> None:
        self._end(connector, "clientConnectionLost", reason)

    def _end(self, connector: IConnector, event: str, reason: Failure) -> None:
        self.connector = connector
        self.events.append(f"{event} {type(reason.value).__name__}")
