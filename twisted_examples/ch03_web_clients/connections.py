# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_connections -*-
"""Connections that end: when nothing moves on them any more, and for a known reason.

`twisted.web.client.Agent` waits for ever for a server that has gone silent, and of a
page that ends with its connection it does not tell how that ended. What knows both is
the connection. So a `Connection` stands between Agent's protocol and the transport:
Agent takes it for the transport, the transport for the protocol.
"""

from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IDelayedCall,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import connectionDone
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from zope.interface import implementer

from twisted_examples.ch02_clients_servers.connectiontest import give_up
from twisted_examples.ch02_clients_servers.dataforward import ISocket
from twisted_examples.ch03_web_clients.errors import WebError

#: How many bytes of an answer are taken while the request is still being sent.
EARLY_BYTES = 2**16


class SilentServerError(WebError):
    """Nothing was sent and nothing came for too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the server did nothing for {seconds:g} seconds")


class Connection(ProtocolWrapper):
    """One connection of one request.

    It is given up when for some time nothing is written and nothing received. Time
    does not count while whoever takes the data has paused it.

    Attributes:
        lost_reason: Why the connection was lost, or None while it is not.
    """

    factory: "ConnectionFactory"
    transport: ISocket
    lost_reason: Failure | None = None

    def __init__(self, factory: "ConnectionFactory", wrapped: IProtocol) -> None:
        super().__init__(factory, wrapped)  # type: ignore[arg-type]
        self._silence: IDelayedCall | None = None
        self._is_silent = False
        self._is_sending = False
        self._early = 0

    @property
    def ended_cleanly(self) -> bool:
        """Whether the other side has closed the connection, and done it properly."""
        reason = self.lost_reason
        return reason is not None and reason.check(ConnectionDone) is not None

    # As a protocol

    def connectionMade(self) -> None:
        self._watch()

    def dataReceived(self, data: bytes) -> None:
        if self._is_sending:
            self._early += len(data)
        super().dataReceived(data)
        # Only now: what took the data may have taken its time over it.
        if self._silence is not None:
            self._watch()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._stop_watching()
        if self._is_silent:
            reason = Failure(SilentServerError(self.factory.timeout))
        self.lost_reason = reason
        super().connectionLost(reason)

    # As a transport

    def write(self, data: bytes) -> None:
        super().write(data)
        self._watch()

    def writeSequence(self, data: Any) -> None:
        super().writeSequence(data)
        self._watch()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self._is_sending = True
        super().registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        self._is_sending = False
        super().unregisterProducer()

    def pauseProducing(self) -> None:
        """Stop reading, but for an answer that comes before the request is sent.

        Agent would not read it until all is sent. A server that refuses a large file
        may take no more of it, and wait until we have read why.
        """
        if not self._is_sending:
            self._stop_watching()
        elif self._early < EARLY_BYTES:
            return
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        self.transport.resumeProducing()
        self._watch()

    def stopProducing(self) -> None:
        """Give up: not even TLS is to wait for the other side."""
        self.transport.abortConnection()

    def loseConnection(self) -> None:
        if self._is_sending:  # the answer is there; who would read the rest?
            self.transport.abortConnection()
        else:
            super().loseConnection()

    # The watch

    def _watch(self) -> None:
        """Begin to count the silence from now on."""
        factory = self.factory
        if self._silence is not None:
            self._silence.reset(factory.timeout)
        elif self.lost_reason is None:
            self._silence = factory.clock.callLater(factory.timeout, self._give_up)

    def _stop_watching(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _give_up(self) -> None:
        self._silence = None
        self._is_silent = True
        self.transport.abortConnection()


class ConnectionFactory(WrappingFactory):
    """Makes a `Connection` for each protocol of another factory.

    Attributes:
        clock: What measures the silence.
        timeout: The seconds of it after which a connection is given up.
    """

    protocol = Connection
    noisy = False

    def __init__(
        self, wrapped: IProtocolFactory, clock: IReactorTime, timeout: float
    ) -> None:
        super().__init__(wrapped)
        self.clock = clock
        self.timeout = timeout


@implementer(IStreamClientEndpoint)
class ConnectionEndpoint:
    """Connects once, by another endpoint, with a time limit.

    Attributes:
        connection: What it has connected, once it has.
    """

    connection: Connection

    def __init__(
        self, endpoint: IStreamClientEndpoint, clock: IReactorTime, timeout: float
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._timeout = timeout

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        factory = ConnectionFactory(protocolFactory, self._clock, self._timeout)
        connecting = self._endpoint.connect(factory)
        # The endpoint's own limit is one for each address, and none for the look-up.
        connecting.addTimeout(self._timeout, self._clock, onTimeoutCancel=give_up)
        return connecting.addCallback(self._connected)

    def _connected(self, protocol: IProtocol) -> IProtocol:
        self.connection = cast(Connection, protocol)
        wrapped: IProtocol = self.connection.wrappedProtocol
        return wrapped
