"""Tests of who waits for which socket."""

from socket import AF_INET

from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._reactor import VirtualReactor
from harness._sockets_udp import UDPSocket
from harness.test.kernel import Watcher


class RealDescriptor(FileDescriptor):
    """A descriptor of the process, as of a pipe."""

    def __repr__(self) -> str:
        return "<a pipe>"


class WatchingTests(SynchronousTestCase):
    """Who is listed, and who is not."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.watcher = Watcher(UDPSocket(self.reactor.host, AF_INET))

    def test_added_once(self) -> None:
        """Who is added twice waits once."""
        for _ in range(2):
            self.reactor.addReader(self.watcher)
            self.reactor.addWriter(self.watcher)

        self.assertEqual(self.reactor.getReaders(), [self.watcher])
        self.assertEqual(self.reactor.getWriters(), [self.watcher])
        self.reactor.advance(0)
        self.assertEqual(self.watcher.events, ["write"])

    def test_removed(self) -> None:
        """Who is removed does not wait, however often."""
        self.reactor.addReader(self.watcher)
        self.reactor.addWriter(self.watcher)
        for _ in range(2):
            self.reactor.removeReader(self.watcher)
            self.reactor.removeWriter(self.watcher)
        self.reactor.flush()

        self.assertEqual(self.reactor.getReaders() + self.reactor.getWriters(), [])
        self.assertEqual(self.watcher.events, [])

    def test_remove_all(self) -> None:
        """All are removed, and each is told once."""
        other = Watcher(UDPSocket(self.reactor.host, AF_INET))
        self.reactor.addReader(self.watcher)
        self.reactor.addWriter(self.watcher)
        self.reactor.addWriter(other)

        self.assertEqual(self.reactor.removeAll(), [self.watcher, other])
        self.assertEqual(self.reactor.removeAll(), [])


class RealDescriptorTests(SynchronousTestCase):
    """A descriptor that is not simulated would never be ready."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.pipe = RealDescriptor(self.reactor)  # type: ignore[arg-type]

    def assert_refused(self, message: str) -> None:
        for wait in (
            lambda: self.reactor.advance(1),
            lambda: self.reactor.run_until(Deferred()),
            self.reactor.run,
        ):
            self.assertEqual(str(self.assertRaises(NotSimulated, wait)), message)

    def test_reading(self) -> None:
        """Whoever waits while one is read is told so."""
        self.reactor.addReader(self.pipe)
        self.assertEqual(self.reactor.getReaders(), [self.pipe])

        self.assert_refused("addReader(<a pipe>): a real descriptor")

    def test_writing(self) -> None:
        """... or while one is written."""
        self.reactor.addWriter(self.pipe)
        self.assertEqual(self.reactor.getWriters(), [self.pipe])

        self.assert_refused("addWriter(<a pipe>): a real descriptor")

    def test_taken_back(self) -> None:
        """When it is taken back time passes again."""
        self.reactor.addReader(self.pipe)
        self.reactor.addWriter(self.pipe)
        self.reactor.removeReader(self.pipe)
        self.reactor.removeWriter(self.pipe)
        self.reactor.advance(1)

        self.assertEqual(self.reactor.seconds(), 1)

    def test_present_instant(self) -> None:
        """What takes no time can be done while one is there."""
        self.reactor.addReader(self.pipe)
        made: list[str] = []
        self.reactor.callLater(0, made.append, "now")
        self.reactor.advance(0)

        self.assertEqual(made, ["now"])
