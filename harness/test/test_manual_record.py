"""Tests that the manual reactor records what `MemoryReactorClock` records.

They are a contract, which runs on Twisted's own class, too.
"""

from collections.abc import Callable
from socket import AF_INET
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import (
    IConnector,
    IListeningPort,
    IReactorSSL,
    IReactorTCP,
    IReactorTime,
    IReactorUNIX,
)
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import ManualReactor
from harness.test.clients import RecordingClientFactory

if TYPE_CHECKING:
    Mixin = SynchronousTestCase
else:
    Mixin = object  # a case of its own would have no reactor


class RecordContract(Mixin):
    """What `MemoryReactorClock` records, and how little it does."""

    make_reactor: Callable[[], MemoryReactorClock]

    def setUp(self) -> None:
        self.reactor: Any = self.make_reactor()
        self.factory = RecordingClientFactory()

    def test_interfaces(self) -> None:
        """It is what it says it is, and so is what it returns."""
        for interface in (IReactorTCP, IReactorSSL, IReactorUNIX, IReactorTime):
            self.assertTrue(verifyObject(interface, self.reactor))
        connector = self.reactor.connectTCP("192.0.2.1", 80, self.factory)
        port = self.reactor.listenTCP(80, self.factory)

        self.assertTrue(verifyObject(IConnector, connector))
        self.assertTrue(verifyObject(IListeningPort, port))

    def test_nothing_at_first(self) -> None:
        """A new one has recorded nothing."""
        reactor = self.reactor
        lists = [
            reactor.tcpClients,
            reactor.tcpServers,
            reactor.sslClients,
            reactor.sslServers,
            reactor.unixClients,
            reactor.unixServers,
            reactor.adoptedPorts,
            reactor.adoptedStreamConnections,
            reactor.connectors,
            reactor.whenRunningHooks,
            reactor.calls,
        ]

        self.assertEqual(lists, [[]] * 11)
        self.assertEqual(reactor.triggers, {})
        self.assertEqual((reactor.readers, reactor.writers), (set(), set()))
        self.assertEqual((reactor.running, reactor.hasInstalled), (False, False))

    def test_tcp_clients(self) -> None:
        """Each ``connectTCP`` is recorded with all its arguments, in order."""
        first = self.reactor.connectTCP("192.0.2.1", 80, self.factory)
        second = self.reactor.connectTCP(
            "2001:db8::1", 81, self.factory, timeout=5, bindAddress=("::1", 0)
        )

        self.assertEqual(
            self.reactor.tcpClients,
            [
                ("192.0.2.1", 80, self.factory, 30, None),
                ("2001:db8::1", 81, self.factory, 5, ("::1", 0)),
            ],
        )
        self.assertEqual(self.reactor.connectors, [first, second])
        self.assertEqual(first.getDestination(), IPv4Address("TCP", "192.0.2.1", 80))
        self.assertEqual(second.getDestination(), IPv6Address("TCP", "2001:db8::1", 81))

    def test_ssl_clients(self) -> None:
        """So is each ``connectSSL``. What makes its TLS is not looked at."""
        context = object()
        connector = self.reactor.connectSSL(
            "192.0.2.1", 443, self.factory, context, 5, ("192.0.2.2", 0)
        )

        self.assertEqual(
            self.reactor.sslClients,
            [("192.0.2.1", 443, self.factory, context, 5, ("192.0.2.2", 0))],
        )
        self.assertEqual(self.reactor.tcpClients, [])
        self.assertEqual(self.reactor.connectors, [connector])
        self.assertEqual(
            connector.getDestination(), IPv4Address("TCP", "192.0.2.1", 443)
        )

    def test_unix_clients(self) -> None:
        """So is each ``connectUNIX``."""
        connector = self.reactor.connectUNIX("/run/socket", self.factory, 5, 1)

        self.assertEqual(
            self.reactor.unixClients, [("/run/socket", self.factory, 5, 1)]
        )
        self.assertEqual(self.reactor.connectors, [connector])
        self.assertEqual(connector.getDestination(), UNIXAddress("/run/socket"))

    def test_clients_wait(self) -> None:
        """A factory hears that it connects, and no more, whatever time passes."""
        connector = self.reactor.connectTCP("192.0.2.1", 80, self.factory, 30)
        connector.stopConnecting()
        self.reactor.advance(60)

        self.assertEqual(self.factory.events, ["startedConnecting"])
        self.assertIs(self.factory.connector, connector)

    def test_told_to_stop(self) -> None:
        """An attempt remembers that it was told to stop."""
        connector = self.reactor.connectTCP("192.0.2.1", 80, self.factory)
        before = connector.stoppedConnecting
        connector.stopConnecting()

        self.assertEqual((before, connector.stoppedConnecting), (False, True))

    def test_told_to_disconnect(self) -> None:
        """An attempt takes a word that means nothing to it yet."""
        connector = self.reactor.connectTCP("192.0.2.1", 80, self.factory)
        connector.disconnect()

        self.assertEqual(connector._disconnected, True)
        self.assertEqual(self.factory.events, ["startedConnecting"])

    def test_tcp_servers(self) -> None:
        """Each ``listenTCP`` is recorded; ports are as asked for, even 0 or twice."""
        first = self.reactor.listenTCP(0, self.factory)
        second = self.reactor.listenTCP(80, self.factory, 5, "127.0.0.1")
        third = self.reactor.listenTCP(80, self.factory, interface="::1")

        self.assertEqual(
            self.reactor.tcpServers,
            [
                (0, self.factory, 50, ""),
                (80, self.factory, 5, "127.0.0.1"),
                (80, self.factory, 50, "::1"),
            ],
        )
        self.assertEqual(first.getHost(), IPv4Address("TCP", "0.0.0.0", 0))
        self.assertEqual(second.getHost(), IPv4Address("TCP", "0.0.0.0", 80))
        self.assertEqual(third.getHost(), IPv6Address("TCP", "::1", 80))

    def test_ssl_servers(self) -> None:
        """So is each ``listenSSL``."""
        context = object()
        port = self.reactor.listenSSL(443, self.factory, context, 5, "127.0.0.1")

        self.assertEqual(
            self.reactor.sslServers, [(443, self.factory, context, 5, "127.0.0.1")]
        )
        self.assertEqual(self.reactor.tcpServers, [])
        self.assertEqual(port.getHost(), IPv4Address("TCP", "0.0.0.0", 443))

    def test_unix_servers(self) -> None:
        """So is each ``listenUNIX``."""
        port = self.reactor.listenUNIX("/run/socket", self.factory, 5, 0o600, 1)

        self.assertEqual(
            self.reactor.unixServers, [("/run/socket", self.factory, 5, 0o600, 1)]
        )
        self.assertEqual(port.getHost(), UNIXAddress("/run/socket"))

    def test_ports_do_nothing(self) -> None:
        """A port can be told to start and to stop; its factory hears nothing of it."""
        port = self.reactor.listenTCP(80, self.factory)
        port.startListening()
        port.stopListening()

        self.assertEqual(self.factory.events, [])

    def test_adopted(self) -> None:
        """Descriptors that are handed over are recorded and left alone."""
        self.reactor.adoptStreamPort(3, AF_INET, self.factory)
        self.reactor.adoptDatagramPort(4, AF_INET, self.factory, 100)
        self.reactor.adoptStreamConnection(5, AF_INET, self.factory)

        self.assertEqual(
            self.reactor.adoptedPorts,
            [(3, AF_INET, self.factory), (4, AF_INET, self.factory, 100)],
        )
        self.assertEqual(
            self.reactor.adoptedStreamConnections, [(5, AF_INET, self.factory)]
        )

    def test_descriptors(self) -> None:
        """Readers and writers are remembered, and time passes in spite of them."""
        reader, writer = object(), object()
        self.reactor.addReader(reader)
        self.reactor.addWriter(writer)
        self.reactor.advance(1)

        self.assertEqual(self.reactor.readers, {reader})
        self.assertEqual(self.reactor.writers, {writer})

    def test_triggers(self) -> None:
        """They are filed by phase and event, with their arguments."""
        self.reactor.addSystemEventTrigger("before", "shutdown", max, 1, key=2)

        self.assertEqual(
            self.reactor.triggers, {"before": {"shutdown": [(max, (1,), {"key": 2})]}}
        )

    def test_run(self) -> None:
        """It makes the calls that wait for it, and has stopped."""
        calls: list[tuple[object, ...]] = []
        self.reactor.whenRunningHooks.append((calls.append, (("running",),), {}))
        self.reactor.run()

        self.assertEqual(calls, [("running",)])
        self.assertEqual(
            (self.reactor.running, self.reactor.hasRun, self.reactor.hasStopped),
            (False, True, True),
        )

    def test_crash(self) -> None:
        """A crash is remembered, and so is an installation."""
        self.reactor.crash()
        self.reactor.install()

        self.assertIsNone(self.reactor.running)
        self.assertEqual(
            (self.reactor.hasCrashed, self.reactor.hasInstalled), (True, True)
        )

    def test_calls(self) -> None:
        """Delayed calls are there to be seen, in the order in which they are due."""
        late = self.reactor.callLater(2, max, 1, key=2)
        soon = self.reactor.callLater(1, min)

        self.assertEqual(self.reactor.calls, [soon, late])
        self.assertEqual(self.reactor.getDelayedCalls(), [soon, late])
        self.assertEqual((late.func, late.args, late.kw), (max, (1,), {"key": 2}))
        self.assertEqual((soon.getTime(), late.getTime()), (1.0, 2.0))

    def test_advance(self) -> None:
        """Calls are made when they are due, and the time is known by both its names."""
        made: list[str] = []
        self.reactor.callLater(2, made.append, "late")
        self.reactor.callLater(1, made.append, "soon")
        self.reactor.advance(1.5)

        self.assertEqual(made, ["soon"])
        self.assertEqual((self.reactor.seconds(), self.reactor.rightNow), (1.5, 1.5))

    def test_pump(self) -> None:
        """Time can pass in several steps."""
        made: list[str] = []
        self.reactor.callLater(2, made.append, "late")
        self.reactor.pump([1, 1.5])

        self.assertEqual((made, self.reactor.seconds()), (["late"], 2.5))

    def test_advance_goes_on(self) -> None:
        """What a call schedules with no delay is done in the same step."""
        made: list[str] = []

        def first() -> None:
            self.reactor.callLater(0, self.reactor.callLater, 0, made.append, "third")

        self.reactor.callLater(1, first)
        self.reactor.advance(1)

        self.assertEqual(made, ["third"])

    def test_time_can_be_set(self) -> None:
        """A test can say what time it is."""
        self.reactor.rightNow = 1000.0
        call = self.reactor.callLater(5, min)

        self.assertEqual(self.reactor.seconds(), 1000.0)
        self.assertEqual(call.getTime(), 1005.0)


class MemoryReactorClockRecordTests(RecordContract, SynchronousTestCase):
    """The record that Twisted's own keeps."""

    make_reactor = MemoryReactorClock


class ManualReactorRecordTests(RecordContract, SynchronousTestCase):
    """The record that ours keeps."""

    make_reactor = ManualReactor


class SubclassedReactor(ManualReactor, Clock):
    """Made as tests make their own, of the two classes that Twisted has."""

    def __init__(self) -> None:
        ManualReactor.__init__(self)
        Clock.__init__(self)


class SubclassedReactorRecordTests(RecordContract, SynchronousTestCase):
    """The record that a test's own subclass keeps."""

    make_reactor = SubclassedReactor
