"""A server that confirms what it has not yet written down."""

from typing import Any

from twisted.internet.defer import TimeoutError  # noqa: A004 (of addTimeout)
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver

from harness import Host
from harness.test.planted.stage import Stage, connected

PORT = 4000


class Notebook(LineReceiver):
    """Keeps what it is told: ``name=text`` is kept, ``name`` is told back."""

    delimiter = b"\n"
    factory: Any

    def lineReceived(self, line: bytes) -> None:
        notes, disk = self.factory.notes, self.factory.disk
        name, is_told, text = line.partition(b"=")
        if is_told:
            notes[name] = text
            # The bug: the machine may lose power before it is done.
            self.factory.reactor.callLater(1, disk.update, dict(notes))
        self.sendLine(notes.get(name, b"nothing"))


def serve(reactor: Any, disk: dict[bytes, bytes]) -> Factory:
    """Make the server, with what is on the disk."""
    factory: Any = Factory.forProtocol(Notebook)
    factory.reactor, factory.disk, factory.notes = reactor, disk, dict(disk)
    return factory  # type: ignore[no-any-return]


def boot(host: Host) -> None:
    """Start the server on a machine that has been restarted."""
    host.reactor.listenTCP(PORT, serve(host.reactor, host.disk))


async def tell(stage: Stage, line: bytes) -> bytes:
    """Send a line until there is an answer."""
    reactor = stage.clients[0]
    while True:
        try:
            asker = await connected(reactor, stage.addresses[0], stage.port)
            answer = await asker.ask(line).addTimeout(1, reactor)
        except (ConnectError, ConnectionLost, TimeoutError):
            await deferLater(reactor, 0.5)
            continue
        asker.transport.loseConnection()
        return answer


async def scenario(stage: Stage) -> None:
    """What was confirmed is kept."""
    stage.port = stage.listen(serve(stage.server(), stage.disk), stage.port)

    await tell(stage, b"a=1")
    await tell(stage, b"b=2")
    kept = [await tell(stage, name) for name in (b"a", b"b")]

    assert kept == [b"1", b"2"], kept
