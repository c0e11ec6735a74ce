"""Tests for what is demanded of programs on a network."""

from twisted.internet.protocol import Factory, Protocol
from twisted.internet.threads import deferToThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import InvariantBroken, Network
from harness._leftovers import release_threads
from harness.test.clients import RecordingClientFactory


class InvariantsTestCase(SynchronousTestCase):
    """A machine with something to be wrong about."""

    def setUp(self) -> None:
        self.network = Network()
        self.host = self.network.host("shop", "192.0.2.1")
        self.reactor = self.host.reactor
        self.stock = 1

    def sell(self) -> None:
        """Sell one, whether there is one or not."""
        self.stock -= 1


class AlwaysTests(InvariantsTestCase):
    """What `Network.always` promises."""

    def broken(self) -> str:
        """Let some time pass, and return what the error says."""
        error = self.assertRaises(InvariantBroken, self.network.advance, 10)
        return str(error)

    def demand(self) -> None:
        """Demand that there is never less than nothing."""
        self.network.always("stock is not negative", lambda: self.stock >= 0)

    def test_call(self) -> None:
        """It is told which call broke it, and when, and that is when it is raised."""
        self.demand()
        for second in (1, 2, 3):
            self.reactor.callLater(second, self.sell)

        message = "'stock is not negative' is broken at 2.0 s, by shop: call "
        self.assertEqual(self.broken(), f"{message}InvariantsTestCase.sell")
        self.assertEqual(self.network.seconds(), 2.0)

    def test_socket(self) -> None:
        """Or at which socket something came."""
        self.demand()
        seller = Protocol()
        seller.dataReceived = lambda data: self.sell()  # type: ignore[method-assign]
        self.reactor.listenTCP(80, Factory.forProtocol(lambda: seller))
        buyer = RecordingClientFactory()
        self.reactor.connectTCP("127.0.0.1", 80, buyer)
        self.network.flush()
        self.stock = 0
        buyer.protocol.transport.write(b"one, please")

        self.assertIn("at 0.0 s, by shop: connection 127.0.0.1:80 -> ", self.broken())

    def test_thread(self) -> None:
        """Of what threads do it is not known which did it."""
        self.demand()
        self.stock = 0
        self.addCleanup(release_threads, self.network)
        deferToThreadPool(self.reactor, self.reactor.getThreadPool(), self.sell)

        self.assertIn("by the test, or a thread", self.broken())

    def test_at_once(self) -> None:
        """It has to be true from the beginning."""
        self.stock = -1
        error = self.assertRaises(InvariantBroken, self.demand)

        self.assertIn("is broken at 0.0 s, by the test", str(error))

    def test_assertion(self) -> None:
        """It can say for itself what is wrong."""
        self.network.always("one", lambda: self.assertEqual(self.stock, 1) or True)
        self.reactor.callLater(1, self.sell)

        self.assertIn("'one' is broken, for 0 != 1, at 1.0 s", self.broken())

    def test_several(self) -> None:
        """All are looked at."""
        self.network.always("stock is an integer", lambda: type(self.stock) is int)
        self.demand()
        self.stock = 0
        self.reactor.callLater(1, self.sell)

        self.assertIn("'stock is not negative' is broken", self.broken())

    def test_once(self) -> None:
        """What is broken stays so: it is said once."""
        self.demand()
        self.stock = 0
        self.reactor.callLater(1, self.sell)
        self.broken()

        self.network.advance(10)

    def test_running_reactor(self) -> None:
        """A reactor that runs does not go on."""
        self.demand()
        for second in (1, 2, 3):
            self.reactor.callLater(second, self.sell)

        self.assertRaises(InvariantBroken, self.reactor.run, False)
        self.assertEqual(self.network.seconds(), 2.0)


class EventuallyTests(InvariantsTestCase):
    """What `Network.eventually` promises."""

    def demand(self) -> None:
        """Demand that all is sold within five seconds."""
        self.network.eventually("all is sold", lambda: self.stock == 0, within=5)

    def test_in_time(self) -> None:
        """Once is enough, and nothing is left of it."""
        self.demand()
        self.reactor.callLater(4, self.sell)
        self.reactor.callLater(4.5, setattr, self, "stock", 1)
        self.network.advance(10)

        self.assertEqual(self.network.scheduler.getDelayedCalls(), [])

    def test_at_the_last_moment(self) -> None:
        """What happens at the very end still counts, if it was meant to before."""
        self.reactor.callLater(5, self.sell)
        self.demand()

        self.network.advance(10)

    def test_not_in_time(self) -> None:
        """The error is raised when the time is over."""
        self.demand()
        self.reactor.callLater(6, self.sell)
        error = self.assertRaises(InvariantBroken, self.network.advance, 10)

        self.assertEqual(self.network.seconds(), 5.0)
        self.assertEqual(
            str(error),
            "'all is sold' has not come true within 5 s at 5.0 s, "
            "by network: Invariants.hope_no_longer",
        )
        self.network.advance(10)

    def test_true_by_its_last_event(self) -> None:
        """The end of the time is an event as any other."""
        self.network.eventually("late", lambda: self.network.seconds() >= 5, within=5)

        self.network.advance(10)

    def test_true_from_the_beginning(self) -> None:
        """Then there is nothing to wait for."""
        self.stock = 0
        self.demand()

        self.assertEqual(self.network.scheduler.getDelayedCalls(), [])
