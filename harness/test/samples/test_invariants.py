"""What is demanded of a program while it runs."""

from twisted.internet.task import LoopingCall
from twisted.trial.unittest import SynchronousTestCase

from harness import InvariantBroken, Network


class Shop:
    """Sells, whether there is something or not."""

    def __init__(self, stock: int) -> None:
        self.stock = stock

    def sell(self) -> None:
        """Sell one."""
        self.stock -= 1


class InvariantsTests(SynchronousTestCase):
    """A shop that sells something each second."""

    def setUp(self) -> None:
        self.network = Network()
        self.shop = Shop(stock=3)
        selling = LoopingCall(self.shop.sell)
        selling.clock = self.network.host("shop").reactor
        selling.start(1.0, now=False)

    def test_always(self) -> None:
        """It is told when the shop sold what it did not have."""
        self.network.always("there is something left", lambda: self.shop.stock >= 0)

        with self.assertRaises(InvariantBroken) as caught:
            self.network.advance(60)

        self.assertEqual(
            str(caught.exception),
            "'there is something left' is broken at 4.0 s, by shop: call LoopingCall",
        )

    def test_eventually(self) -> None:
        """All is sold before five seconds are over."""
        self.network.eventually("all is sold", lambda: self.shop.stock == 0, within=5)

        self.network.advance(60)
