"""Tests of exploring in processes, and on a cluster where there is one."""

import contextlib
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import skipUnless

from twisted.trial.unittest import SynchronousTestCase

from harness import try_seeds
from harness.__main__ import main

SAMPLE = "harness.test.samples_to_explore.Sample"
UNKIND = "harness.test.samples_to_explore.Unkind"
EXPLORE = [sys.executable, "-m", "harness", "explore"]


class ProcessTests(SynchronousTestCase):
    """The command as a process, with processes of its own."""

    def test_jobs(self) -> None:
        """What two processes find is what is found here."""
        argv = [f"{SAMPLE}.test_chooses", "--seeds", "100", "--keep-going"]
        command = [*EXPLORE, *argv, "--jobs", "2"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        output = StringIO()
        with redirect_stdout(output), redirect_stderr(StringIO()):
            status = main(["explore", *argv])

        self.assertEqual((done.returncode, done.stdout), (status, output.getvalue()))
        self.assertIn("of 100 seeds: ", done.stdout)

    def test_worker_died(self) -> None:
        """One line names the seeds that the workers were at."""
        argv = [f"{UNKIND}.test_dies", "--seeds", "500", "--jobs", "2"]
        done = subprocess.run([*EXPLORE, *argv], capture_output=True, check=False)

        self.assertEqual(
            (done.returncode, done.stdout, done.stderr),
            (1, b"", b"Error: a worker died, at seeds 0-99\n"),
        )

    def test_interrupted(self) -> None:
        """Ctrl-C ends all processes, whatever they are at, with one line."""
        # What runs in the background of a script ignores it, and so do its children.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        path = Path(self.mktemp())
        argv = [f"{UNKIND}.test_never_ends", "--jobs", "2", "--results", str(path)]
        running = subprocess.Popen(
            [*EXPLORE, *argv, "--seeds", "4000"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(_kill_group, running.pid)
        assert running.stderr is not None
        progress = running.stderr.readline()
        os.killpg(running.pid, signal.SIGINT)
        _, rest = running.communicate(timeout=300)

        self.assertEqual(running.returncode, 130)
        self.assertIn("400 of 4000 seeds, 0 failed", progress)
        self.assertEqual(rest.splitlines()[-1], "Interrupted")
        self.assertNotIn("Traceback", rest)
        self.assertGreater(len(path.read_text().splitlines()), 400)


class ClusterTests(SynchronousTestCase):
    """A cluster of Dask, on this machine."""

    @skipUnless(find_spec("distributed"), "needs Dask")
    def test_cluster(self) -> None:  # pragma: no cover  (with Dask only)
        """What its workers find is what is found here."""
        distributed: Any = import_module("distributed")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None
            ) as workers,
            distributed.Client(workers) as client,
            client.get_executor() as executor,
        ):
            name = f"{SAMPLE}.test_chooses"
            results = sorted(try_seeds(name, range(200), executor))

        self.assertEqual([result.seed for result in results], list(range(200)))
        self.assertEqual({result.kind for result in results}, {"", "FailTest"})


def _kill_group(number: int) -> None:
    """Let no process survive a test that has failed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)
