"""Tests of what is recorded of Deferreds."""

import sys
from threading import Thread
from typing import Any

from twisted.internet.defer import AlreadyCalledError, Deferred, ensureDeferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, Trace
from harness._recipes import Recipe
from harness._sessions import Session


def double(number: int) -> int:
    """Double it."""
    return 2 * number


def explode(_: object) -> None:
    """Fail."""
    raise ValueError("boom")


def forgive(_: Failure) -> str:
    """Turn a failure into a result."""
    return "forgiven"


def fired(result: object) -> Deferred[Any]:
    """Make a Deferred and fire it. Twisted's own ``succeed`` takes a short cut."""
    deferred: Deferred[Any] = Deferred()
    deferred.callback(result)
    return deferred


class DeferredLogTests(SynchronousTestCase):
    """What becomes of Deferreds, in order."""

    def setUp(self) -> None:
        self.network = Network()
        self.trace = self.network.start_trace(deferreds=True)
        self.addCleanup(self.network.stop_trace)

    def told(self, trace: Trace) -> list[str]:
        """Return all that was recorded, but for the places of lines."""
        return [
            f"{event.source} {event.kind} {event.note}".replace(__file__, "FILE")
            for event in trace
            if event.kind != "deferred"
        ]

    def test_callback_by_callback(self) -> None:
        """What it fires with, what each callback returns, and what the error was."""
        deferred: Deferred[int] = Deferred()
        deferred.addCallback(double).addCallback(explode).addErrback(forgive)
        deferred.callback(4)

        self.assertEqual(
            self.told(self.trace),
            [
                "Deferred 1 fired 4",
                "Deferred 1 callback double -> 8",
                "Deferred 1 callback explode raised ValueError: boom",
                "Deferred 1 errback forgive -> 'forgiven'",
            ],
        )

    def test_runs_of_a_test(self) -> None:
        """Those of a run that the test makes of itself are not its own."""
        mine: Deferred[int] = Deferred()
        with Session(Recipe()).running():
            fired(1)
            mine.callback(2)
        fired(3)

        self.assertEqual(self.told(self.trace), ["Deferred 2 fired 3"])

    def test_where_it_was_made(self) -> None:
        """The line of the program, not those of Twisted."""
        fired(None)
        (made, _) = self.trace

        self.assertRegex(made.note, r"^at harness/test/test_deferred_log\.py:\d+$")
        self.assertEqual(
            (made.kind, made.source, made.host), ("deferred", "Deferred 1", "")
        )

    def test_those_of_nobody(self) -> None:
        """What Twisted makes for itself, as to talk to another process, is left out."""
        module = {"__name__": "twisted.x", "Deferred": Deferred}
        thread = Thread(target=exec, args=("Deferred().callback(1)", module))
        thread.start()
        thread.join()
        fired(2)

        self.assertEqual(self.told(self.trace), ["Deferred 1 fired 2"])

    def test_where_nothing_can_be_imported_from(self) -> None:
        """The whole path of the line."""
        self.patch(sys, "path", [""])
        fired(None)

        self.assertEqual(
            next(iter(self.trace)).note.rpartition(":")[0], f"at {__file__}"
        )

    def test_pairs(self) -> None:
        """Of two callbacks that were added together the one that is called."""
        fired(Failure(ValueError("boom"))).addCallbacks(double, forgive)
        fired(1).addCallbacks(double)
        fired(1).addBoth(double)

        self.assertEqual(
            self.told(self.trace)[1::2],
            [
                "Deferred 1 errback forgive -> 'forgiven'",
                "Deferred 2 callback double -> 2",
                "Deferred 3 callback double -> 2",
            ],
        )

    def test_one_waits_for_another(self) -> None:
        """A callback may return a Deferred: that is told by its number."""
        inner: Deferred[int] = Deferred()
        fired(1).addCallback(lambda _: inner)

        self.assertEqual(self.told(self.trace)[-1].split(" -> ")[1], "Deferred 1")

    def test_older_ones(self) -> None:
        """One that is older than the trace has no number, and is not followed."""
        self.network.stop_trace()
        old: Deferred[int] = Deferred()
        trace = self.network.start_trace(deferreds=True)
        old.callback(1)
        fired(1).addCallback(lambda _: old)

        self.assertEqual(self.told(trace)[-1].split(" -> ")[1], "a Deferred")
        self.assertEqual(len(self.told(trace)), 2)

    def test_firing_twice(self) -> None:
        """That is an error, and no event."""
        deferred = fired(1)

        self.assertRaises(AlreadyCalledError, deferred.callback, 2)
        self.assertEqual(self.told(self.trace), ["Deferred 1 fired 1"])

    def test_texts_are_the_same_in_each_run(self) -> None:
        """Without addresses, and not too long."""
        fired(object())
        fired("x" * 1000)
        plain, long = self.told(self.trace)

        self.assertEqual(plain, "Deferred 1 fired <object object>")
        self.assertEqual(len(long), len("Deferred 2 fired ") + 120)
        self.assertTrue(long.endswith("..."))

    def test_coroutines(self) -> None:
        """What waits for a Deferred goes on when it fires."""

        async def wait(deferred: Deferred[int]) -> int:
            return double(await deferred)

        deferred: Deferred[int] = Deferred()
        waiting = ensureDeferred(wait(deferred))
        deferred.callback(2)

        self.assertEqual(self.successResultOf(waiting), 4)
        self.assertIn("Deferred 2 fired 4", self.told(self.trace))

    def test_everything_is_put_back(self) -> None:
        """When the trace ends, Twisted is as it was."""
        replaced = Deferred.addCallback
        self.network.stop_trace()
        deferred: Any = fired(1).addCallback(double)

        self.assertIsNot(Deferred.addCallback, replaced)
        self.assertEqual(self.successResultOf(deferred), 2)
        self.assertEqual(len(self.trace), 0)

    def test_what_goes_on_when_the_trace_is_over(self) -> None:
        """Callbacks that were added before are called as ever."""
        deferred: Deferred[int] = Deferred()
        deferred.addCallback(double)
        self.network.stop_trace()
        deferred.callback(4)

        self.assertEqual(self.successResultOf(deferred), 8)
        self.assertEqual(self.told(self.trace), [])
