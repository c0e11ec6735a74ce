"""Tests of the benchmark's workloads over real sockets of this machine."""

import os

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.catalogue import catalogue
from harness.benchmark.reactors import epoll
from harness.test.test_benchmark_catalogue import TINY


class LoopbackTests(SynchronousTestCase):
    """What the virtual reactor is compared with."""

    def test_every_entry_comes_to_figures(self) -> None:
        """The whole benchmark runs, on sockets where that is meant."""
        for entry in catalogue(TINY).values():
            self.assertNotEqual(list(entry.run(rounds=1).figures), [])

    def test_a_reactor_gives_its_descriptors_back(self) -> None:
        """However many runs there are, no more are open than before."""
        before = len(os.listdir("/proc/self/fd"))
        with epoll():
            self.assertGreater(len(os.listdir("/proc/self/fd")), before)

        self.assertEqual(len(os.listdir("/proc/self/fd")), before)
