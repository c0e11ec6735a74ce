"""Conversations, played: each step to the end of its effects."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

from twisted.internet.defer import maybeDeferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from zope.interface import implementer

from harness.contracts._peers import IStream, Observable
from harness.contracts._running import Reactor, run_in
from harness.contracts._transports import number_of

if TYPE_CHECKING:
    from harness.contracts.conversations import Conversation, Step

#: For each step, what the protocols of client and server were told.
Transcript = list[tuple[str, str]]

#: So many conversations are played side by side: they share the time to come to rest.
TOGETHER = 50
#: After so many turns without an event, nothing more will come of a step.
QUIET_TURNS = 5
#: A pause in between, in seconds: time for a kernel that is busy elsewhere.
MOMENT = 0.0005
#: How long all of them may take, in seconds.
LIMIT = 60.0


def play(reactor: Reactor, talks: "Sequence[Conversation]") -> list[Transcript]:
    """Play conversations, each over a connection of its own.

    Args:
        reactor: A reactor that has not run.
        talks: What to play.

    Returns:
        A transcript of each.
    """

    async def play_all(reactor: Reactor) -> list[Transcript]:
        result: list[Transcript] = []
        for start in range(0, len(talks), TOGETHER):
            result += await _play_batch(reactor, talks[start : start + TOGETHER])
        return result

    result: list[Transcript] = run_in(reactor, play_all, LIMIT)
    return result


async def _play_batch(
    reactor: Reactor, talks: "Sequence[Conversation]"
) -> list[Transcript]:
    """Play conversations side by side, all first steps, then all second ones …"""
    server = _WitnessFactory()
    port = reactor.listenTCP(0, server, interface="127.0.0.1")
    endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", number_of(port))
    pairs = [await _connect(reactor, endpoint, server, talk) for talk in talks]
    witnesses = [witness for pair in pairs for witness in pair]
    result: list[Transcript] = [[] for _ in talks]
    for number in range(max(len(talk.steps) for talk in talks)):
        playing = [n for n, talk in enumerate(talks) if number < len(talk.steps)]
        for n in playing:
            step = talks[n].steps[number]
            pairs[n][step.end].act(step)
        await _come_to_rest(reactor, witnesses)
        for n in playing:
            client, server_end = pairs[n]
            result[n].append((client.take(), server_end.take()))
    await maybeDeferred(port.stopListening)
    return result


async def _connect(
    reactor: Reactor,
    endpoint: TCP4ClientEndpoint,
    server: "_WitnessFactory",
    talk: "Conversation",
) -> "tuple[_Witness, _Witness]":
    """Make the connection for one conversation."""
    pair = tuple(
        _HalfCloseableWitness(reactor) if knows_halves else _Witness(reactor)
        for knows_halves in talk.half_closeable
    )
    server.upcoming = pair[1]
    await connectProtocol(endpoint, pair[0])
    await pair[1].until(partial(getattr, pair[1], "told"))
    for witness in pair:
        witness.take()
    return pair[0], pair[1]


async def _come_to_rest(reactor: Reactor, witnesses: "list[_Witness]") -> None:
    """Wait until nobody has been told anything for some turns, and a moment."""
    quiet = 0
    told = -1
    while quiet < QUIET_TURNS:
        await deferLater(reactor, 0 if quiet else MOMENT)
        before, told = told, sum(witness.told for witness in witnesses)
        quiet = quiet + 1 if told == before else 0


class _WitnessFactory(Factory):
    """Hands out the witness that is to take the next connection."""

    noisy = False
    upcoming: "_Witness"

    def buildProtocol(self, addr: IAddress | None) -> "_Witness":
        return self.upcoming


class _Witness(Protocol, Observable):
    """Writes down what it is told."""

    transport: IStream

    def __init__(self, clock: Reactor) -> None:
        super().__init__(clock)
        self.told = 0
        self.over = False
        self._events: list[str] = []
        self._data = bytearray()

    def connectionMade(self) -> None:
        # Otherwise the kernel may keep a small write back for 40 ms.
        self.transport.setTcpNoDelay(True)
        self._tell("connectionMade")

    def dataReceived(self, data: bytes) -> None:
        self._data += data
        self.told += 1

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.over = True
        self._tell(f"connectionLost {reason.value.__class__.__name__}")

    def act(self, step: "Step") -> None:
        """Perform a step of this end, unless its connection is lost."""
        if not self.over:
            arguments = [step.data] if step.data else []
            getattr(self.transport, step.action)(*arguments)

    def take(self) -> str:
        """Return what was told since the last time."""
        self._end_data()
        events, self._events = self._events, []
        return ", ".join(events)

    def _tell(self, event: str) -> None:
        self._end_data()
        self._events.append(event)
        self.told += 1
        self.changed()

    def _end_data(self) -> None:
        if self._data:
            self._events.append(f"{len(self._data)} bytes ({crc32(self._data):08x})")
            self._data = bytearray()


@implementer(IHalfCloseableProtocol)
class _HalfCloseableWitness(_Witness):
    """The same, for both halves."""

    def readConnectionLost(self) -> None:
        self._tell("readConnectionLost")

    def writeConnectionLost(self) -> None:
        self._tell("writeConnectionLost")
