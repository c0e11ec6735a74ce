# -*- test-case-name: harness.test.test_failing -*-
"""An endpoint at which nothing succeeds."""

from contextlib import suppress
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

from harness._arguments import (
    require_clock,
    require_count,
    require_provider,
)
from harness._seconds import require_seconds

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
        TypeError: An argument is of another type, or the class of errors needs
            arguments.
        ValueError: There is a delay without a clock or without an error, a number that
            cannot be, or only one of ``times`` and ``then``.
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
        _require_error(error)
        _require_delay(delay, clock, error)
        _require_turn(times, then)
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


def _require_error(error: object) -> None:
    """Check that an attempt can fail with an error, which may be a class of them."""
    example = error
    if isinstance(error, type) and issubclass(error, Exception):
        with suppress(TypeError):
            example = error()
    if not (example is None or isinstance(example, Exception)):
        raise TypeError(
            "error must be an exception, a class of them that needs no arguments,"
            f" or None, not {error!r}"
        )


def _require_delay(delay: float, clock: object, error: object) -> None:
    """Check that an attempt can take so long."""
    require_seconds("delay", delay)
    if clock is not None:
        require_clock("clock", clock)
    elif delay:
        raise ValueError(f"a delay of {delay} s needs a clock")
    if delay and error is None:
        raise ValueError("delay must be 0 without an error: such an attempt has no end")


def _require_turn(times: int | None, then: object) -> None:
    """Check that it can be another endpoint's turn after so many attempts."""
    if (times is None) != (then is None):
        raise ValueError("times and then go together")
    if times is not None:
        require_count("times", times, "attempts")
        endpoints = (IStreamClientEndpoint, IStreamServerEndpoint)
        require_provider("then", then, endpoints, "an endpoint")


def _stop(reason: Failure, factory: IProtocolFactory) -> Failure:
    """Tell a factory that its attempt has failed."""
    factory.doStop()
    return reason
