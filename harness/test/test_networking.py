"""Tests of what the reactor refuses to make."""

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from harness._errors import NotSimulated
from harness._reactor import VirtualReactor


class NotSimulatedTests(SynchronousTestCase):
    """What needs an operating system says so."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.reactor.advance(1.5)

    def assert_refused(
        self, text: str, call: Callable[..., object], *args: object, **kw: object
    ) -> None:
        """Check that a call is refused, with machine, time and line."""
        error = self.assertRaises(NotSimulated, call, *args, **kw)
        site = r"on localhost, at 1\.5 s, at .*test_networking\.py:\d+"
        self.assertRegex(str(error), f"^{text.format(site)}$")

    def test_processes(self) -> None:
        """There are no child processes."""
        text = r"spawnProcess\('/bin/true'\) {}: a real process"
        spawn = self.reactor.spawnProcess

        self.assert_refused(text, spawn, None, "/bin/true")
        self.assert_refused(text, spawn, None, executable="/bin/true")
        self.assert_refused(r"spawnProcess\(''\) {}: .*", spawn)

    def test_descriptors(self) -> None:
        """There are no descriptors to adopt."""
        for call in (
            self.reactor.adoptStreamPort,
            self.reactor.adoptStreamConnection,
            self.reactor.adoptDatagramPort,
        ):
            text = f"{call.__name__} {{}}: a real descriptor"
            self.assert_refused(text, call, 3, 2, None)
