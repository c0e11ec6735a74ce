"""A client that gets no answer connects anew, and forgets the old connection."""

from typing import Any

from twisted.internet.defer import TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.protocol import Factory, connectionDone
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from harness.test.planted.stage import Stage, connected


class Echo(LineReceiver):
    """Answers each line with that line, and knows how many clients there are."""

    delimiter = b"\n"
    factory: Any

    def connectionMade(self) -> None:
        self.factory.clients += 1

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.factory.clients -= 1

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line)


async def ask(reactor: Any, address: str, port: int) -> bytes:
    """Ask until there is an answer. The bug: who did not answer is not hung up on."""
    while True:
        asker = await connected(reactor, address, port)
        try:
            answer = await asker.ask(b"hello").addTimeout(1, reactor)
        except TimeoutError:
            continue
        asker.transport.loseConnection()
        return answer


async def scenario(stage: Stage) -> None:
    """When all is said no connection is left."""
    factory: Any = Factory.forProtocol(Echo)
    factory.clients = 0
    port = stage.listen(factory)

    await ask(stage.clients[0], stage.addresses[0], port)
    await deferLater(stage.clients[0], stage.patience)

    assert factory.clients == 0, factory.clients
