"""Tests of what the reactor of a process does beside what every virtual one does."""

from twisted.trial.unittest import SynchronousTestCase

from harness._installation import GlobalReactor


class ReplacedClockTests(SynchronousTestCase):
    """What a test meets that puts a clock of its own in the place of the reactor's."""

    def test_delayed_calls_are_reckoned_by_it(self) -> None:
        """As on Twisted's reactors, which ask an attribute for the time."""
        reactor = GlobalReactor()
        self.patch(reactor, "seconds", lambda: 100.0)
        call = reactor.callLater(5, reactor.stop)

        self.assertEqual((call.getTime(), call.seconds()), (105.0, 100.0))

    def test_the_reactor_goes_by_its_own(self) -> None:
        """It makes the call when its own time has come, as Twisted's do."""
        reactor = GlobalReactor()
        made: list[float] = []
        clock = self.patch(reactor, "seconds", lambda: 100.0)
        reactor.callLater(5, lambda: made.append(reactor.seconds()))
        clock.restore()
        reactor.advance(104)

        self.assertEqual(made, [])
        reactor.advance(2)
        self.assertEqual(made, [105.0])
