"""Tests of what differs between versions of Twisted.

What it gives to TLS is tested by the contract of ``startTLS``.
"""

from types import SimpleNamespace

from twisted.trial.unittest import SynchronousTestCase

from harness._old_twisted import adapt
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
