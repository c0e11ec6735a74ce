"""Tests for letting one operation after the other fail."""

from collections.abc import Callable
from typing import Any, ClassVar

from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.protocols.wire import Echo
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import FailTest, SkipTest, SynchronousTestCase

from harness import (
    Fault,
    HarnessTestCase,
    InvariantBroken,
    Network,
    RecordingProtocol,
    every_failure,
)
from harness._every_failure import Survey
from harness.test.apart import run_apart
from harness.test.settings import settings

TRIAL = "python -m twisted.trial"


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


class Sample(HarnessTestCase):
    """Tests that let things fail; trial does not find them here."""

    skews: ClassVar[list[float]] = []

    def check(self) -> None:
        """Note the skew of a clock."""
        host = self.network.hosts.get("one") or self.network.host("one")
        self.skews.append(host.clock_skew)

    def lets_fail(self) -> None:
        """Let one thing after the other fail, twice."""
        self.skews.clear()
        every_failure(self.check, Fault.skew(1), Fault.skew(2))
        every_failure(self.check, Fault.skew(3))

    def skips(self) -> None:
        """Be skipped within."""
        every_failure(lambda: self.give_up("too late"))

    def give_up(self, reason: str) -> None:
        """Skip."""
        raise SkipTest(reason)

    def fails_within(self) -> None:
        """Fail within, as is known."""
        every_failure(divide)

    fails_within.todo = "it is hard"  # type: ignore[attr-defined]


class ReplayTests(SynchronousTestCase):
    """What ``HARNESS_SEED`` makes of a test that lets things fail."""

    def problems_of(self, seed: str, name: str = "lets_fail") -> list[str]:
        """Run a sample; return how it failed."""
        result = self.result = TestResult()
        with settings(HARNESS_SEED=seed):
            Sample(name).run(result)
        problems: list[Any] = [*result.failures, *result.errors]
        return [each.getErrorMessage() for _, each in problems]

    def test_fault_of_its_own(self) -> None:
        """The run is made of the function, and not of the test around it."""
        self.assertEqual(self.problems_of("0:fault.start.2=1+skew-2"), [])
        self.assertEqual(Sample.skews, [2])

    def test_fault_of_another_call(self) -> None:
        """All faults of one test have different names."""
        self.assertEqual(self.problems_of("0:fault.start.2=1+skew-3"), [])
        self.assertEqual(Sample.skews, [3])

    def test_run_again(self) -> None:
        """They have the same names when the test is run again."""
        case, result = Sample("lets_fail"), TestResult()
        for _ in range(2):
            with settings(HARNESS_SEED="0:fault.start.2=1+skew-3"):
                case.run(result)

            self.assertEqual(Sample.skews, [3])
            self.assertTrue(result.wasSuccessful())

    def test_fault_of_nobody(self) -> None:
        """A replay that nobody makes fails."""
        (problem,) = self.problems_of("0:fault.start.1=1+skew-4")

        gone = "this run does not exist any more: skew-4 never came up"
        self.assertTrue(problem.startswith(gone), problem)
        self.assertEqual(Sample.skews, [])

    def test_what_never_comes_up(self) -> None:
        """So does one that is another by now."""
        (problem,) = self.problems_of("0:fault.start.3=1+skew-2")

        gone = "this run does not exist any more: fault.start.3=1 never came up"
        self.assertTrue(problem.startswith(gone), problem)

    def test_explored(self) -> None:
        """What was found by exploring the whole test is the run of the whole test."""
        self.assertEqual(self.problems_of("0:fault.start.2=1+skew"), [])
        self.assertEqual(Sample.skews[:1], [-3600.0])

    def test_no_test(self) -> None:
        """Outside of tests, a function makes its own run, or there is none."""
        said: list[str] = []

        def start() -> None:
            said.append(str(Network().host("one").clock_skew))

        with settings(HARNESS_SEED="0:fault.start.1=1+skew-2"):
            run_apart(lambda: said.append(failure_of(start, *skews)))
        with settings(HARNESS_SEED="0:fault.start.1=1+skew-3"):
            run_apart(lambda: said.append(failure_of(start, *skews)))

        gone = "this run does not exist any more: skew-3 never came up"
        self.assertEqual(said, ["2", "", gone])

    def test_skipped(self) -> None:
        """A test that skips where nothing goes wrong is skipped."""
        self.assertEqual(self.problems_of("", "skips"), [])
        self.assertEqual([reason for _, reason in self.result.skips], ["too late"])

    def test_todo(self) -> None:
        """A test that is known to fail does so, as trial says it."""
        self.assertEqual(self.problems_of("", "fails_within"), [])
        self.assertEqual(len(self.result.expectedFailures), 1)


skews = (Fault.skew(1), Fault.skew(2))


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

    def test_faults_only(self) -> None:
        """What is no fault is refused before anything is run."""
        given: Any = "reset"
        self.assertRaises(TypeError, every_failure, self.never, given)

    def test_not_survived(self) -> None:
        """All failures are told, with the lines that make them again."""
        with settings(HARNESS_SEED=""):
            error = self.assertRaises(
                FailTest, every_failure, self.notices, Fault.skew(1), Fault.skew(2)
            )

        text = str(error)
        self.assertTrue(text.startswith("fails in 2 of 9 runs\n"), text)
        line = f"  HARNESS_SEED=0:fault.start.1=1+skew-2 {TRIAL} {self.id()}\n\n"
        self.assertIn(
            "\none: start: skew(seconds=2)\n"
            "  FailTest: 2 != 0\n"
            f"{line}"
            "The first of them:\nTraceback",
            text,
        )

    def test_replay(self) -> None:
        """With such a line, that one run is made."""
        with settings(HARNESS_SEED="0:fault.start.1=1+skew-2"):
            error = self.assertRaises(
                FailTest, every_failure, self.notices, Fault.skew(1), Fault.skew(2)
            )

        self.assertIn("2 != 0", str(error))

    def test_replay_of_what_is_mended(self) -> None:
        """A run that passes by now passes."""
        with settings(HARNESS_SEED="0:fault.start.2=1+skew-2"):
            runs = every_failure(self.notices, Fault.skew(1), Fault.skew(2))

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
        """A function is known by the test that it is part of."""
        with settings(HARNESS_SEED=""):
            error = failure_of(divide)

        self.assertIn(f"  HARNESS_SEED=0: {TRIAL} {self.id()}\n", error)

    def test_name_without_a_test(self) -> None:
        """Or else by its own."""
        errors: list[str] = []
        with settings(HARNESS_SEED=""):
            run_apart(lambda: errors.append(failure_of(divide)))

        name = "harness.test.test_every_failure.divide"
        self.assertIn(f"  HARNESS_SEED=0: {TRIAL} {name}\n", errors[0])

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

    def test_no_network(self) -> None:
        """A function that makes no network has nothing to fail."""
        error = self.assertRaises(ValueError, every_failure, lambda: self.network)

        self.assertIn("<lambda> makes no Network, so that nothing", str(error))

    def test_nothing_to_befall(self) -> None:
        """A fault that is confined has to befall something."""
        faults = (
            Fault.refuse(host="nosuch"),
            Fault.refuse(port=8),
            Fault.refuse(target="192.0.2.9"),
            Fault.refuse(nth=3),
            Fault.reset(),
        )
        with settings(HARNESS_SEED=""):
            failure = failure_of(self.survives, Fault.refuse(nth=1), *faults)

        self.assertEqual(
            failure,
            "there is no operation that refuse(host='nosuch') could befall\n"
            "there is no operation that refuse(port=8) could befall\n"
            "there is no operation that refuse(target='192.0.2.9') could befall\n"
            "there is no operation that refuse(nth=3) could befall",
        )

    def test_something_to_befall(self) -> None:
        """On one of several networks."""

        def start_two() -> None:
            for name in "one", "two":
                Network().host(name)

        faults = Fault.skew(1, host="one"), Fault.skew(1, host="two")
        with settings(HARNESS_SEED=""):
            self.assertEqual(every_failure(start_two, *faults), 1 + 3 + 3)

    def test_nothing_to_befall_and_failures(self) -> None:
        """It does not hide what else there is."""
        faults = Fault.skew(1, host="nosuch"), Fault.skew(2, host="one")
        with settings(HARNESS_SEED=""):
            failure = failure_of(self.notices, *faults)

        self.assertTrue(
            failure.startswith(
                "there is no operation that skew(seconds=1, host='nosuch') could "
                "befall\nfails in 1 of 4 runs\n\none: start: skew(seconds=2, host="
            ),
            failure,
        )

    def test_invariants(self) -> None:
        """What is demanded in a run is judged at its end, also if it was hushed up."""

        def hope() -> None:
            Network().eventually("never", lambda: False, within=5)

        def hush() -> None:
            network = Network()
            network.always("not yet", lambda: network.seconds() < 1)
            network.host("one").reactor.callLater(1, int)
            try:
                network.advance(1)
            except InvariantBroken:
                return

        with settings(HARNESS_SEED=""):
            self.assertIn("'never' had not come true when", failure_of(hope))
            self.assertIn("'not yet' is broken at 1.0 s", failure_of(hush))

    def test_no_function(self) -> None:
        """What is to be run can be called."""
        result: Any = None
        error = self.assertRaises(TypeError, every_failure, result)

        self.assertEqual(
            str(error), "test must be a function without arguments, not None"
        )

    def test_no_fault(self) -> None:
        """What is to go wrong is a fault."""
        fault: Any = [Fault.reset()]
        error = self.assertRaises(TypeError, every_failure, divide, fault)

        self.assertIn("a fault must be a Fault, not [Fault(name='reset'", str(error))

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


def failure_of(test: Callable[[], object], *faults: Fault) -> str:
    """Return how something fails."""
    try:
        every_failure(test, *faults)
    except FailTest as error:
        return str(error)
    return ""


def divide() -> None:
    """Fail."""
    raise ZeroDivisionError
