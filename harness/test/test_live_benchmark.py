"""Tests of the benchmark's workloads over real sockets of this machine."""

import json
import os
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.catalogue import catalogue
from harness.benchmark.reactors import epoll
from harness.test.garbage import FrozenTestCase
from harness.test.real_reactor import SKIP
from harness.test.test_benchmark_catalogue import TINY


class LoopbackTests(FrozenTestCase):
    """What the virtual reactor is compared with."""

    skip = SKIP

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


class CommandTests(SynchronousTestCase):
    """The command as a process."""

    def run_command(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return subprocess.run(
            [sys.executable, "-m", "harness.benchmark", *argv],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_prints_figures_and_nothing_else(self) -> None:
        """What Twisted logs about ports and factories is not among them."""
        ended = self.run_command(
            "--quick", "--rounds=1", "--only=echo-idle-timers", "--json"
        )
        (result,) = json.loads(ended.stdout)["results"]

        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(list(result["costs"]), ["without", "with"])

    def test_an_unknown_name_ends_it_with_status_2(self) -> None:
        """As a shell expects of wrong usage."""
        ended = self.run_command("--only=nothing")

        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
