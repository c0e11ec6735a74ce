"""Tests of what the reactor refuses to make."""

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._reactor import VirtualReactor


class NotSimulatedTests(SynchronousTestCase):
    """What needs an operating system says so."""

    def assert_refused(self, call: Callable[..., object], *args: object) -> None:
        error = self.assertRaises(NotSimulated, call, *args)
        self.assertEqual(str(error), call.__name__)

    def test_processes(self) -> None:
        """There are no child processes."""
        self.assert_refused(VirtualReactor().spawnProcess, None, "/bin/true")

    def test_descriptors(self) -> None:
        """There are no descriptors to adopt."""
        reactor = VirtualReactor()

        self.assert_refused(reactor.adoptStreamPort, 3, 2, None)
        self.assert_refused(reactor.adoptStreamConnection, 3, 2, None)
        self.assert_refused(reactor.adoptDatagramPort, 3, 2, None)
