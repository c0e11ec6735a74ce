"""Tests for learning of what is awaited."""

from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from harness._awaits import watched_awaits


async def wait_for(*awaited: "Deferred[Any]") -> list[object]:
    """Wait for one after the other."""
    return [await each for each in awaited]


class WatchedAwaitsTests(SynchronousTestCase):
    """What `watched_awaits` promises."""

    def test_each_that_has_no_result(self) -> None:
        """In the order in which they are waited for."""
        seen: list[Deferred[Any]] = []
        first: Deferred[str] = Deferred()
        second: Deferred[str] = Deferred()
        with watched_awaits(seen.append):
            waiting = ensureDeferred(wait_for(succeed(0), first, second))
            self.assertEqual(seen, [first])
            first.callback("one")
            self.assertEqual(seen, [first, second])
            second.callback("two")

        self.assertEqual(self.successResultOf(waiting), [0, "one", "two"])

    def test_one_that_waits_for_another(self) -> None:
        """A Deferred that has a result which is a Deferred has none yet."""
        seen: list[Deferred[Any]] = []
        inner: Deferred[str] = Deferred()
        outer: Deferred[str] = succeed("").addCallback(lambda _: inner)
        with watched_awaits(seen.append):
            waiting = ensureDeferred(wait_for(outer))
        inner.callback("done")

        self.assertEqual(seen, [outer])
        self.assertEqual(self.successResultOf(waiting), ["done"])

    def test_several_watch(self) -> None:
        """Each is told, as long as it wants to be."""
        one: list[Deferred[Any]] = []
        other: list[Deferred[Any]] = []
        never: list[Deferred[Any]] = [Deferred() for _ in range(3)]
        with watched_awaits(one.append):
            with watched_awaits(other.append):
                ensureDeferred(wait_for(never[0]))
            ensureDeferred(wait_for(never[1]))
        ensureDeferred(wait_for(never[2]))

        self.assertEqual((one, other), (never[:2], never[:1]))
