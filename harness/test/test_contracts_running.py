"""Tests for how contracts are run."""

import sys
from typing import Any

from twisted import internet
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.contracts import Peer, Reactor, ReactorContract, in_reactor
from harness.contracts._running import dispose, install, run_in
from harness.contracts._transports import StreamKind, can_bind


class RunInTests(SynchronousTestCase):
    """Tests for `run_in`."""

    def test_result(self) -> None:
        """What the scenario returns is returned, and the reactor is stopped."""
        reactor = VirtualReactor()

        async def scenario(running: Reactor) -> bool:
            return bool(running.running)

        self.assertTrue(run_in(reactor, scenario, 1))
        self.assertFalse(reactor.running)

    def test_exception(self) -> None:
        """What the scenario raises is raised."""

        async def scenario(reactor: Reactor) -> None:
            raise KeyError("x")

        with self.assertRaises(KeyError):
            run_in(VirtualReactor(), scenario, 1)

    def test_too_long(self) -> None:
        """A scenario that takes too long is ended, and shown where it waited."""
        reactor = VirtualReactor()
        start = reactor.seconds()

        async def wait_for_nothing(reactor: Reactor) -> None:
            await Deferred()

        with self.assertRaises(AssertionError) as raised:
            run_in(reactor, wait_for_nothing, 7)

        self.assertIn("still waiting after 7 s", str(raised.exception))
        self.assertIn("wait_for_nothing", str(raised.exception))
        self.assertEqual(reactor.seconds(), start + 7)

    def test_too_long_for_peer(self) -> None:
        """What a scenario waited for may come true after its end."""
        reactor = VirtualReactor()
        peer = Peer(reactor)

        async def wait(reactor: Reactor) -> None:
            await peer.saw("connectionLost")

        with self.assertRaises(AssertionError):
            run_in(reactor, wait, 1)
        peer.connectionLost()
        reactor.advance(0)

        self.assertEqual(peer.events, ["connectionLost"])


class DisposeTests(SynchronousTestCase):
    """Tests for `dispose`."""

    def test_nothing_is_left(self) -> None:
        """Ports are closed, calls cancelled, and threads ended."""
        reactor = VirtualReactor()
        factory = Factory()
        reactor.listenTCP(0, factory)
        reactor.callLater(1, list)
        reactor.getThreadPool().start()

        dispose(reactor)

        self.assertEqual(reactor.getReaders(), [])
        self.assertEqual(reactor.getDelayedCalls(), [])
        self.assertTrue(reactor.getThreadPool().joined)


class ReactorContractTests(SynchronousTestCase):
    """Tests for `ReactorContract` and `in_reactor`."""

    def test_passes(self) -> None:
        """A scenario that ends well is a test that passes."""
        self.assertEqual(outcome("test_well"), [])

    def test_fails(self) -> None:
        """An assertion of the scenario is the test's."""
        (message,) = outcome("test_badly")

        self.assertIn("1 != 2", message)

    def test_leftovers(self) -> None:
        """A scenario that leaves a call behind fails."""
        (message,) = outcome("test_leave_call")

        self.assertIn("DelayedCall", message)

    def test_needs_reactor(self) -> None:
        """A contract has no reactor of its own."""
        with self.assertRaises(NotImplementedError):
            ReactorContract().make_reactor()

    def test_needs_kind_of_stream(self) -> None:
        """A contract of streams has no stream of its own."""
        kind: Any = StreamKind()

        with self.assertRaises(NotImplementedError):
            kind.listen(None, None)
        with self.assertRaises(NotImplementedError):
            kind.connect(None, None, None)


class CanBindTests(SynchronousTestCase):
    """Tests for `can_bind`."""

    def test_address_of_another(self) -> None:
        """An address for documentation (RFC 3849) is nobody's."""
        self.assertFalse(can_bind("2001:db8::1"))


class Example(ReactorContract):
    """A contract as anyone could write it."""

    def make_reactor(self) -> Reactor:
        return VirtualReactor()

    @in_reactor
    async def test_well(self, reactor: Reactor) -> None:
        """It ends well."""

    @in_reactor
    async def test_badly(self, reactor: Reactor) -> None:
        """It fails."""
        self.assertEqual(1, 2)

    @in_reactor
    async def test_leave_call(self, reactor: Reactor) -> None:
        """It leaves something behind."""
        reactor.callLater(60, list)


def outcome(name: str) -> list[str]:
    """Run a test of `Example` and return what is wrong."""
    # Not at the top of the module, where trial would run it as one of ours.
    case_type = type("ExampleTests", (Example, SynchronousTestCase), {})
    result = TestResult()
    case_type(name).run(result)
    return [str(failure) for _, failure in [*result.failures, *result.errors]]


class InstallTests(SynchronousTestCase):
    """The reactor of the process, for as long as a test lasts."""

    def test_there_may_have_been_none(self) -> None:
        """Where no reactor was installed before a test, none is after it."""
        name = "twisted.internet.reactor"
        self.addCleanup(install, sys.modules.get(name))
        install(None)

        self.assertNotIn(name, sys.modules)
        self.assertNotIn("reactor", vars(internet))
