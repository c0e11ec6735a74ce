"""What becomes of a program when something goes wrong."""

from typing import Any

from twisted.internet.defer import Deferred, TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.error import ConnectError, ConnectionLost, DNSLookupError
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network, every_failure


class Greeter(LineReceiver):
    """Answers each name with a greeting."""

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(b"Hello, " + line)


class Guest(LineReceiver):
    """Says a name, and waits for what is said."""

    transport: Any

    def __init__(self) -> None:
        self._answer: Deferred[bytes] = Deferred()

    def say(self, name: bytes) -> "Deferred[bytes]":
        """Say it; the Deferred fires with the answer."""
        self.sendLine(name)
        return self._answer

    def lineReceived(self, line: bytes) -> None:
        self.transport.loseConnection()
        self._answer.callback(line)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if not self._answer.called:
            self._answer.errback(Failure(ConnectionLost()))


async def visit(reactor: Any, name: bytes) -> str:
    """Ask the server for a greeting, for ten seconds at most."""
    connecting = connectProtocol(HostnameEndpoint(reactor, "server", 4000), Guest())
    try:
        guest = await connecting.addTimeout(10, reactor)
        greeting = await guest.say(name).addTimeout(10, reactor)
    except (ConnectError, ConnectionLost, DNSLookupError, TimeoutError) as error:
        return f"no greeting: {type(error).__name__}"
    return str(greeting.decode())


class Visit(SynchronousTestCase):
    """A server with two addresses, and a guest."""

    def setUp(self) -> None:
        self.network = Network()
        server = self.network.host("server", "192.0.2.1", "192.0.2.2")
        server.reactor.listenTCP(4000, Factory.forProtocol(Greeter))
        self.guest = self.network.host("guest", "192.0.2.3").reactor

    def visit(self) -> str:
        """Ask for a greeting."""
        outcome = self.network.run_until(visit(self.guest, b"Ada"))
        self.network.flush()
        return outcome


class FaultsTests(Visit):
    """One thing goes wrong."""

    def test_second_address(self) -> None:
        """Where the first address refuses, the second is tried."""
        with self.network.faults(Fault.refuse(target="192.0.2.1")):
            self.assertEqual(self.visit(), "Hello, Ada")

    def test_connection_is_lost_in_the_middle(self) -> None:
        """Half an answer is none."""
        with self.network.faults(Fault.cut(after=3, host="server")):
            self.assertEqual(self.visit(), "no greeting: ConnectionLost")

    def test_what_happened(self) -> None:
        """It is written down."""
        with self.network.faults(Fault.slow_name(2)) as plan:
            self.visit()

        self.assertEqual(
            [str(met) for met in plan.met],
            ["0.000000000 guest: lookup server: slow_name(seconds=2)"],
        )


class EveryFailureTests(Visit):
    """Each thing goes wrong, one after the other."""

    def check_visit(self) -> None:
        """There is a greeting, or there is none, and that before long."""
        outcome = self.visit()

        self.assertTrue(outcome == "Hello, Ada" or "no greeting: " in outcome, outcome)
        self.assertLessEqual(self.network.seconds(), 20)

    def test_every_failure(self) -> None:
        """Whatever goes wrong."""
        faults = (
            Fault.no_name(),
            Fault.stalled_name(),
            Fault.refuse(),
            Fault.no_answer(),
            Fault.reset(),
            Fault.cut(after=3),
            Fault.stall(),
            Fault.disconnect(),
        )
        every_failure(self.check_visit, *faults)
