# -*- test-case-name: harness.test.test_http_fixture -*-
"""Twisted's own site, which keeps a record and lives on virtual time."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.http import (
    HTTPChannel,
    combinedLogFormatter,
    datetimeToLogString,
    datetimeToString,
)
from twisted.web.resource import IResource, Resource
from twisted.web.server import Request, Site
from zope.interface import implementer_only

from harness._http.answers import EarlyAnswer
from harness._http.records import AcceptedConnection, ReceivedRequest
from harness._http.routes import Routes

_log = Logger()


class FixtureRequest(Request):
    """A request that is recorded as it comes.

    Attributes:
        received: Its record.
        early: What has answered it before its body came, or None.
    """

    received: ReceivedRequest
    early: EarlyAnswer | None = None
    channel: "FixtureChannel"
    site: "FixtureSite"

    def handleContentChunk(self, data: bytes) -> None:
        self.received.receive(data)
        super().handleContentChunk(data)

    def process(self) -> None:
        self.received.completed_at = self.channel.site.reactor.seconds()
        if self.early is None:
            super().process()
        else:
            self.finish()

    def write(self, data: bytes) -> None:
        if not self.startedWriting:
            self.setHeader(b"Date", datetimeToString(self.site.reactor.seconds()))
        super().write(data)


class FixtureChannel(HTTPChannel):
    """A connection to the site, which reports itself and its requests.

    Attributes:
        record: What is known of it.
        closed: Fires when it is lost.
    """

    site: "FixtureSite"
    record: AcceptedConnection
    requests: list[Any]
    _upgraded: IProtocol | None = None

    def connectionMade(self) -> None:
        self.closed: Deferred[None] = Deferred()
        self.record = self.site.accept(self)
        super().connectionMade()

    def allHeadersReceived(self) -> None:
        request = self.requests[-1]
        request.received = self.site.record(
            ReceivedRequest(
                self._command.decode("latin-1"),
                self._path.decode("latin-1"),
                self._version.decode("ascii"),
                request.requestHeaders,
                self.record,
                self.site.reactor.seconds(),
            )
        )
        request.early = self.site.routes.early(request.received.target)
        super().allHeadersReceived()
        if request.early is not None:
            request.early.begin(request)

    def _send100Continue(self) -> None:
        request = self.requests[-1]
        silent = request.received.path in self.site.routes.silent
        if not silent and request.early is None:
            super()._send100Continue()

    def upgrade(self, protocol: IProtocol) -> None:
        """Let another protocol have the connection."""
        assert self.transport is not None
        self._upgraded = protocol
        self.setRawMode()  # as newer versions of Twisted have done already
        protocol.makeConnection(self.transport)

    def dataReceived(self, data: bytes) -> None:
        if self._upgraded is None:
            super().dataReceived(data)
        else:
            self._upgraded.dataReceived(data)

    def rawDataReceived(self, data: bytes) -> None:
        # What has come together with the request that was for an upgrade.
        if self._upgraded is None:
            super().rawDataReceived(data)
        else:
            self._upgraded.dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        super().connectionLost(reason)
        if self._upgraded is not None:
            self._upgraded.connectionLost(reason)
        self.site.forget(self)
        self.closed.callback(None)


@implementer_only(IProtocolFactory)  # it does not negotiate: it speaks HTTP/1.1
class FixtureSite(Site):
    """A site that keeps a record, on a clock of its own.

    Attributes:
        routes: What is to be found where.
        connections: All connections that there have been.
        received: All requests, in the order in which their heads came.
        channels: The connections that are open.
    """

    protocol: Any = FixtureChannel
    requestFactory = FixtureRequest
    noisy = False
    _entropy: Any  # what session ids are made of

    def __init__(
        self,
        routes: Routes,
        clock: IReactorTime,
        entropy: Callable[[int], bytes],
        timeout: float | None,
    ) -> None:
        # Resources are found by the routes; this one is never asked.
        super().__init__(Resource(), reactor=clock, timeout=timeout)
        self.routes = routes
        self._entropy = entropy
        self.connections: list[AcceptedConnection] = []
        self.received: list[ReceivedRequest] = []
        self.channels: list[FixtureChannel] = []

    def accept(self, channel: FixtureChannel) -> AcceptedConnection:
        """Note a new connection."""
        transport: Any = channel.transport
        peer = transport.getPeer()
        record = AcceptedConnection(
            len(self.connections) + 1,
            f"{peer.host}:{peer.port}",
            self.reactor.seconds(),
        )
        self.connections.append(record)
        self.channels.append(channel)
        return record

    def record(self, request: ReceivedRequest) -> ReceivedRequest:
        """Note a new request."""
        self.received.append(request)
        request.connection.requests.append(request)
        return request

    def abort_all(self) -> list[Deferred[None]]:
        """Reset all connections, and return what fires when each is lost."""
        channels = list(self.channels)
        for channel in channels:
            transport: Any = channel.transport
            transport.abortConnection()
        return [channel.closed for channel in channels]

    def forget(self, channel: FixtureChannel) -> None:
        """Note that a connection is lost."""
        channel.record.closed_at = self.reactor.seconds()
        self.channels.remove(channel)

    def getResourceFor(self, request: Any) -> IResource:
        request.site = self
        request.sitepath = []
        return self.routes.find(request)

    # The log. Twisted's own keeps a timer that never ends, so that a test would never
    # see a deadlock.

    def startFactory(self) -> None:
        """Start no timer."""

    def stopFactory(self) -> None:
        """Leave nothing to be stopped."""

    def log(self, request: Any) -> None:
        time = datetimeToLogString(self.reactor.seconds())
        _log.info("{line}", line=combinedLogFormatter(time, request))
