"""Tests for letting one operation after the other fail."""

from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.protocols.wire import Echo
from twisted.trial.unittest import FailTest, SynchronousTestCase

from harness import Fault, Network, RecordingProtocol, every_failure
from harness._every_failure import Survey
from harness.test.settings import settings


async def connect_twice(network: Network) -> str:
    """Connect, and if that is in vain connect once more."""
    client = network.host("client", "192.0.2.1")
    server = network.host("server", "192.0.2.2")
    server.reactor.listenTCP(80, Factory.forProtocol(Echo))
    endpoint = HostnameEndpoint(client.reactor, "server", 80)
    try:
        await connectProtocol(endpoint, RecordingProtocol())
    except (ConnectError, DNSLookupError):
        await connectProtocol(endpoint, RecordingProtocol())
    return "connected"


class EveryFailureTests(SynchronousTestCase):
    """What `every_failure` promises."""

    def setUp(self) -> None:
        self.network = Network()

    def survives(self) -> None:
        """One failure does no harm."""
        outcome = self.network.run_until(connect_twice(self.network))

        self.assertEqual(outcome, "connected")

    def notices(self) -> None:
        """Nothing is to go wrong at all."""
        with self.network.faults(Fault.skew(0)):
            self.assertEqual(self.network.host("one").clock_skew, 0)
        self.survives()

    def never(self) -> None:
        """Be wrong from the beginning."""
        raise ZeroDivisionError

    def test_survived(self) -> None:
        """A run for each operation of the kind, one that meets none, and a first."""
        with settings(HARNESS_SEED=""):
            runs = every_failure(self.survives, Fault.refuse(), Fault.no_name())

        self.assertEqual(runs, 1 + 2 + 2)

    def test_not_survived(self) -> None:
        """All failures are told, with the lines that make them again."""
        with settings(HARNESS_SEED=""):
            error = self.assertRaises(
                FailTest, every_failure, self.notices, Fault.skew(1), Fault.skew(2)
            )

        text = str(error)
        self.assertTrue(text.startswith("fails in 2 of 9 runs\n"), text)
        self.assertIn(
            "\none: start: skew(seconds=2)\n"
            "  FailTest: 2 != 0\n"
            f"  HARNESS_SEED=0:fault.start.1=1+skew-2 trial {self.id()}\n\n"
            "The first of them:\nTraceback",
            text,
        )

    def test_replay(self) -> None:
        """With such a line, that one run is made."""
        with settings(HARNESS_SEED="0:fault.start.1=1+skew-2"):
            error = self.assertRaises(
                FailTest, every_failure, self.notices, Fault.skew(1), Fault.skew(2)
            )
        with settings(HARNESS_SEED="0:fault.start.2=1+skew-2"):
            runs = every_failure(self.notices, Fault.skew(1), Fault.skew(2))

        self.assertIn("2 != 0", str(error))
        self.assertEqual(runs, 1)

    def test_a_test_that_fails_anyhow(self) -> None:
        """Then nothing more is tried."""
        with settings(HARNESS_SEED="7"):
            error = self.assertRaises(FailTest, every_failure, self.never)

        self.assertIn("fails in 1 of 1 runs\n\nnothing went wrong\n", str(error))

    def test_function(self) -> None:
        """Any function can be a test."""

        def survives() -> None:
            network = Network()
            assert network.run_until(connect_twice(network)) == "connected"

        with settings(HARNESS_SEED=""):
            self.assertEqual(every_failure(survives, Fault.refuse()), 3)

    def test_name_of_a_function(self) -> None:
        """A function is known by its own name."""
        with settings(HARNESS_SEED=""):
            error = self.assertRaises(FailTest, every_failure, divide)

        line = "HARNESS_SEED=0: trial harness.test.test_every_failure.divide"
        self.assertIn(line, str(error))

    def test_several_networks(self) -> None:
        """The operations of each of them fail."""

        def start_two() -> None:
            skews = [Network().host("one").clock_skew for _ in range(2)]
            skewed.append(skews)

        skewed: list[list[float]] = []
        with settings(HARNESS_SEED=""):
            every_failure(start_two, Fault.skew(1))

        self.assertEqual(skewed, [[0, 0], [1, 0], [0, 0], [0, 1], [0, 0]])

    def test_no_end(self) -> None:
        """A program that tries again for ever is not tested for ever."""

        def try_for_ever() -> None:
            network = Network()
            reactor = network.host("one").reactor
            endpoint = HostnameEndpoint(reactor, "localhost", 80)
            loop = LoopingCall(
                lambda: connectProtocol(endpoint, Echo()).addErrback(lambda _: None)
            )
            loop.clock = reactor
            loop.start(0.01)
            network.advance(4)
            loop.stop()
            network.advance(1)

        self.patch(Survey, "ENDLESS", 10)
        with settings(HARNESS_SEED=""):
            error = self.assertRaises(
                FailTest, every_failure, try_for_ever, Fault.refuse()
            )

        self.assertIn("refuse: more than 10 operations", str(error))

    def test_within_a_run(self) -> None:
        """A test that is part of an exploration is just run."""
        with settings(HARNESS_SEED=""):
            runs = every_failure(lambda: every_failure(Network), Fault.refuse())

        self.assertEqual(runs, 2)

    def test_all_failures(self) -> None:
        """Without more, it is all that can break off or keep silent."""

        def wait() -> None:
            network = Network()
            reactor = network.host("one").reactor
            connecting = connectProtocol(endpoint(reactor), Echo())
            network.advance(60)
            connecting.addErrback(lambda _: None)

        def endpoint(reactor: object) -> HostnameEndpoint:
            return HostnameEndpoint(reactor, "nowhere", 80)

        with settings(HARNESS_SEED=""):
            # Three faults befall the look-up, two more what is awaited meanwhile.
            self.assertGreaterEqual(every_failure(wait), 1 + 16 + 3)


def divide() -> None:
    """Fail."""
    raise ZeroDivisionError
