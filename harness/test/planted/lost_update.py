"""Two clients read a number, add to it and write it back: one addition is lost."""

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import ensureDeferred, gatherResults
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Asker, Stage, connected


class Account(LineReceiver):
    """Tells the balance, and changes it."""

    delimiter = b"\n"
    factory: Any

    def lineReceived(self, line: bytes) -> None:
        if line == b"add":
            self.factory.balance += 1
        elif line != b"balance?":
            self.factory.balance = int(line)
        self.sendLine(b"%d" % self.factory.balance)


async def read_and_write(account: Asker) -> None:
    """Add one. The bug: somebody else may do so between the question and the answer."""
    balance = int(await account.ask(b"balance?"))
    await account.ask(b"%d" % (balance + 1))


async def let_add(account: Asker) -> None:
    """Let the server add one, which does one thing at a time."""
    await account.ask(b"add")


Addition = Callable[[Asker], Coroutine[Any, Any, None]]


async def scenario(stage: Stage, add: Addition = read_and_write) -> None:
    """Both deposits count."""
    factory: Any = Factory.forProtocol(Account)
    factory.balance = 0
    port = stage.listen(factory)

    async def deposit(reactor: Any, delay: float) -> None:
        await deferLater(reactor, delay)
        account = await connected(reactor, stage.addresses[0], port)
        await add(account)
        account.transport.loseConnection()

    deposits = [
        ensureDeferred(deposit(reactor, delay))
        for reactor, delay in zip(stage.clients, (0, 0.005), strict=True)
    ]
    await gatherResults(deposits, consumeErrors=True)

    assert factory.balance == 2, factory.balance


async def mended(stage: Stage) -> None:
    """They do, whoever comes between."""
    await scenario(stage, let_add)
