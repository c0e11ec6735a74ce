"""Programs and hosts for the tests of programs that run on hosts."""

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorCore, IReactorTCP, IReactorTime
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RunningProgram, VirtualReactor, run_program

Main = Callable[..., Coroutine[Any, Any, None]]


class IReactor(IReactorCore, IReactorTCP, IReactorTime):
    """What the programs below use."""


async def count(reactor: IReactorTime, name: str, step: str) -> None:
    """Print a number every so many seconds, up to three."""
    for number in (1, 2, 3):
        await deferLater(reactor, float(step))
        print(name, number)


async def wait_for_ever(reactor: IReactorCore) -> None:
    """Wait for what never comes, and say goodbye."""
    reactor.addSystemEventTrigger("after", "shutdown", print, "Stopped.")
    await Deferred()


class Talkative(Protocol):
    """Prints all that happens to it."""

    def connectionMade(self) -> None:
        print("made")

    def dataReceived(self, data: bytes) -> None:
        print("received", data.decode())

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        print("lost")


async def serve(reactor: VirtualReactor) -> None:
    """Print all that happens to the clients of port 80."""
    reactor.listenTCP(80, ServerFactory.forProtocol(Talkative))
    await Deferred()


class ProcessTestCase(SynchronousTestCase):
    """A network of two hosts."""

    def setUp(self) -> None:
        self.network = Network()
        self.one = self.network.host("one", "192.0.2.1")
        self.two = self.network.host("two", "192.0.2.2")

    def run_to_end(self, main: Main, *argv: str) -> RunningProgram:
        """Run a program until it has ended."""
        with run_program(main, *argv, host=self.one) as program:
            program.wait()
        return program
