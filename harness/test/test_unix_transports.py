"""Tests of UNIX transports whose files are in the namespace of a simulated machine."""

import os
from typing import Any, cast

from twisted.internet.error import BadFileError, CannotListenError, ConnectError
from twisted.internet.interfaces import IConnector
from twisted.internet.protocol import (
    ClientFactory,
    ConnectedDatagramProtocol,
    DatagramProtocol,
    Factory,
    Protocol,
)
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._reactor import VirtualReactor


class FailingClientFactory(ClientFactory):
    """Remembers why it could not connect."""

    reason: Failure | None = None

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:
        self.reason = reason


class AcceptingFactory(Factory):
    """Remembers the protocols of the connections that it accepts."""

    def __init__(self) -> None:
        self.accepted: list[Any] = []

    def buildProtocol(self, addr: object) -> Protocol:
        self.accepted.append(Protocol())
        return cast(Protocol, self.accepted[-1])


class RecordingDatagrams(DatagramProtocol):
    """Remembers the datagrams that it receives, and from whom."""

    def __init__(self) -> None:
        self.received: list[object] = []

    def datagramReceived(self, datagram: bytes, addr: object) -> None:
        self.received.append((datagram, addr))


class PortTests(SynchronousTestCase):
    """Listening at a path."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.names = self.reactor.host.unix

    def test_no_file(self) -> None:
        """No file is made, only a name; and the name goes with the port."""
        port = self.reactor.listenUNIX("./path", Factory())
        self.assertTrue(self.names.exists("./path"))
        self.assertFalse(os.path.exists("./path"))
        port.stopListening()
        self.reactor.flush()

        self.assertFalse(self.names.exists("./path"))
        self.assertEqual(self.reactor.host.sockets, [])

    def test_taken(self) -> None:
        """A path at which somebody listens cannot be had."""
        self.reactor.listenUNIX("path", Factory())
        error = self.assertRaises(
            CannotListenError, self.reactor.listenUNIX, "path", Factory()
        )

        self.assertEqual(error.socketError.strerror, "Address already in use")
        self.assertEqual(len(self.reactor.host.sockets), 1)

    def test_lock(self) -> None:
        """A path can be locked, and is locked by one only, until it is done."""
        port = self.reactor.listenUNIX("path", Factory(), wantPID=1)
        self.assertTrue(self.names.is_locked(b"path"))
        self.assertFalse(os.path.lexists("path.lock"))
        error = self.assertRaises(
            CannotListenError, self.reactor.listenUNIX, "path", Factory(), wantPID=1
        )
        self.assertEqual(error.socketError, "Cannot acquire lock")
        port.stopListening()
        self.reactor.flush()

        self.assertFalse(self.names.is_locked(b"path"))


class ClientTests(SynchronousTestCase):
    """Connecting to a path."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.factory = FailingClientFactory()
        self.factory.protocol = Protocol

    def test_connected(self) -> None:
        """Both ends are connected; but descriptors cannot be sent."""
        accepting = AcceptingFactory()
        self.reactor.listenUNIX("path", accepting, wantPID=1)
        connector: Any = self.reactor.connectUNIX("path", self.factory, checkPID=1)
        self.reactor.flush()

        self.assertEqual(connector.state, "connected")
        for transport in (connector.transport, accepting.accepted[0].transport):
            error = self.assertRaises(NotSimulated, transport.sendFileDescriptor, 1)
            self.assertEqual(str(error), "sendFileDescriptor(1)")

    def test_missing(self) -> None:
        """Where there is nothing, that is the reason."""
        self.reactor.connectUNIX("path", self.factory)
        self.reactor.flush()

        assert self.factory.reason is not None
        self.assertIsInstance(self.factory.reason.value, ConnectError)
        self.assertIn("No such file", self.factory.reason.getErrorMessage())

    def test_not_locked(self) -> None:
        """Who asks for a lock does not connect without one."""
        self.reactor.listenUNIX("path", Factory())
        self.reactor.connectUNIX("path", self.factory, checkPID=1)
        self.reactor.flush()

        assert self.factory.reason is not None
        self.factory.reason.trap(BadFileError)


class DatagramTests(SynchronousTestCase):
    """Datagrams between paths."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_exchange(self) -> None:
        """Datagrams arrive, from who has a name with the name."""
        receiver = RecordingDatagrams()
        sender: Any = ConnectedDatagramProtocol()
        self.reactor.listenUNIXDatagram("path", receiver)
        self.reactor.connectUNIXDatagram("path", sender, bindAddress="\0sender")
        sender.transport.write(b"hello")
        self.reactor.flush()

        self.assertEqual(receiver.received, [(b"hello", b"\0sender")])
        self.assertFalse(os.path.exists("path"))

    def test_unnamed(self) -> None:
        """A connected port needs no name."""
        receiver = RecordingDatagrams()
        sender: Any = ConnectedDatagramProtocol()
        self.reactor.listenUNIXDatagram("path", receiver)
        self.reactor.connectUNIXDatagram("path", sender)
        sender.transport.write(b"hello")
        self.reactor.flush()

        self.assertEqual(receiver.received, [(b"hello", None)])

    def test_taken(self) -> None:
        """A name is had by one."""
        self.reactor.listenUNIXDatagram("path", DatagramProtocol())
        error = self.assertRaises(
            CannotListenError,
            self.reactor.listenUNIXDatagram,
            "path",
            DatagramProtocol(),
        )

        self.assertEqual(error.socketError.strerror, "Address already in use")
        self.assertEqual(len(self.reactor.host.sockets), 1)
