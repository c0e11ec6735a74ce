"""A client waits for an answer, and for as long as it takes."""

from typing import Any

from twisted.internet.defer import TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Stage, connected


class Echo(LineReceiver):
    """Answers each line with that line."""

    delimiter = b"\n"

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line)


async def scenario(stage: Stage, patience: float | None = None) -> None:
    """There is an end to it. The bug: there need be neither answer nor error."""
    reactor: Any = stage.clients[0]
    port = stage.listen(Factory.forProtocol(Echo))

    asker = await connected(reactor, stage.addresses[0], port)
    asked = asker.ask(b"hello")
    if patience is not None:
        asked.addTimeout(patience, reactor)
    try:
        answer = await asked
    except TimeoutError:
        asker.transport.abortConnection()
        return
    asker.transport.loseConnection()

    assert answer == b"hello", answer


async def mended(stage: Stage) -> None:
    """There is, with an answer or an error."""
    await scenario(stage, 10)
