"""Tests for where operations meet faults."""

import contextlib
from collections.abc import Generator

from twisted.internet.defer import (
    CancelledError,
    Deferred,
    ensureDeferred,
    inlineCallbacks,
    succeed,
)
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.error import (
    CannotListenError,
    ConnectError,
    ConnectionRefusedError,  # noqa: A004 (Twisted's)
    DNSLookupError,
    TCPTimedOutError,
)
from twisted.internet.protocol import DatagramProtocol, Factory
from twisted.protocols.wire import Echo
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network, RecordingProtocol, run_program
from harness.test.clients import RecordingClientFactory


class FaultyMeshTestCase(SynchronousTestCase):
    """Two machines, of which one can be connected to."""

    def setUp(self) -> None:
        self.network = Network()
        self.client = self.network.host("client", "192.0.2.1")
        self.server = self.network.host("server", "192.0.2.2")
        self.server.reactor.listenTCP(80, Factory.forProtocol(Echo))

    def connect(self, name: str = "server") -> "Deferred[RecordingProtocol]":
        """Begin to connect."""
        endpoint = HostnameEndpoint(self.client.reactor, name, 80)
        connecting: Deferred[RecordingProtocol]
        connecting = connectProtocol(endpoint, RecordingProtocol())
        return connecting


class ConnectTests(FaultyMeshTestCase):
    """Attempts to connect that fail."""

    def test_refuse(self) -> None:
        """As if nobody listened."""
        error = self.failure_of(Fault.refuse(), ConnectionRefusedError)

        self.assertEqual(error.osError, 111)

    def failure_of(self, fault: Fault, kind: type[ConnectError]) -> ConnectError:
        """Connect in vain, and return the error."""
        with self.network.faults(fault):
            connecting = self.connect()
            error = self.assertRaises(kind, self.network.run_until, connecting)
        assert isinstance(error, ConnectError)
        return error

    def test_unreachable(self) -> None:
        """As if a router knew no way."""
        error = self.failure_of(Fault.unreachable(), ConnectError)

        self.assertEqual(error.osError, 113)

    def test_no_answer(self) -> None:
        """As if what is sent were lost: the kernel gives up after 127 seconds."""
        factory = RecordingClientFactory()
        reasons: list[object] = []
        self.patch(
            factory,
            "clientConnectionFailed",
            lambda connector, reason: reasons.append(reason.type),
        )
        with self.network.faults(Fault.no_answer()):
            self.client.reactor.connectTCP("192.0.2.2", 80, factory, timeout=200)
            self.network.advance(126.5)
            self.assertEqual(reasons, [])
            self.network.advance(1)

        self.assertEqual(reasons, [TCPTimedOutError])

    def test_given_up(self) -> None:
        """Who gives up before is told nothing more."""
        with self.network.faults(Fault.no_answer()):
            connecting = self.connect()
            self.network.advance(1)
            connecting.cancel()
            self.network.advance(200)

        self.failureResultOf(connecting)
        self.assertEqual(self.client.sockets, [])

    def test_target_by_name(self) -> None:
        """The machine can be told by its name, or by one of the table."""
        self.network.names["www"] = ["192.0.2.2"]
        for target in ("server", "www", "192.0.2.2"):
            self.failure_of(Fault.refuse(target=target), ConnectionRefusedError)
        with self.network.faults(Fault.refuse(target="client")):
            self.network.run_until(self.connect())

    def test_target_within_one_machine(self) -> None:
        """Its own loopback addresses are the machine's as well."""
        endpoint = HostnameEndpoint(self.server.reactor, "127.0.0.1", 80)
        with self.network.faults(Fault.refuse(target="server")):
            connecting = connectProtocol(endpoint, RecordingProtocol())
            self.assertRaises(
                ConnectionRefusedError, self.network.run_until, connecting
            )

    def test_address_of_nobody(self) -> None:
        """An address without a machine may have a name all the same."""
        self.network.names["gone"] = ["192.0.2.9"]
        with self.network.faults(Fault.refuse(target="gone")) as plan:
            connecting = self.connect("gone")
            self.assertRaises(
                ConnectionRefusedError, self.network.run_until, connecting
            )

        self.assertEqual(len(plan.met), 1)

    def test_others_succeed(self) -> None:
        """What is not to fail does not."""
        with self.network.faults(Fault.refuse(port=81)):
            connected = self.network.run_until(self.connect())

        self.assertEqual(connected.events, ["connectionMade"])


class LookupTests(FaultyMeshTestCase):
    """Look-ups that fail, or take their time."""

    def test_no_name(self) -> None:
        """The name is as good as unknown; others are not."""
        self.network.names["www"] = ["192.0.2.2"]
        with self.network.faults(Fault.no_name(target="server")):
            self.network.run_until(self.connect("www"))
            self.assertRaises(
                DNSLookupError, self.network.run_until, self.connect("server")
            )

    def test_target_is_the_name(self) -> None:
        """A look-up is told by the name that is looked up, however it is written."""
        self.network.names["www"] = ["192.0.2.2"]
        with self.network.faults(Fault.no_name(target="WWW.")) as plan:
            self.network.run_until(self.connect("server"))
            self.assertRaises(
                DNSLookupError, self.network.run_until, self.connect("www")
            )

        self.assertEqual(len(plan.met), 1)

    def test_target_is_no_machine(self) -> None:
        """A name that looks like an address is nobody's, whoever asks for it."""
        for name in ("february", "127.0.0.1.example"):
            self.network.names[name] = ["192.0.2.2"]
            with self.network.faults(Fault.no_name(target="client")):
                self.network.run_until(self.connect(name))

    def test_slow_name(self) -> None:
        """The answer takes longer, and is what it was."""
        with self.network.faults(Fault.slow_name(3)):
            self.network.run_until(self.connect())

        self.assertEqual(self.network.seconds(), 3.0)

    def test_stalled_name(self) -> None:
        """There is none."""
        with self.network.faults(Fault.stalled_name()):
            connecting = self.connect()
            self.network.advance(3600)

        self.assertNoResult(connecting)
        self.assertEqual(len(self.network.names.under_way), 1)

    def test_addresses_are_no_names(self) -> None:
        """They stand for themselves, as bytes too."""
        with self.network.faults(Fault.no_name()) as plan:
            answer = self.network.look_up(self.client, b"192.0.2.9")

        self.assertEqual(answer.addresses, ("192.0.2.9",))
        self.assertEqual(plan.met, [])


class ListenTests(FaultyMeshTestCase):
    """Ports that are taken."""

    def test_target(self) -> None:
        """Who listens everywhere listens at each address and name of the machine."""
        reactor = self.server.reactor
        for target in ("192.0.2.2", "127.0.0.1", "localhost", "server"):
            with self.network.faults(Fault.in_use(target=target)):
                self.assertRaises(CannotListenError, reactor.listenTCP, 7, Factory())
        with self.network.faults(Fault.in_use(target="127.0.0.1")):
            reactor.listenTCP(7, Factory(), interface="192.0.2.2")

    def test_in_use(self) -> None:
        """By TCP and by UDP, as it is told."""
        reactor = self.server.reactor
        with self.network.faults(Fault.in_use(port=7)):
            reactor.listenTCP(8, Factory())
            self.assertRaises(CannotListenError, reactor.listenTCP, 7, Factory())
            self.assertRaises(
                CannotListenError, reactor.listenUDP, 7, DatagramProtocol()
            )


class AwaitTests(FaultyMeshTestCase):
    """Coroutines that are disturbed while they wait."""

    async def wait_for(self, *awaited: "Deferred[str]") -> list[str]:
        """Wait for some results, and say of each what it was."""
        outcomes = []
        for each in awaited:
            try:
                outcomes.append(await each)
            except CancelledError:
                outcomes.append("cancelled")
        return outcomes

    def test_cancel(self) -> None:
        """What is awaited is cancelled, here the second time that anything is."""
        soon: Deferred[str] = Deferred()
        self.client.reactor.callLater(1, soon.callback, "in time")
        there: Deferred[str] = succeed("at once")
        with self.network.faults(Fault.cancel(nth=2)):
            waiting = self.wait_for(there, soon, Deferred())
            outcomes = self.network.run_until(waiting)

        self.assertEqual(outcomes, ["at once", "in time", "cancelled"])

    def test_cancel_of_a_generator(self) -> None:
        """What a generator of ``inlineCallbacks`` waits for is cancelled as well."""

        @inlineCallbacks
        def wait() -> "Generator[Deferred[str], str, str]":
            try:
                return (yield Deferred())
            except CancelledError:
                return "cancelled"

        with self.network.faults(Fault.cancel()):
            self.assertEqual(self.network.run_until(wait()), "cancelled")

    def test_cancel_is_part_of_the_program(self) -> None:
        """What a program says of it is said on its own standard output."""

        async def main(reactor: object) -> None:
            try:
                await Deferred()
            except CancelledError:
                print("cancelled")

        faults = self.network.faults(Fault.cancel(nth=1))
        with faults, run_program(main, host=self.client) as program:
            program.wait()

        self.assertEqual(program.stdout, "cancelled\n")

    def test_cancel_spares_twisted(self) -> None:
        """The resolver, which awaits threads, is left alone: only who asked is not."""
        with self.network.faults(Fault.slow_name(1), Fault.cancel(nth=1)) as plan:
            waiting = self.wait_for(self.connect())  # type: ignore[arg-type]
            with contextlib.suppress(
                DNSLookupError
            ):  # what newer versions of Twisted make of it
                self.network.run_until(waiting)
            self.network.advance(5)

        self.assertEqual([met.fault.name for met in plan.met], ["slow_name", "cancel"])
        self.assertEqual(self.client.sockets, [])

    def test_disconnect(self) -> None:
        """All connections are lost, on both sides."""
        connected = self.network.run_until(self.connect())
        soon: Deferred[str] = Deferred()
        self.client.reactor.callLater(1, soon.callback, "in time")
        with self.network.faults(Fault.disconnect()):
            outcomes = self.network.run_until(self.wait_for(soon))

        self.assertEqual(outcomes, ["in time"])
        self.assertEqual(connected.events, ["connectionMade", "connectionLost"])
        self.assertEqual(len(self.client.sockets), 0)
        self.assertEqual(len(self.server.sockets), 1)  # it still listens

    def test_disconnect_before_there_is_a_connection(self) -> None:
        """It is lost as soon as it is there, if somebody still waits."""
        for latency in (0, 1):
            self.network.shape(latency=latency)
            connecting = self.connect()
            done: Deferred[str] = Deferred()
            with self.network.faults(Fault.disconnect(nth=1)):
                waiting = ensureDeferred(self.wait_for(done))
                connected = self.network.run_until(connecting)
                self.network.advance(5)
            done.callback("done")

            self.assertEqual(connected.events, ["connectionMade", "connectionLost"])
            self.assertEqual(self.successResultOf(waiting), ["done"])
            self.assertEqual(self.client.sockets, [])
            self.assertEqual(len(self.server.sockets), 1)  # it still listens

    def test_disconnect_once(self) -> None:
        """Where a connection was lost, the next is not."""
        self.network.run_until(self.connect())
        with self.network.faults(Fault.disconnect(nth=1)):
            waiting = ensureDeferred(self.wait_for(Deferred()))
            self.network.flush()
            connected = self.network.run_until(self.connect())
            self.network.advance(5)

        self.assertNoResult(waiting)
        self.assertEqual(connected.events, ["connectionMade"])

    def test_disconnect_of_who_has_waited(self) -> None:
        """Later connections are not lost, nor more than the first."""
        soon: Deferred[str] = Deferred()
        self.client.reactor.callLater(1, soon.callback, "in time")
        with self.network.faults(Fault.disconnect(nth=1)):
            self.network.run_until(self.wait_for(soon))
            connected = self.network.run_until(self.connect())
            self.network.advance(5)

        self.assertEqual(connected.events, ["connectionMade"])

    def test_no_more(self) -> None:
        """Outside the block nobody is disturbed."""
        soon: Deferred[str] = Deferred()
        self.client.reactor.callLater(1, soon.callback, "in time")
        with self.network.faults(Fault.cancel()) as plan:
            pass
        outcomes = self.network.run_until(self.wait_for(soon))

        self.assertEqual((outcomes, plan.met), (["in time"], []))


class ClockTests(SynchronousTestCase):
    """Machines whose clock is wrong."""

    def test_skew(self) -> None:
        """Its programs are told another time; what they wait for takes as long."""
        network = Network()
        one, two = network.host("one"), network.host("two")
        with network.faults(Fault.skew(-100, host="one")):
            late = network.host("late")
        told: list[float] = []
        call = one.reactor.callLater(5, lambda: told.append(one.reactor.seconds()))

        self.assertEqual((call.getTime(), call.seconds()), (-95.0, -100.0))
        network.advance(10)
        self.assertEqual(told, [-95.0])
        self.assertEqual(two.reactor.seconds(), 10.0)
        self.assertEqual(late.reactor.seconds(), 10.0)

    def test_of_a_machine_that_comes_later(self) -> None:
        """It has a wrong clock from its start."""
        network = Network()
        with network.faults(Fault.skew(7)):
            late = network.host("late")

        self.assertEqual(late.reactor.seconds(), 7.0)


class TraceTests(FaultyMeshTestCase):
    """What a trace tells of faults."""

    def test_fault(self) -> None:
        """That it happened, on which machine, and with what."""
        trace = self.network.start_trace()
        with self.network.faults(Fault.refuse(port=80)):
            self.network.run_until(self.connect().addErrback(lambda _: None))

        faults = [str(event) for event in trace if event.kind == "fault"]
        self.assertEqual(
            faults, ["0.000000000 client fault refuse(port=80) -> 192.0.2.2"]
        )
