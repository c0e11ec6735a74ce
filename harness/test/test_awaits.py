"""Tests for learning of what is awaited."""

from collections.abc import Generator
from types import FunctionType
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, inlineCallbacks, succeed
from twisted.trial.unittest import SynchronousTestCase

from harness._awaits import watched_awaits


async def wait_for(*awaited: "Deferred[Any]") -> list[object]:
    """Wait for one after the other."""
    return [await each for each in awaited]


def yield_one(awaited: "Deferred[Any]") -> "Generator[Deferred[Any], Any, None]":
    """Wait for one in the old way."""
    yield awaited


def moved(function: Any, module: str) -> Any:
    """Return a function as if it stood in another module."""
    return FunctionType(function.__code__, {"__name__": module})


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

    def test_generators(self) -> None:
        """What ``inlineCallbacks`` functions wait for is watched as well, each once."""
        seen: list[Deferred[Any]] = []
        never: list[Deferred[str]] = [Deferred(), Deferred()]

        @inlineCallbacks
        def work() -> "Generator[Deferred[Any], Any, list[object]]":
            results: list[object] = []
            there: Deferred[Any] = succeed(0)
            for each in (there, *never):
                results.append((yield each))
            return results

        with watched_awaits(seen.append):
            working = work()
            self.assertEqual(seen, never[:1])
            never[0].callback("one")
            self.assertEqual(seen, never)
            never[1].callback("two")

        self.assertEqual(self.successResultOf(working), [0, "one", "two"])

    def test_generator_that_fails(self) -> None:
        """One that is over waits for nothing, however it ended."""
        seen: list[Deferred[Any]] = []
        awaited: Deferred[None] = Deferred()

        @inlineCallbacks
        def work() -> "Generator[Deferred[Any], Any, None]":
            yield awaited
            raise ZeroDivisionError

        with watched_awaits(seen.append):
            working = work()
            awaited.callback(None)

        self.assertEqual(seen, [awaited])
        self.failureResultOf(working, ZeroDivisionError)

    def test_of_whom(self) -> None:
        """What Twisted and the harness wait for is their own affair."""
        for module, is_watched in (
            ("program", True),
            ("twisted.internet.sample", False),
            ("twisted.test.sample", True),
            ("harness._sample", False),
            ("harness.test.sample", True),
        ):
            seen: list[Deferred[Any]] = []
            awaited: Deferred[None] = Deferred()
            with watched_awaits(seen.append):
                ensureDeferred(moved(wait_for, module)(awaited))
                inlineCallbacks(moved(yield_one, module))(awaited)

            self.assertEqual(seen, [awaited] * 2 * is_watched, module)

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
