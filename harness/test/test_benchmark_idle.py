"""Tests of the workloads of idle connections."""

from twisted.internet.tcp import Client, Server
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.benchmark.idle import beside, idle_figures, open_idle_connections


def ends(reactor: VirtualReactor) -> tuple[int, int]:
    """Count the clients' ends and the servers' that wait for something to read."""
    readers = reactor.getReaders()
    return (
        sum(isinstance(reader, Client) for reader in readers),
        sum(isinstance(reader, Server) for reader in readers),
    )


class OpenIdleConnectionsTests(SynchronousTestCase):
    """Connections on which nothing happens."""

    def test_both_ends_are_connected(self) -> None:
        """More of them than a server's queue holds, one of them after the others."""
        reactor = VirtualReactor()
        open_idle_connections(reactor, 51)

        self.assertEqual(ends(reactor), (51, 51))


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


class BesideTests(SynchronousTestCase):
    """An echo beside them."""

    def test_makes_the_round_trips(self) -> None:
        """It takes no notice of the idle ones, nor they of it."""
        with beside(3, 2).prepare() as work:
            self.assertEqual(work(), 2)
