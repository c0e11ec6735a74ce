"""A parser that looks for the end of a line in what has just come."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from harness.test.planted.stage import Stage


class Collector(Protocol):
    """Collects lines that end in CR LF."""

    factory: Any

    def __init__(self) -> None:
        self._unfinished = b""

    def dataReceived(self, data: bytes) -> None:
        """Take lines. The bug: one half of CR LF may have come before."""
        while b"\r\n" in data:
            end, _, data = data.partition(b"\r\n")
            self.factory.lines.append(self._unfinished + end)
            self._unfinished = b""
        self._unfinished += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.factory.lost.callback(None)


class PatientCollector(Collector):
    """Looks at all that has not been taken yet."""

    def dataReceived(self, data: bytes) -> None:
        *lines, self._unfinished = (self._unfinished + data).split(b"\r\n")
        self.factory.lines.extend(lines)


async def scenario(stage: Stage, protocol: type[Collector] = Collector) -> None:
    """All lines come, however the stream is cut."""
    factory: Any = Factory.forProtocol(protocol)
    factory.lines = []
    factory.lost = Deferred()
    port = stage.listen(factory)

    endpoint = TCP4ClientEndpoint(stage.clients[0], stage.addresses[0], port)
    client: Any = await connectProtocol(endpoint, Protocol())
    client.transport.write(b"the first\r\nthe second\r\n")
    client.transport.loseConnection()
    await factory.lost

    assert factory.lines == [b"the first", b"the second"], factory.lines


async def mended(stage: Stage) -> None:
    """They do, even if a delimiter is cut."""
    await scenario(stage, PatientCollector)
