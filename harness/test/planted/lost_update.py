"""Two clients read a number, add to it and write it back: one addition is lost."""

from typing import Any

from twisted.internet.defer import ensureDeferred, gatherResults
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineReceiver

from harness.test.planted.stage import Stage, connected


class Account(LineReceiver):
    """Tells the balance, and changes it."""

    delimiter = b"\n"
    factory: Any

    def lineReceived(self, line: bytes) -> None:
        if line != b"balance?":
            self.factory.balance = int(line)
        self.sendLine(b"%d" % self.factory.balance)


async def deposit(reactor: Any, address: str, port: int, delay: float) -> None:
    """Add one. The bug: somebody else may do so between the question and the answer."""
    await deferLater(reactor, delay)
    account = await connected(reactor, address, port)
    balance = int(await account.ask(b"balance?"))
    await account.ask(b"%d" % (balance + 1))
    account.transport.loseConnection()


async def scenario(stage: Stage) -> None:
    """Both deposits count."""
    factory: Any = Factory.forProtocol(Account)
    factory.balance = 0
    port = stage.listen(factory)

    deposits = [
        ensureDeferred(deposit(reactor, stage.addresses[0], port, delay))
        for reactor, delay in zip(stage.clients, (0, 0.005), strict=True)
    ]
    await gatherResults(deposits, consumeErrors=True)

    assert factory.balance == 2, factory.balance
