"""Tests for what is demanded of programs on a network."""

from functools import partial
from typing import Any

from twisted.internet.protocol import Factory, Protocol
from twisted.internet.threads import deferToThreadPool
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import HarnessTestCase, InvariantBroken, Isolation, LeftBehind, Network
from harness._leftovers import release_threads
from harness.test.clients import RecordingClientFactory


class InvariantsTestCase(SynchronousTestCase):
    """A machine with something to be wrong about."""

    def setUp(self) -> None:
        self.network = Network()
        self.host = self.network.host("shop", "192.0.2.1")
        self.reactor = self.host.reactor
        self.stock = 1

    def expect_one(self) -> bool:
        """Demand that there is one left."""
        self.assertEqual(self.stock, 1)
        return True

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
        self.network.always("one", self.expect_one)
        self.reactor.callLater(1, self.sell)

        self.assertIn("'one' is broken, for 0 != 1, at 1.0 s", self.broken())

    def test_other_error(self) -> None:
        """Any other error of the predicate is told as its cause, once."""
        self.network.always("rate", lambda: 1 / self.stock)
        self.reactor.callLater(1, self.sell)
        error = self.assertRaises(InvariantBroken, self.network.advance, 10)

        self.assertEqual(
            str(error),
            "'rate' cannot be judged, for ZeroDivisionError('division by zero'), "
            "at 1.0 s, by shop: call InvariantsTestCase.sell",
        )
        self.assertIsInstance(error.__cause__, ZeroDivisionError)
        self.network.advance(10)

    def test_other_error_that_is_caught(self) -> None:
        """Nobody can hide it."""
        with self.assertRaises(LeftBehind) as caught, Isolation() as isolation:
            always = isolation.network.always
            self.assertRaises(InvariantBroken, always, "rate", lambda: 1 / 0)

        self.assertIn(
            "[invariant] 'rate' cannot be judged, for ZeroDivisionError(",
            str(caught.exception),
        )

    def test_none(self) -> None:
        """What is neither true nor false is a mistake in the test."""
        error = self.assertRaises(TypeError, self.network.always, "x", {}.clear)

        self.assertEqual(
            str(error), "'x' must say true or false: its predicate returned None"
        )

    def test_no_predicate(self) -> None:
        """So is what cannot be called."""
        predicate: Any = True
        for demand in (
            partial(self.network.always, "x", predicate),
            partial(self.network.eventually, "x", predicate, 1),
        ):
            error = self.assertRaises(TypeError, demand)
            self.assertEqual(str(error), "predicate must be a function, not True")

    def test_name_that_is_taken(self) -> None:
        """One demand does not take the place of another."""
        self.demand()
        for demand in (
            self.demand,
            partial(self.network.eventually, "stock is not negative", int, 1),
        ):
            error = self.assertRaises(ValueError, demand)
            self.assertIn(
                "'stock is not negative' is demanded already, at ", str(error)
            )
        self.assertIn("test_invariants.py:", str(error))

    def test_name_that_is_free_again(self) -> None:
        """What is broken is demanded no longer."""
        self.stock = -1
        self.assertRaises(InvariantBroken, self.demand)
        self.stock = 1

        self.demand()

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

    def test_assertion(self) -> None:
        """As long as the predicate objects it is not true; in the end it says why."""
        self.stock = 2
        self.network.eventually("one", self.expect_one, within=5)
        self.reactor.callLater(4, self.sell)
        self.network.advance(10)
        self.network.eventually("one", self.expect_one, within=5)
        self.sell()
        self.network.eventually("one again", self.expect_one, within=5)
        error = self.assertRaises(InvariantBroken, self.network.advance, 10)

        self.assertIn(
            "'one again' has not come true within 5 s, for 0 != 1, at 15.0 s",
            str(error),
        )

    def test_other_error(self) -> None:
        """Any other error of the predicate is not waited for to pass."""
        self.network.eventually("rate", lambda: 1 / self.stock > 1, within=5)
        self.reactor.callLater(1, self.sell)
        error = self.assertRaises(InvariantBroken, self.network.advance, 10)

        self.assertIn("'rate' cannot be judged, for ZeroDivisionError(", str(error))
        self.assertEqual(self.network.seconds(), 1.0)
        self.assertEqual(self.network.scheduler.getDelayedCalls(), [])

    def test_other_error_at_once(self) -> None:
        """Nor if that is so from the beginning."""
        error = self.assertRaises(
            InvariantBroken, self.network.eventually, "rate", lambda: 1 / 0, 5
        )

        self.assertIn("'rate' cannot be judged, for ZeroDivisionError(", str(error))
        self.assertEqual(self.network.scheduler.getDelayedCalls(), [])

    def test_no_time(self) -> None:
        """It needs some time, and that ends."""
        for within in (-1, float("inf"), float("nan")):
            error = self.assertRaises(
                ValueError, self.network.eventually, "x", bool, within
            )
            self.assertEqual(
                str(error),
                "eventually: within must be a number of seconds, 0 or more, "
                f"not {within}",
            )

    def test_no_number(self) -> None:
        """That is a number."""
        wrongs: list[Any] = ["2", True, None]
        for within in wrongs:
            error = self.assertRaises(
                TypeError, self.network.eventually, "x", bool, within
            )
            self.assertEqual(
                str(error),
                "eventually: within must be a number of seconds, 0 or more, "
                f"not {within!r}",
            )

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


class Plain(SynchronousTestCase):
    """Tests that end too early; trial does not find them here."""

    def setUp(self) -> None:
        self.network = Network()

    def tearDown(self) -> None:
        self.network.advance(5)

    def passes(self) -> None:
        """What is hoped for comes true, if late."""
        self.network.eventually("late", lambda: self.network.seconds() > 5, within=10)
        self.network.advance(1)

    def hopes(self) -> None:
        """What is hoped for never comes true."""
        self.network.eventually("never", lambda: False, within=10)
        self.network.advance(1)

    def catches(self) -> None:
        """What is broken is caught on purpose."""
        self.network.always("early", lambda: self.network.seconds() < 1)
        self.network.eventually("late", lambda: self.network.seconds() > 1, within=10)
        self.assertRaises(InvariantBroken, self.network.advance, 1)


class Isolated(Plain, HarnessTestCase):
    """The same in a test case that leaves nothing behind."""

    def setUp(self) -> None:
        """Leave the network as it is."""

    def tearDown(self) -> None:
        """Do not let time pass either."""

    def fails(self) -> None:
        """Something else is wrong."""
        self.hopes()
        raise ZeroDivisionError

    def is_allowed(self) -> None:
        """What is left may be left."""
        self.allow_leftovers("invariant")
        self.catches()
        self.hopes()


class EndTests(SynchronousTestCase):
    """What becomes of a demand at the end of a test."""

    def problems_of(self, case: SynchronousTestCase) -> list[str]:
        """Run a test; return how it failed."""
        result = TestResult()
        case.run(result)
        problems: list[Any] = [*result.failures, *result.errors]
        return [each.getErrorMessage().partition("\n\n")[0] for _, each in problems]

    def test_not_yet_true(self) -> None:
        """What has not come true by then is told, though there was some time left."""
        self.assertEqual(
            self.problems_of(Plain("hopes")),
            [
                "'never' had not come true when the test ended, at 6.0 s; "
                "it had until 10.0 s"
            ],
        )

    def test_true_at_last(self) -> None:
        """The end is that of ``tearDown``."""
        self.assertEqual(self.problems_of(Plain("passes")), [])

    def test_broken_and_caught(self) -> None:
        """A test may expect that something is broken."""
        self.assertEqual(self.problems_of(Plain("catches")), [])

    def test_isolated(self) -> None:
        """With an isolation both are left behind, and told with the line."""
        (problem,) = self.problems_of(Isolated("hopes"))
        self.assertRegex(
            problem,
            r"^the test has left behind\n  \[invariant\] 'never' had not come true "
            r"when the test ended, at 1\.0 s; it had until 10\.0 s, "
            r"made at .*\.py:\d+$",
        )

        (problem,) = self.problems_of(Isolated("catches"))
        self.assertRegex(problem, r"\[invariant\] 'early' is broken at 1\.0 s, by ")
        self.assertIn("\n  [invariant] 'late' had not come true when", problem)

    def test_isolated_and_failed(self) -> None:
        """Who has failed is not told."""
        self.assertEqual(len(self.problems_of(Isolated("fails"))), 1)

    def test_allowed(self) -> None:
        """A test can declare that it leaves something."""
        self.assertEqual(self.problems_of(Isolated("is_allowed")), [])

    def test_isolation_alone(self) -> None:
        """So it is outside of test cases."""
        with self.assertRaises(LeftBehind) as caught, Isolation() as isolation:
            isolation.network.eventually("never", lambda: False, within=1)

        self.assertIn("[invariant] 'never' had not come", str(caught.exception))

    def test_isolation_that_fails(self) -> None:
        """There, too, an error is enough."""
        isolation = Isolation(Network())
        with self.assertRaises(ZeroDivisionError), isolation:
            isolation.network.eventually("never", lambda: False, within=1)
            raise ZeroDivisionError
