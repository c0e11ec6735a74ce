"""What a test can do with time."""

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall, deferLater
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor, VirtualTimeoutError


async def nap(clock: IReactorTime, seconds: float) -> float:
    """Sleep, and say at what time one wakes up."""
    await deferLater(clock, seconds)
    return clock.seconds()


class TimeTests(SynchronousTestCase):
    """Time is the test's."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_every_minute_of_a_day(self) -> None:
        """A whole day passes at once, and each minute of it at its exact instant."""
        minutes: list[float] = []
        chime = LoopingCall(lambda: minutes.append(self.reactor.seconds() / 60))
        chime.clock = self.reactor
        chime.start(60)

        self.reactor.advance(86_400)

        self.assertEqual(minutes, [float(minute) for minute in range(1441)])

    def test_one_turn_or_all(self) -> None:
        """A call that asks for another is made in one turn, the other in the next."""
        made: list[str] = []

        def first() -> None:
            made.append("first")
            self.reactor.callLater(0, made.append, "second")

        self.reactor.callLater(0, first)
        self.reactor.advance(0)
        self.assertEqual(made, ["first"])

        self.reactor.flush()
        self.assertEqual(made, ["first", "second"])

    def test_until_it_is_done(self) -> None:
        """Nobody has to know for how long, and all of them sleep at once."""
        naps = [nap(self.reactor, seconds) for seconds in (1.5, 3600)]

        self.assertEqual(self.reactor.run_until(naps[0]), 1.5)
        self.assertEqual(self.reactor.run_until(naps[1]), 3601.5)

    def test_at_most(self) -> None:
        """A limit is one of virtual time, and costs none."""
        with self.assertRaises(VirtualTimeoutError):
            self.reactor.run_until(nap(self.reactor, 61), timeout=60)

        self.assertEqual(self.reactor.seconds(), 60)
