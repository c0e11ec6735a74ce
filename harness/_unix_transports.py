# -*- test-case-name: harness.test.test_unix_transports -*-
"""Twisted's own UNIX transports, on simulated sockets.

Twisted's lock a socket's file, change its mode and remove it at the end. These do so in
the namespace of the simulated machine, where nothing has a mode.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from twisted.internet import tcp, unix
from twisted.internet.error import BadFileError, CannotListenError
from twisted.python import log
from twisted.python.failure import Failure

from harness._errors import NotSimulated
from harness._sockets_unix import UnixDatagramSocket, UnixListener, UnixStreamSocket
from harness._transports import (
    ConnectsOnVirtualTime,
    ServesOnVirtualTime,
    StartsTLSOnVirtualTime,
)


class VirtualUNIXServer(ServesOnVirtualTime, unix.Server):
    """The accepting end of a UNIX stream."""

    def sendFileDescriptor(self, fileno: int) -> None:
        raise NotSimulated(f"sendFileDescriptor({fileno})")


class VirtualUNIXClient(StartsTLSOnVirtualTime, unix.Client):
    """The connecting end of a UNIX stream."""

    reactor: Any

    def __init__(
        self, filename: bytes | str, connector: Any, reactor: Any, checkPID: int = 0
    ) -> None:
        self.reactor = reactor  # the socket is made before the base class has it
        path = os.fsencode(filename)
        if checkPID and not reactor.host.unix.is_locked(path):
            self._finishInit(None, None, BadFileError(path), reactor)
        super().__init__(filename, connector, reactor)

    def createInternetSocket(self) -> Any:
        return UnixStreamSocket(self.reactor.host)

    def sendFileDescriptor(self, fileno: int) -> None:
        raise NotSimulated(f"sendFileDescriptor({fileno})")


class VirtualUNIXConnector(ConnectsOnVirtualTime, unix.Connector):
    """Makes `VirtualUNIXClient`."""

    def _makeTransport(self) -> Any:
        return VirtualUNIXClient(self.address, self, self.reactor, self.checkPID)


@contextmanager
def _opened(path: Any, open_socket: Callable[[], Any]) -> Iterator[Any]:
    """Open a socket, and close it again if it cannot be bound.

    Raises:
        CannotListenError: It cannot be opened, or not be bound.
    """
    try:
        opened = open_socket()
        try:
            yield opened
        except OSError:
            opened.close()
            raise
    except OSError as error:
        raise CannotListenError(None, path, error) from None


class VirtualUNIXPort(unix.Port):
    """A listening UNIX port."""

    reactor: Any
    transport = VirtualUNIXServer
    _locked = False

    @property
    def _path(self) -> bytes:
        # Twisted has called it so since 24.10, and `port` before.
        path: bytes = getattr(self, "_bindPath", None) or self.port
        return path

    def createInternetSocket(self) -> Any:
        return UnixListener(self.reactor.host)

    def startListening(self) -> None:
        path = self._path
        log.msg(f"{self._getLogPrefix(self.factory)} starting on {os.fsdecode(path)!r}")
        names = self.reactor.host.unix
        if self.wantPID:
            if not names.lock(path):
                raise CannotListenError(None, path, "Cannot acquire lock")
            self._locked = True
        self.factory.doStart()  # type: ignore[union-attr]
        with _opened(path, self.createInternetSocket) as listener:
            listener.bind(path)
        listener.listen(self.backlog)
        self.connected = True
        self.socket = listener
        self.fileno = listener.fileno  # type: ignore[method-assign]
        self.numberAccepts = 100
        self.startReading()

    def connectionLost(self, reason: Failure) -> None:
        names = self.reactor.host.unix
        names.unlink(self._path)
        if self._locked:
            names.unlock(self._path)
        tcp.Port.connectionLost(self, reason)


class _Bound:
    """Where a datagram port's socket comes from, and how it gets its name."""

    reactor: Any
    protocol: Any
    port: Any

    def createInternetSocket(self) -> Any:
        return UnixDatagramSocket(self.reactor.host)

    def _bindSocket(self) -> None:
        log.msg(f"{self.protocol.__class__} starting on {self.port!r}")
        with _opened(self.port, self.createInternetSocket) as datagrams:
            if self.port:
                datagrams.bind(self.port)
        self.connected = 1
        self.socket = datagrams
        self.fileno = datagrams.fileno


class VirtualUNIXDatagramPort(_Bound, unix.DatagramPort):
    """A port for UNIX datagrams."""


class VirtualConnectedUNIXDatagramPort(_Bound, unix.ConnectedDatagramPort):
    """A port for UNIX datagrams to and from one other."""
