"""Tests of the workloads of idle connections."""

from twisted.internet.tcp import Client, Server
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.idle import crowded, idle_figures, open_idle_connections


class OpenIdleConnectionsTests(SynchronousTestCase):
    """Connections on which nothing happens."""

    def test_both_ends_are_connected(self) -> None:
        """More of them than a server's queue holds, one of them after the others."""
        reactor = VirtualReactor()
        open_idle_connections(reactor, 51)
        ends = [type(reader) for reader in reactor.getReaders()]

        self.assertEqual((ends.count(Client), ends.count(Server)), (51, 51))

    def test_a_crowded_reactor_has_them(self) -> None:
        """It has what it is asked for."""
        with crowded(3) as reactor:
            ends = [type(reader) for reader in reactor.getReaders()]

        self.assertEqual((ends.count(Client), ends.count(Server)), (3, 3))


class IdleFiguresTests(SynchronousTestCase):
    """What they take."""

    def test_states_memory_and_time(self) -> None:
        """A connection takes some memory; an hour of it is measured beside."""
        memory, hour = idle_figures(10)

        self.assertEqual(
            (memory.label, memory.unit), ("a connection, both ends", "bytes")
        )
        self.assertGreater(memory.value.median, 0)
        self.assertEqual((hour.label, hour.unit), ("an hour", "us of CPU"))
