"""Names that have several addresses, are slow, or fail."""

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, Network, RecordingProtocol


async def connect_patiently(
    clock: IReactorTime, endpoint: IStreamClientEndpoint, factory: IProtocolFactory
) -> IProtocol:
    """Connect, and ask once more in ten seconds if the name is not known."""
    try:
        return await endpoint.connect(factory)
    except DNSLookupError:
        await deferLater(clock, 10)
        return await endpoint.connect(factory)


class NamesTests(SynchronousTestCase):
    """A client, and a server that is called ``www.example``."""

    def setUp(self) -> None:
        self.network = Network()
        self.network.host("www.example", "192.0.2.1", "2001:db8::1").reactor.listenTCP(
            80, Factory.forProtocol(RecordingProtocol), interface="::"
        )
        self.reactor = self.network.host("pc", "192.0.2.9", "2001:db8::9").reactor
        self.endpoint = HostnameEndpoint(self.reactor, "www.example", 80)
        self.factory = Factory.forProtocol(RecordingProtocol)

    def connect(self) -> Deferred[IProtocol]:
        """Begin to connect by name."""
        connecting: Deferred[IProtocol] = self.endpoint.connect(self.factory)
        return connecting

    def test_one_address_is_dead(self) -> None:
        """What no machine has never answers, and the next address has its turn."""
        self.network.names["www.example"] = ["2001:db8::99", "192.0.2.1"]

        self.network.run_until(self.connect())

        self.assertEqual(self.network.seconds(), 0.3)

    def test_slow(self) -> None:
        """The look-up takes three seconds, the connection none."""
        self.network.names.delay("www.example", 3)

        self.network.run_until(self.connect())

        self.assertEqual(self.network.seconds(), 3)

    def test_fails(self) -> None:
        """No server can be asked, as the resolver finds out after ten seconds."""
        self.network.names.fail("www.example", after=10)

        with self.assertRaises(DNSLookupError):
            self.network.run_until(self.connect())

        self.assertEqual(self.network.seconds(), 10)

    def test_fails_once(self) -> None:
        """The first look-up fails, and the second does not."""
        self.network.names.answer_in_turn("www.example", [], ["192.0.2.1"])

        self.network.run_until(
            connect_patiently(self.reactor, self.endpoint, self.factory)
        )

        self.assertEqual(self.network.seconds(), 10)

    def test_never_answered(self) -> None:
        """An endpoint waits for a name for ever: it has no time limit for that."""
        self.network.names.stall("www.example")

        with self.assertRaises(Deadlock):
            self.network.run_until(self.connect())

    def test_time_limit(self) -> None:
        """... unless the program sets one."""
        self.network.names.stall("www.example")

        connecting = self.connect().addTimeout(15, self.reactor)
        with self.assertRaises(DNSLookupError):
            self.network.run_until(connecting)

        self.assertEqual(self.network.seconds(), 15)
