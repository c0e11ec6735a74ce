"""Tests of the loop under every reactor of a network."""

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from harness._errors import Deadlock, Livelock, VirtualTimeoutError
from harness._network import Network
from harness._reactor import VirtualReactor
from harness._sockets import VirtualSocket
from harness._sockets_udp import UDPSocket
from harness.test.kernel import Watcher


class AdvanceTests(SynchronousTestCase):
    """Letting time pass."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.times: list[float] = []

    def note(self) -> None:
        self.times.append(self.reactor.seconds())

    def test_visits_each_instant(self) -> None:
        """Each instant at which something is due is visited, exactly and in order."""
        for delay in (0.3, 0.1, 0.2):
            self.reactor.callLater(delay, self.note)
        self.reactor.advance(1)

        self.assertEqual(self.times, [0.1, 0.2, 0.3])
        self.assertEqual(self.reactor.seconds(), 1)

    def test_visits_instants_that_come_up_meanwhile(self) -> None:
        """A call may schedule another within the time that is to pass."""
        self.reactor.callLater(0.5, self.reactor.callLater, 0.25, self.note)
        self.reactor.advance(1)

        self.assertEqual(self.times, [0.75])

    def test_zero_is_one_turn(self) -> None:
        """With no time to pass, what is due is made once and does not cascade."""

        def again() -> None:
            self.note()
            self.reactor.callLater(0, again)

        self.reactor.callLater(0, again)
        self.reactor.advance(0)
        self.reactor.advance(0)

        self.assertEqual(self.times, [0, 0])

    def test_last_instant_is_one_turn(self) -> None:
        """What a call of the last instant schedules is left for the next turn."""
        self.reactor.callLater(1, self.reactor.callLater, 0, self.note)
        self.reactor.advance(1)
        self.assertEqual(self.times, [])
        self.reactor.advance(0)

        self.assertEqual(self.times, [1])

    def test_work_comes_before_time(self) -> None:
        """What is to be done at one instant is done before time moves on."""
        self.reactor.callLater(1, self.reactor.callLater, 0, self.note)
        self.reactor.advance(2)

        self.assertEqual(self.times, [1])

    def test_no_overshoot(self) -> None:
        """Not a moment more passes than was asked for."""
        self.reactor.callLater(1, self.note)
        self.reactor.advance(0.75)

        self.assertEqual((self.times, self.reactor.seconds()), ([], 0.75))

    def test_backwards(self) -> None:
        """Time does not run backwards, and nonsense is no time."""
        for wrong in (-1, float("nan")):
            error = self.assertRaises(ValueError, self.reactor.advance, wrong)
            self.assertEqual(
                str(error),
                f"advance: seconds must be a number of seconds, 0 or more, not {wrong}",
            )
        self.assertRaises(TypeError, self.reactor.advance, "1")

    def test_for_ever(self) -> None:
        """Nor can all of it pass: there would be no time left."""
        self.assertRaises(ValueError, self.reactor.advance, float("inf"))
        self.reactor.advance(1)

        self.assertEqual(self.reactor.seconds(), 1)

    def test_endless_work_takes_time(self) -> None:
        """A call that never gives in does not hold time still for all others."""

        def again() -> None:
            self.reactor.callLater(0, again)

        again()
        self.reactor.callLater(0.001, self.note)
        self.reactor.advance(0.002)

        self.assertEqual((self.times, self.reactor.seconds()), ([0.001], 0.002))


class TinyDelayTests(SynchronousTestCase):
    """The 1e-8 seconds by which Twisted gives way."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.times: list[float] = []

    def note(self) -> None:
        self.times.append(self.reactor.seconds())

    def test_exact(self) -> None:
        """They pass exactly."""
        self.reactor.callLater(1e-8, self.note)
        self.reactor.callLater(2e-8, self.note)
        self.reactor.advance(1)

        self.assertEqual(self.times, [1e-8, 2e-8])

    def test_cut_short(self) -> None:
        """They are not rounded up to what is asked for."""
        self.reactor.callLater(1e-8, self.note)
        self.reactor.advance(5e-9)

        self.assertEqual((self.times, self.reactor.seconds()), ([], 5e-9))

    def test_despite_ready_sockets(self) -> None:
        """They are not kept waiting by a socket that is always ready."""
        watcher = Watcher(UDPSocket(self.reactor.host, 2))
        self.reactor.addWriter(watcher)
        self.reactor.callLater(1e-8, self.note)
        self.reactor.advance(0)
        self.reactor.advance(0)
        self.reactor.advance(1e-8)

        self.assertEqual(self.times, [1e-8])

    def test_do_not_stall_time(self) -> None:
        """Who gives way for ever does not keep a timer from coming up."""

        def again() -> None:
            self.reactor.callLater(1e-8, again)

        again()
        self.reactor.callLater(0.01, self.note)
        self.reactor.advance(0.02)

        self.assertEqual(self.times, [0.01])


class FlushTests(SynchronousTestCase):
    """Going on until nothing more happens at one instant."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_cascades(self) -> None:
        """Calls for now are made, and those that they schedule, until there is none."""
        made: list[str] = []
        self.reactor.callLater(0, self.reactor.callLater, 0, made.append, "inner")
        self.reactor.flush()

        self.assertEqual(made, ["inner"])

    def test_time_stands_still(self) -> None:
        """What is due later stays, however little later."""
        for delay in (1e-8, 1):
            self.reactor.callLater(delay, self.fail)
        self.reactor.flush()

        self.assertEqual(self.reactor.seconds(), 0)

    def test_what_is_due(self) -> None:
        """What is due at the instant to which time has come is made."""
        made: list[str] = []
        self.reactor.callLater(1, made.append, "timer")
        self.reactor.callLater(1e-8, made.append, "near")
        self.reactor.iterate(1e-8)
        self.reactor.flush()
        self.reactor.iterate(1)
        self.reactor.flush()

        self.assertEqual(made, ["near", "timer"])

    def test_endless(self) -> None:
        """If there is no end to it, that is said."""
        self.patch(self.reactor.host.scheduler, "endless", 100)

        def again() -> None:
            self.reactor.callLater(0, again)

        again()

        error = self.assertRaises(Livelock, self.reactor.flush)
        self.assertIn("FlushTests.test_endless.<locals>.again()", str(error))


class RunUntilTests(SynchronousTestCase):
    """Waiting for a result."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_stops_at_the_result(self) -> None:
        """No more time passes than the result takes."""
        awaited: Deferred[str] = Deferred()
        self.reactor.callLater(5, awaited.callback, "result")
        self.reactor.callLater(6, self.fail)

        self.assertEqual(self.reactor.run_until(awaited), "result")
        self.assertEqual(self.reactor.seconds(), 5)

    def test_at_the_last_moment(self) -> None:
        """A result at the very end of the time is a result."""
        awaited: Deferred[str] = Deferred()
        self.reactor.callLater(5, self.reactor.callLater, 0, awaited.callback, "x")

        self.assertEqual(self.reactor.run_until(awaited, timeout=5), "x")

    def test_deadlock(self) -> None:
        """That nothing can happen is said at once, whatever time there is left."""
        error = self.assertRaises(Deadlock, self.reactor.run_until, Deferred())

        self.assertIn("nothing can happen any more, at 0.0 s", str(error))
        self.assertEqual(self.reactor.seconds(), 0)

    def test_deadlock_after_the_last_timer(self) -> None:
        """It is said when the last timer has come up."""
        self.reactor.callLater(3, len, "")
        self.assertRaises(Deadlock, self.reactor.run_until, Deferred())

        self.assertEqual(self.reactor.seconds(), 3)

    def test_timeout(self) -> None:
        """Where something goes on for ever, the wait ends after the time given."""

        def again() -> None:
            self.reactor.callLater(1, again)

        again()

        error = self.assertRaises(
            VirtualTimeoutError, self.reactor.run_until, Deferred(), timeout=10
        )
        self.assertIn("no result within 10 virtual seconds", str(error))
        self.assertEqual(self.reactor.seconds(), 10)

    def test_default_timeout(self) -> None:
        """An hour, if none is given."""

        def again() -> None:
            self.reactor.callLater(100, again)

        again()
        self.assertRaises(VirtualTimeoutError, self.reactor.run_until, Deferred())

        self.assertEqual(self.reactor.seconds(), 3600)

    def test_no_timeout(self) -> None:
        """As long as it takes, if that is asked for."""
        awaited: Deferred[str] = Deferred()
        self.reactor.callLater(1e6, awaited.callback, "late")

        self.assertEqual(self.reactor.run_until(awaited, timeout=None), "late")

    def test_livelock(self) -> None:
        """Work that does not end and takes no time is not waited for."""
        self.patch(self.reactor.host.scheduler, "endless", 100)

        def again() -> None:
            self.reactor.callLater(0, again)

        again()

        self.assertRaises(Livelock, self.reactor.run_until, Deferred())

    def test_tiny_delays_are_a_prospect(self) -> None:
        """A wait of 1e-8 seconds is not nothing."""
        awaited: Deferred[str] = Deferred()
        self.reactor.callLater(1e-8, awaited.callback, "tiny")

        self.assertEqual(self.reactor.run_until(awaited), "tiny")


class OrderTests(SynchronousTestCase):
    """Who comes first."""

    def test_hosts_share_one_order(self) -> None:
        """Calls of several hosts due at one instant run as they were scheduled."""
        network = Network()
        one, other = network.host("one"), network.host("other")
        made: list[int] = []
        for number in range(6):
            host = (one, other)[number % 2]
            host.reactor.callLater(1, made.append, number)
        network.advance(1)

        self.assertEqual(made, [0, 1, 2, 3, 4, 5])

    def test_ready_sockets_keep_their_order(self) -> None:
        """Sockets are served in the order in which they became ready."""
        reactor = VirtualReactor()
        sockets: list[VirtualSocket] = []
        served: list[str] = []
        for name in "abc":
            socket = UDPSocket(reactor.host, 2)
            watcher = Watcher(socket, name)
            watcher.doWrite = lambda name=name: served.append(name)  # type: ignore
            reactor.addWriter(watcher)
            sockets.append(socket)
        reactor.advance(0)
        reactor.advance(0)

        self.assertEqual(served, ["a", "b", "c", "a", "b", "c"])
