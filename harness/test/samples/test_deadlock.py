"""What `harness.Deadlock` says."""

from pathlib import Path

from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory
from twisted.protocols.wire import Discard
from twisted.trial.unittest import SynchronousTestCase

from harness import Deadlock, VirtualReactor, fixture_bytes
from harness.test.samples.greeting import visit

HERE = str(Path(__file__).parent)


class DeadlockTests(SynchronousTestCase):
    """A conversation in which each side waits for the other."""

    def test_names_what_is_pending(self) -> None:
        """A server that never says a word leaves its visitor waiting, for ever."""
        reactor = VirtualReactor()
        reactor.listenTCP(4000, Factory.forProtocol(Discard))
        visitor = visit(HostnameEndpoint(reactor, "localhost", 4000), b"Ada")

        with self.assertRaises(Deadlock) as caught:
            reactor.run_until(visitor)

        shown = str(caught.exception).replace(HERE, "harness/test/samples")
        self.assertEqual(f"{shown}\n".encode(), fixture_bytes("messages/deadlock.txt"))
