"""Answers are taken for those to the questions in their order; some overtake others."""

from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, gatherResults
from twisted.internet.protocol import Factory
from twisted.internet.threads import deferToThreadPool
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Stage, connected


class Squares(LineReceiver):
    """Works out squares, in threads. The bug: each answers when it is done."""

    delimiter = b"\n"
    factory: Any

    def lineReceived(self, line: bytes) -> None:
        self.square(int(line)).addCallback(self.sendLine)

    def square(self, number: int) -> "Deferred[bytes]":
        """Work out one of them."""
        reactor = self.factory.reactor
        pool = reactor.getThreadPool()
        squared: Deferred[bytes] = deferToThreadPool(reactor, pool, _square, number)
        return squared


class SquaresInOrder(Squares):
    """Works out one after the other."""

    def connectionMade(self) -> None:
        self._turn = DeferredLock()

    def square(self, number: int) -> "Deferred[bytes]":
        return self._turn.run(super().square, number)


def _square(number: int) -> bytes:
    return b"%d" % number**2


async def scenario(stage: Stage, protocol: type[Squares] = Squares) -> None:
    """Each question has its own answer."""
    factory: Any = Factory.forProtocol(protocol)
    factory.reactor = stage.server()
    port = stage.listen(factory)

    asker = await connected(stage.clients[0], stage.addresses[0], port)
    answers = await gatherResults([asker.ask(b"%d" % n) for n in (2, 3, 4)])
    asker.transport.loseConnection()

    assert answers == [b"4", b"9", b"16"], answers


async def mended(stage: Stage) -> None:
    """It has, however long each takes."""
    await scenario(stage, SquaresInOrder)
