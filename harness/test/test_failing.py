"""Tests of the endpoint at which nothing succeeds."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import CancelledError
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from twisted.internet.error import (
    CannotListenError,
    ConnectError,
    ConnectingCancelledError,
)
from twisted.internet.error import ConnectionRefusedError as RefusedError
from twisted.internet.interfaces import (
    IAddress,
    IStreamClientEndpoint,
    IStreamServerEndpoint,
)
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import FailingEndpoint, RecordingProtocol, VirtualReactor

if TYPE_CHECKING:
    _Mixin = SynchronousTestCase
else:
    _Mixin = object


class RecordingFactory(Factory):
    """Remembers what it was told."""

    noisy = False

    def __init__(self) -> None:
        self.events: list[str] = []

    def startFactory(self) -> None:
        self.events.append("startFactory")

    def stopFactory(self) -> None:
        self.events.append("stopFactory")

    def buildProtocol(self, addr: IAddress | None) -> RecordingProtocol:
        self.events.append("buildProtocol")
        return RecordingProtocol()


class FailureContract(_Mixin):
    """What any endpoint does at which one does not get through."""

    @abstractmethod
    def client_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        """Make an endpoint that refuses."""

    @abstractmethod
    def silent_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        """Make an endpoint that does not answer."""

    @abstractmethod
    def server_endpoint(self, reactor: VirtualReactor) -> IStreamServerEndpoint:
        """Make an endpoint at which one cannot listen."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.factory = RecordingFactory()

    def test_connect(self) -> None:
        """An attempt to connect fails, and not before the next turn."""
        attempt = self.client_endpoint(self.reactor).connect(self.factory)
        self.assertNoResult(attempt)
        self.reactor.flush()

        self.failureResultOf(attempt, RefusedError)
        self.assertEqual(self.factory.events, ["startFactory", "stopFactory"])

    def test_cancelled(self) -> None:
        """An attempt that is cancelled is over, as the factory learns."""
        attempt = self.silent_endpoint(self.reactor).connect(self.factory)
        self.reactor.advance(5)
        self.assertNoResult(attempt)
        attempt.cancel()
        self.reactor.flush()

        self.failureResultOf(attempt, ConnectingCancelledError)
        self.assertEqual(self.factory.events, ["startFactory", "stopFactory"])
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_listen(self) -> None:
        """An attempt to listen fails, and the factory learns nothing."""
        attempt = self.server_endpoint(self.reactor).listen(self.factory)
        self.reactor.flush()

        self.failureResultOf(attempt, CannotListenError)
        self.assertEqual(self.factory.events, [])


class TwistedFailureTests(FailureContract, SynchronousTestCase):
    """So do Twisted's own endpoints."""

    def client_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        return TCP4ClientEndpoint(reactor, "127.0.0.1", 1)

    def silent_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        nobody = reactor.host.network.host("here", "10.0.0.1").reactor
        return TCP4ClientEndpoint(nobody, "10.0.0.2", 1)

    def server_endpoint(self, reactor: VirtualReactor) -> IStreamServerEndpoint:
        reactor.listenTCP(1, Factory())
        return TCP4ServerEndpoint(reactor, 1)


class FailingEndpointFailureTests(FailureContract, SynchronousTestCase):
    """So does the endpoint that is told to."""

    def client_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        return FailingEndpoint(RefusedError, clock=reactor)

    def silent_endpoint(self, reactor: VirtualReactor) -> IStreamClientEndpoint:
        return FailingEndpoint(RefusedError, clock=reactor, delay=6)

    def server_endpoint(self, reactor: VirtualReactor) -> IStreamServerEndpoint:
        error = CannotListenError("", 1, OSError("taken"))
        return FailingEndpoint(error, clock=reactor)


class FailingEndpointTests(SynchronousTestCase):
    """How it fails as told."""

    def setUp(self) -> None:
        self.factory = RecordingFactory()

    def assert_refuses(self, endpoint: Any, *attempts: str) -> None:
        """Check that attempts fail at once."""
        for attempt in attempts:
            failing = getattr(endpoint, attempt)(self.factory)
            self.failureResultOf(failing, RefusedError)

    def test_is_an_endpoint(self) -> None:
        """It can stand for one of either side."""
        endpoint = FailingEndpoint(ConnectError)

        self.assertTrue(verifyObject(IStreamClientEndpoint, endpoint))
        self.assertTrue(verifyObject(IStreamServerEndpoint, endpoint))

    def test_instance(self) -> None:
        """The very exception that was given is what an attempt fails with."""
        error = ConnectError(string="no")
        endpoint = FailingEndpoint(error)

        self.assertIs(self.failureResultOf(endpoint.connect(self.factory)).value, error)
        self.assertIs(self.failureResultOf(endpoint.listen(self.factory)).value, error)

    def test_class(self) -> None:
        """Of a class, each attempt has an exception of its own."""
        endpoint = FailingEndpoint(ConnectError)
        errors = [
            self.failureResultOf(endpoint.connect(self.factory), ConnectError).value
            for _ in range(2)
        ]

        self.assertIsNot(errors[0], errors[1])

    def test_at_once(self) -> None:
        """Without a clock an attempt has failed when it is returned."""
        endpoint = FailingEndpoint(RefusedError)

        self.assert_refuses(endpoint, "connect", "listen")
        self.assertEqual(self.factory.events, ["startFactory", "stopFactory"])

    def test_delay(self) -> None:
        """An attempt takes as long as it is told to."""
        clock = Clock()
        endpoint = FailingEndpoint(RefusedError, clock=clock, delay=3)
        attempt = endpoint.connect(self.factory)

        clock.advance(2.75)
        self.assertNoResult(attempt)

        clock.advance(0.25)
        self.failureResultOf(attempt, RefusedError)

    def test_never(self) -> None:
        """An attempt without an error does not end before it is cancelled."""
        endpoint = FailingEndpoint(None, clock=Clock())
        connecting = endpoint.connect(self.factory)
        listening = endpoint.listen(self.factory)
        self.assertNoResult(connecting)
        self.assertNoResult(listening)

        connecting.cancel()
        listening.cancel()
        reason = self.failureResultOf(connecting, ConnectingCancelledError)
        self.assertEqual(reason.value.address.hostname, b"nowhere.invalid")
        self.failureResultOf(listening, CancelledError)

    def test_listening_is_cancelled_with_its_delay(self) -> None:
        """An attempt to listen that is cancelled leaves nothing in the clock."""
        clock = Clock()
        endpoint = FailingEndpoint(ConnectError, clock=clock, delay=3)
        attempt = endpoint.listen(self.factory)
        attempt.cancel()

        self.failureResultOf(attempt, CancelledError)
        self.assertEqual(clock.getDelayedCalls(), [])

    def test_counts_attempts(self) -> None:
        """All attempts count, of either kind."""
        endpoint = FailingEndpoint(RefusedError)
        before = endpoint.attempts
        self.assert_refuses(endpoint, "connect", "listen", "connect")

        self.assertEqual((before, endpoint.attempts), (0, 3))

    def test_success_in_the_end(self) -> None:
        """After as many failures as told, another endpoint takes over."""
        reactor = VirtualReactor()
        endpoint = FailingEndpoint(
            RefusedError, times=2, then=TCP4ClientEndpoint(reactor, "", 4000)
        )
        reactor.listenTCP(4000, Factory.forProtocol(RecordingProtocol))
        self.assert_refuses(endpoint, "connect", "connect")
        protocol = reactor.run_until(endpoint.connect(self.factory))

        self.assertIsInstance(protocol, RecordingProtocol)
        self.assertEqual(endpoint.attempts, 3)

    def test_listens_in_the_end(self) -> None:
        """So it does for a server."""
        reactor = VirtualReactor()
        endpoint = FailingEndpoint(
            RefusedError, times=1, then=TCP4ServerEndpoint(reactor, 4000)
        )
        self.assert_refuses(endpoint, "listen")
        port = self.successResultOf(endpoint.listen(self.factory))

        self.assertEqual(port.getHost(), IPv4Address("TCP", "0.0.0.0", 4000))

    def test_delay_without_a_clock(self) -> None:
        """A delay on no clock is refused, where it is given."""
        error = self.assertRaises(ValueError, FailingEndpoint, ConnectError, delay=3)

        self.assertEqual(str(error), "a delay of 3 s needs a clock")

    def test_times_without_an_end(self) -> None:
        """How often it fails, and what then, are told together."""
        for options in ({"times": 2}, {"then": FailingEndpoint(None)}):
            error = self.assertRaises(
                ValueError, FailingEndpoint, ConnectError, **options
            )
            self.assertEqual(str(error), "times and then go together")

    def test_error_that_is_none(self) -> None:
        """It is an exception, a class that needs no arguments, or None."""
        for wrong in ("x", int, CannotListenError, KeyboardInterrupt):
            error = self.assertRaises(TypeError, FailingEndpoint, wrong)
            self.assertEqual(
                str(error),
                "error must be an exception, a class of them that needs no arguments,"
                f" or None, not {wrong!r}",
            )

    def test_delay_that_is_none(self) -> None:
        """It is a number of seconds, and of an attempt that ends."""
        for delay in (-1, float("nan"), float("inf")):
            error = self.assertRaises(
                ValueError, FailingEndpoint, ConnectError, clock=Clock(), delay=delay
            )
            self.assertEqual(
                str(error),
                f"delay must be a number of seconds, 0 or more, not {delay!r}",
            )
        for options in ({"delay": "1"}, {"delay": "1", "clock": Clock()}):
            error = self.assertRaises(
                TypeError, FailingEndpoint, ConnectError, **options
            )
            self.assertEqual(
                str(error), "delay must be a number of seconds, 0 or more, not '1'"
            )
        error = self.assertRaises(
            ValueError, FailingEndpoint, None, clock=Clock(), delay=3
        )
        self.assertEqual(
            str(error), "delay must be 0 without an error: such an attempt has no end"
        )

    def test_times_that_are_none(self) -> None:
        """They are a whole number, which may be 0."""
        then = FailingEndpoint(None)
        for error, times, message in (
            (ValueError, -1, "whole number of attempts, 0 or more, not -1"),
            (TypeError, 1.5, "whole number of attempts, not 1.5"),
        ):
            raised: Exception = self.assertRaises(
                error, FailingEndpoint, ConnectError, times=times, then=then
            )
            self.assertEqual(str(raised), f"times must be a {message}")

        self.assertNoResult(
            FailingEndpoint(ConnectError, times=0, then=then).connect(self.factory)
        )

    def test_then_that_is_none(self) -> None:
        """It is an endpoint, of either side."""
        error = self.assertRaises(
            TypeError, FailingEndpoint, ConnectError, times=1, then=5
        )

        self.assertEqual(str(error), "then must be an endpoint, not 5")

    def test_clock_that_is_none(self) -> None:
        """It is a clock, and not a number of seconds."""
        error = self.assertRaises(TypeError, FailingEndpoint, ConnectError, clock=5)

        self.assertEqual(str(error), "clock must be a clock or a reactor, not 5")
