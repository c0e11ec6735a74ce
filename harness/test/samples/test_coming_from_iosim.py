"""The same test, with `twisted.test.iosim` and with what the harness has."""

from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.task import Clock
from twisted.test import iosim
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor, connect_pair
from harness.test.samples.greeting import Door, Doorkeeper, Visitor, visit


class GreetingTests(SynchronousTestCase):
    """A doorkeeper and a visitor meet."""

    def test_with_iosim(self) -> None:
        """Two protocols are joined by transports of iosim's own."""
        doorkeeper, visitor = Doorkeeper(Clock()), Visitor(b"Ada")
        pump = iosim.connect(
            doorkeeper,
            iosim.makeFakeServer(doorkeeper),
            visitor,
            iosim.makeFakeClient(visitor),
        )
        pump.flush()

        self.assertEqual(self.successResultOf(visitor.greeting), b"Hello, Ada")

    def test_with_a_pair(self) -> None:
        """Two protocols are joined by transports of Twisted's own."""
        doorkeeper, visitor = Doorkeeper(Clock()), Visitor(b"Ada")
        pair = connect_pair(visitor, doorkeeper)
        pair.flush()

        self.assertEqual(self.successResultOf(visitor.greeting), b"Hello, Ada")

    def test_with_the_virtual_reactor(self) -> None:
        """One side listens, the other connects; the transports are Twisted's."""
        reactor = VirtualReactor()
        reactor.listenTCP(4000, Door(reactor))

        greeting = reactor.run_until(
            visit(HostnameEndpoint(reactor, "localhost", 4000), b"Ada")
        )

        self.assertEqual(greeting, b"Hello, Ada")
