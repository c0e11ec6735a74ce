"""A client waits for an answer, and for as long as it takes."""

from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Stage, connected


class Echo(LineReceiver):
    """Answers each line with that line."""

    delimiter = b"\n"

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line)


async def scenario(stage: Stage) -> None:
    """There is an answer, or an error: the bug is that there may be neither."""
    port = stage.listen(Factory.forProtocol(Echo))

    try:
        asker = await connected(stage.clients[0], stage.addresses[0], port)
        answer = await asker.ask(b"hello")
    except (ConnectError, ConnectionLost):
        return
    asker.transport.loseConnection()

    assert answer == b"hello", answer
