"""Sockets and descriptors for tests of the simulated kernel, without transports."""

from socket import AF_INET, AF_INET6
from typing import Any

from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor
from zope.interface import implementer

from harness._host import Host
from harness._network import Network
from harness._sockets import VirtualSocket
from harness._sockets_listening import TCPListener
from harness._sockets_tcp import TCPSocket
from harness._sockets_unix import UnixListener, UnixStreamSocket


def lone_host() -> Host:
    """Make a network of one machine."""
    return Network().host("localhost")


def listening(
    host: Host, family: int = AF_INET, name: str = "", port: int = 80, backlog: int = 50
) -> TCPListener:
    """Make a socket that listens."""
    listener = TCPListener(host, family)
    listener.bind((name, port))
    listener.listen(backlog)
    return listener


def tcp_pair(
    host: Host, client_host: Host | None = None, address: str = "127.0.0.1"
) -> tuple[TCPSocket, TCPSocket]:
    """Make the two ends of a TCP connection: who connected and who accepted."""
    family = AF_INET6 if ":" in address else AF_INET
    listener = listening(host, family)
    client = TCPSocket(client_host or host, family)
    client.connect_ex((address, 80))
    server, _ = listener.accept()
    listener.close()
    return client, server


def unix_pair(host: Host) -> tuple[UnixStreamSocket, UnixStreamSocket]:
    """Make the two ends of a UNIX stream: who connected and who accepted."""
    listener = UnixListener(host)
    listener.bind(b"path")
    listener.listen(1)
    client = UnixStreamSocket(host)
    client.connect_ex(b"path")
    server, _ = listener.accept()
    listener.close()
    host.unix.unlink(b"path")
    return client, server


@implementer(IReadDescriptor, IWriteDescriptor)
class Watcher:
    """Waits for a socket, and remembers what it was called for.

    Attributes:
        events: ``"read"``, ``"write"`` and ``"lost"``, in order.
        outcome: What its next calls return, or raise if it is an exception class.
    """

    def __init__(self, socket: VirtualSocket, name: str = "watcher") -> None:
        self.socket = socket
        self.events: list[str] = []
        self.outcome: Any = None
        self._name = name

    def fileno(self) -> int:  # pragma: no cover - the interface has it, nobody asks
        return self.socket.fileno()

    def logPrefix(self) -> str:
        return self._name

    def doRead(self) -> Any:
        self.events.append("read")
        return self._end()

    def doWrite(self) -> Any:
        self.events.append("write")
        return self._end()

    def connectionLost(self, reason: object) -> None:
        self.events.append("lost")

    def _end(self) -> Any:
        if isinstance(self.outcome, type):
            raise self.outcome("on purpose")
        return self.outcome
