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
            self.write_down(disk, notes)
        self.sendLine(notes.get(name, b"nothing"))

    def write_down(self, disk: dict[bytes, bytes], notes: dict[bytes, bytes]) -> None:
        """Do so, soon. The bug: the machine may lose power before that."""
        self.factory.reactor.callLater(1, disk.update, dict(notes))


class CarefulNotebook(Notebook):
    """Confirms what is written down."""

    def write_down(self, disk: dict[bytes, bytes], notes: dict[bytes, bytes]) -> None:
        disk.update(notes)


def serve(
    reactor: Any, disk: dict[bytes, bytes], protocol: type[Notebook] = Notebook
) -> Factory:
    """Make the server, with what is on the disk."""
    factory: Any = Factory.forProtocol(protocol)
    factory.reactor, factory.disk, factory.notes = reactor, disk, dict(disk)
    return factory  # type: ignore[no-any-return]


def boot(host: Host) -> None:
    """Start the server on a machine that has been restarted."""
    host.reactor.listenTCP(PORT, serve(host.reactor, host.disk))


def boot_mended(host: Host) -> None:
    """Do so with the mended server."""
    host.reactor.listenTCP(PORT, serve(host.reactor, host.disk, CarefulNotebook))


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


async def scenario(stage: Stage, protocol: type[Notebook] = Notebook) -> None:
    """What was confirmed is kept."""
    server = serve(stage.server(), stage.disk, protocol)
    stage.port = stage.listen(server, stage.port)

    await tell(stage, b"a=1")
    await tell(stage, b"b=2")
    kept = [await tell(stage, name) for name in (b"a", b"b")]

    assert kept == [b"1", b"2"], kept


async def mended(stage: Stage) -> None:
    """It is, whenever the machine loses power."""
    await scenario(stage, CarefulNotebook)
