"""A client that gets no answer connects anew, and forgets the old connection."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Asker, Stage, connected


class Echo(LineReceiver):
    """Answers each line with that line."""

    delimiter = b"\n"

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line)


def forget(asker: Asker) -> None:
    """Do nothing. The bug: who did not answer is not hung up on."""


def hang_up(asker: Asker) -> None:
    """Leave no connection behind, even if the other end will not hear of it."""
    asker.transport.abortConnection()


async def scenario(stage: Stage, give_up: Callable[[Asker], None] = forget) -> None:
    """A client that has its answer has no connection."""
    port = stage.listen(Factory.forProtocol(Echo))
    reactor: Any = stage.clients[0]
    askers: list[Asker] = []

    answer = b""
    while not answer:
        asker = await connected(reactor, stage.addresses[0], port)
        askers.append(asker)
        try:
            answer = await asker.ask(b"hello").addTimeout(1, reactor)
        except TimeoutError:
            give_up(asker)
    asker.transport.loseConnection()
    await deferLater(reactor, stage.patience)

    left = [asker for asker in askers if not asker.lost]
    assert not left, len(left)


async def mended(stage: Stage) -> None:
    """Neither has one that had to ask twice."""
    await scenario(stage, hang_up)
