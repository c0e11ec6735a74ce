"""A client waits for an answer, and for as long as it takes."""

from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Stage, connected


class Echo(LineReceiver):
    """Answers each line with that line."""

    delimiter = b"\n"

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line)


async def scenario(stage: Stage) -> None:
    """There is an end to it. The bug: there need be neither answer nor error."""
    port = stage.listen(Factory.forProtocol(Echo))

    asker = await connected(stage.clients[0], stage.addresses[0], port)
    answer = await asker.ask(b"hello")
    asker.transport.loseConnection()

    assert answer == b"hello", answer
