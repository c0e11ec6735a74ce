# -*- test-case-name: harness.test.test_failing -*-
"""An endpoint at which nothing succeeds."""

from typing import Any

from twisted.internet.address import HostnameAddress
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectingCancelledError
from twisted.internet.interfaces import (
    IListeningPort,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
    IStreamServerEndpoint,
)
from twisted.python.failure import Failure
from zope.interface import implementer

#: Where one does not get to.
_NOWHERE = HostnameAddress(b"nowhere.invalid", 0)


@implementer(IStreamClientEndpoint, IStreamServerEndpoint)
class FailingEndpoint:
    """Fails to connect, and to listen, as it is told.

    A factory is started for an attempt to connect and stopped after it, and never asked
    for a protocol.

    Args:
        error: What each attempt fails with: an exception, or a class of them that
            needs no arguments. None: an attempt does not end until it is cancelled.
        clock: Where it is given, an attempt fails in a later turn, as real ones do.
            Without it, an attempt has failed already when it is returned.
        delay: How many seconds of that clock an attempt takes.
        times: How many attempts fail. Without it, all do.
        then: The endpoint that takes the attempts after these.

    Attributes:
        attempts: How many attempts there were, to connect or to listen, those that
            went on to another endpoint among them.

    Raises:
        ValueError: There is a delay without a clock, or only one of ``times`` and
            ``then``.
    """

    def __init__(
        self,
        error: Exception | type[Exception] | None,
        *,
        clock: IReactorTime | None = None,
        delay: float = 0.0,
        times: int | None = None,
        then: IStreamClientEndpoint | IStreamServerEndpoint | None = None,
    ) -> None:
        if delay and clock is None:
            raise ValueError(f"a delay of {delay} s needs a clock")
        if (times is None) != (then is None):
            raise ValueError("times and then go together")
        self.attempts = 0
        self._error = error
        self._clock = clock
        self._delay = delay
        self._times = times
        self._then: Any = then

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Fail to connect. Cancelled, fail as endpoints of Twisted's do then."""
        if self._is_over():
            connected: Deferred[IProtocol] = self._then.connect(protocolFactory)
            return connected
        protocolFactory.doStart()
        failing = self._attempt(ConnectingCancelledError(_NOWHERE))
        return failing.addErrback(_stop, protocolFactory)

    def listen(self, protocolFactory: IProtocolFactory) -> Deferred[IListeningPort]:
        """Fail to listen."""
        if self._is_over():
            listening: Deferred[IListeningPort] = self._then.listen(protocolFactory)
            return listening
        return self._attempt(None)

    def _is_over(self) -> bool:
        """Count an attempt, and say whether it is one that does not fail."""
        self.attempts += 1
        return self._times is not None and self.attempts > self._times

    def _attempt(self, cancelled: Exception | None) -> Deferred[Any]:
        """Begin to fail.

        Args:
            cancelled: What to fail with if the attempt is cancelled. None: with the
                ``CancelledError`` of any Deferred.
        """

        def cancel(failing: Deferred[Any]) -> None:
            if call is not None:
                call.cancel()
            if cancelled is not None:
                failing.errback(cancelled)

        failing: Deferred[Any] = Deferred(cancel)
        call = None
        if self._error is not None:
            error = self._error() if isinstance(self._error, type) else self._error
            if self._clock is None:
                failing.errback(error)
            else:
                call = self._clock.callLater(self._delay, failing.errback, error)
        return failing


def _stop(reason: Failure, factory: IProtocolFactory) -> Failure:
    """Tell a factory that its attempt has failed."""
    factory.doStop()
    return reason
