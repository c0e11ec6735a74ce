# -*- test-case-name: harness.test.samples.test_door -*-
"""Three programs to be tested: who keeps a door, who rings at it, and who shouts."""

from twisted.internet import stdio
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, TCP4ServerEndpoint
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorCore, IReactorTCP, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from harness.test.samples.greeting import Door, visit


class IReactor(IReactorCore, IReactorTCP, IReactorTime):
    """What the programs use."""


async def keep(reactor: IReactor) -> None:
    """Greet whoever comes, until Ctrl-C."""
    await TCP4ServerEndpoint(reactor, 4000).listen(Door(reactor))
    reactor.addSystemEventTrigger("after", "shutdown", print, "The door is closed.")
    print("The door is open.")
    await Deferred()


async def ring(reactor: IReactor, host: str, name: str) -> None:
    """Ring at the door of a host, and show how one is greeted."""
    try:
        greeting = await visit(HostnameEndpoint(reactor, host, 4000), name.encode())
    except ConnectError as error:
        raise SystemExit(f"Nobody is there: {error}") from None
    print(greeting.decode())


class Shouter(LineReceiver):
    """Repeats what is typed, louder.

    Attributes:
        ended: Fires at the end of the input.
    """

    delimiter = b"\n"

    def __init__(self) -> None:
        self.ended: Deferred[None] = Deferred()

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line.upper())

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.ended.callback(None)


async def shout(reactor: IReactor) -> None:
    """Shout what is typed until there is no more."""
    shouter = Shouter()
    stdio.StandardIO(shouter)
    await shouter.ended
