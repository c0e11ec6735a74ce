"""The public contracts, held against a reactor and a kind of stream of one's own."""

from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import Factory
from twisted.protocols.policies import WrappingFactory
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.contracts import HalfCloseContract, OverTCP, Reactor, StreamContract


class PiecewiseReactor(VirtualReactor):
    """Delivers every stream in pieces of a thousand bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.host.network.segments = lambda: 1000


class PiecewiseHalfCloseTests(OverTCP, HalfCloseContract, SynchronousTestCase):
    """Half close, however the bytes are cut."""

    def make_reactor(self) -> Reactor:
        return PiecewiseReactor()


class OverWrapper(OverTCP):
    """Streams whose protocols are wrapped by `twisted.protocols.policies`."""

    def make_reactor(self) -> Reactor:
        return VirtualReactor()

    def listen(self, reactor: Reactor, factory: Factory) -> IListeningPort:
        return super().listen(reactor, WrappingFactory(factory))


class WrappedStreamTests(OverWrapper, StreamContract, SynchronousTestCase):
    """Streams to a wrapped server."""
