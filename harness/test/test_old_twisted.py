"""Tests of what differs between versions of Twisted."""

from types import SimpleNamespace

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness._old_twisted import adapt, set_tls_clock
from harness._sockets import FIRST_DESCRIPTOR


class CloseOnExecTests(SynchronousTestCase):
    """Marking descriptors, as old versions do."""

    def test_real_descriptors(self) -> None:
        """What is real is marked as before, what is simulated is not."""
        marked: list[int] = []
        module = SimpleNamespace(fdesc=SimpleNamespace(_setCloseOnExec=marked.append))
        adapt(module)
        for descriptor in (3, FIRST_DESCRIPTOR, 4):
            module.fdesc._setCloseOnExec(descriptor)

        self.assertEqual(marked, [3, 4])

    def test_new_versions(self) -> None:
        """A module that marks nothing is left as it is."""
        module = SimpleNamespace()
        adapt(module)

        self.assertEqual(vars(module), {})


class TLSClockTests(SynchronousTestCase):
    """Giving TLS a clock after it was made."""

    def test_has_one(self) -> None:
        """A protocol that has a clock gets the other."""
        clock = Clock()
        protocol = SimpleNamespace(_aggregator=SimpleNamespace(_clock=None))
        set_tls_clock(protocol, clock)

        self.assertIs(protocol._aggregator._clock, clock)

    def test_has_none(self) -> None:
        """One that has no use for a clock gets none."""
        protocol = SimpleNamespace()
        set_tls_clock(protocol, Clock())

        self.assertEqual(vars(protocol), {})
