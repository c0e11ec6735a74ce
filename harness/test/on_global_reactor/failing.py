"""Tests that would wait for ever, or for too long."""

from typing import Any

from twisted.internet import reactor  # noqa: TID251 - bound at import, as many do
from twisted.internet.defer import Deferred, ensureDeferred, succeed
from twisted.internet.protocol import Factory
from twisted.trial.unittest import TestCase

clock: Any = reactor


async def wait_for(awaited: "Deferred[Any]") -> None:
    """Wait."""
    await awaited


class LateTests(TestCase):
    """What they wait for comes after their timeout."""

    timeout = 5

    def test_late(self) -> "Deferred[None]":
        """Later than this one's."""
        awaited: Deferred[None] = Deferred()
        call = clock.callLater(10, awaited.callback, None)
        self.addCleanup(call.cancel)
        return awaited


class HangingTests(TestCase):
    """What they wait for never comes."""

    def test_deferred(self) -> "Deferred[None]":
        """Nobody calls it."""
        return Deferred()

    def test_coroutine(self) -> "Deferred[None]":
        """Nobody calls what it awaits."""
        return ensureDeferred(wait_for(Deferred()))

    def test_chain(self) -> "Deferred[None]":
        """The result is there, but a callback waits for another."""
        return succeed(None).addCallback(lambda _: Deferred())

    def test_chain_of_coroutine(self) -> "Deferred[None]":
        """The same for a coroutine."""
        chain = succeed(None).addCallback(lambda _: Deferred())
        return ensureDeferred(wait_for(chain))

    def test_beside_port(self) -> "Deferred[None]":
        """A port listens, but nobody connects."""
        port = clock.listenTCP(80, Factory())
        self.addCleanup(port.stopListening)
        return Deferred()


class HangingInSetUpTests(TestCase):
    """It is not the test that hangs."""

    def setUp(self) -> "Deferred[None]":  # type: ignore[override]
        return Deferred()

    def test_nothing(self) -> None:
        """Never run."""


class HangingInTearDownTests(TestCase):
    """Nor here."""

    def tearDown(self) -> "Deferred[None]":  # type: ignore[override]
        return Deferred()

    def test_nothing(self) -> None:
        """This one passes."""
