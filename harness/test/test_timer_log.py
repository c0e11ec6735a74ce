"""Tests of what is recorded of timers."""

from functools import partial

from twisted.internet.task import LoopingCall
from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness._timer_log import name_of


class Clockwork:
    """Something with calls of many kinds."""

    def tick(self) -> None:
        """Do nothing."""

    def __call__(self) -> None:
        """Do nothing either."""


class NameTests(SynchronousTestCase):
    """What a call is named."""

    def test_functions_and_methods(self) -> None:
        """As in the source."""
        self.assertEqual(name_of(len), "len")
        self.assertEqual(name_of(Clockwork().tick), "Clockwork.tick")

    def test_inner_functions(self) -> None:
        """With the function that they are in."""

        def inner() -> None:
            """Do nothing."""

        self.assertEqual(name_of(inner), "NameTests.test_inner_functions.inner")

    def test_objects(self) -> None:
        """By their class: their text may hold an address."""
        self.assertEqual(name_of(Clockwork()), "Clockwork")

    def test_wrapped(self) -> None:
        """By what is wrapped."""
        self.assertEqual(name_of(partial(Clockwork().tick)), "Clockwork.tick")
        self.assertEqual(
            name_of(LoopingCall(Clockwork().tick)), "LoopingCall(Clockwork.tick)"
        )


class RecordingTests(SynchronousTestCase):
    """Which calls are recorded."""

    def setUp(self) -> None:
        self.network = Network()
        self.host = self.network.host("one", "192.0.2.1")
        self.network.flush()

    def test_calls_that_are_made(self) -> None:
        """Each with its time, machine and name, before what it does."""
        trace = self.network.start_trace(timers=True)
        self.host.reactor.callLater(2, self.host.record, "note", "done")
        self.host.reactor.callLater(1, Clockwork().tick)
        self.host.reactor.callLater(1.5, Clockwork().tick).cancel()
        self.network.advance(3)

        self.assertEqual(
            [str(event) for event in trace],
            [
                "1.000000000 one timer Clockwork.tick",
                "2.000000000 one timer Host.record",
                "2.000000000 one note done",
            ],
        )

    def test_one_by_one(self) -> None:
        """Also where each event is looked at."""
        trace = self.network.start_trace(timers=True)
        self.network.always("true", lambda: True)
        self.host.reactor.callLater(1, Clockwork().tick)
        self.network.advance(3)

        self.assertEqual([event.source for event in trace], ["Clockwork.tick"])

    def test_only_those_of_machines(self) -> None:
        """What the network does by itself is none."""
        trace = self.network.start_trace(timers=True)
        self.network.scheduler.callLater(1, Clockwork().tick)
        self.network.advance(3)

        self.assertEqual(len(trace), 0)

    def test_not_unless_asked_for(self) -> None:
        """And not when the trace is over, however it was ended."""
        plain = self.network.start_trace()
        self.host.reactor.callLater(1, Clockwork().tick)
        self.network.advance(1)
        ended = self.network.start_trace(timers=True)
        self.network.trace = None
        self.host.reactor.callLater(1, Clockwork().tick)
        self.network.advance(1)
        self.network.stop_trace()
        self.host.reactor.callLater(1, Clockwork().tick)
        self.network.advance(1)

        self.assertEqual((len(plain), len(ended)), (0, 0))
