"""Tests of ``HARNESS_TRACE``, with trial as a process."""

import os
import sys
from functools import cache
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from tempfile import TemporaryDirectory
from typing import NamedTuple

from twisted.trial.unittest import SynchronousTestCase

#: The script, since an old Twisted cannot be run as a module by every Python.
TRIAL = Path(sys.executable).with_name("trial")

TEST = "harness.test.samples.test_greeting.ToleranceTests.test_server_for_ever"

#: Each with the folder for traces, and its own arguments.
RUNS = {
    "plain": ("traces", ()),
    "workers": ("traces", ("--jobs=2",)),
    "nowhere": ("/dev/null/x", ()),
}


class Run(NamedTuple):
    """What a run of trial has written, its status, and the traces that it has left."""

    output: str
    status: int
    files: list[str]


@cache
def runs() -> dict[str, Run]:
    """Run them all, together, each in a folder of its own."""
    with TemporaryDirectory() as folder:
        processes = {name: start(Path(folder, name), *RUNS[name]) for name in RUNS}
        try:
            outputs = {
                name: process.communicate(timeout=60)[0]
                for name, process in processes.items()
            }
        finally:
            for process in processes.values():
                process.kill()
        return {
            name: Run(
                outputs[name],
                process.returncode,
                sorted(
                    str(path.relative_to(Path(folder, name)))
                    for suffix in ("json", "html")
                    for path in Path(folder, name).rglob(f"*.{suffix}")
                ),
            )
            for name, process in processes.items()
        }


def start(folder: Path, traces: str, arguments: tuple[str, ...]) -> Popen[str]:
    """Start trial in a new folder."""
    folder.mkdir()
    return Popen(
        [sys.executable, TRIAL, *arguments, TEST],
        cwd=folder,
        env={**os.environ, "HARNESS_TRACE": traces},
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )


class TrialTests(SynchronousTestCase):
    """What trial leaves in a folder that is named from where it was started."""

    def test_in_one_process(self) -> None:
        """The files of a test, and none anywhere else."""
        output, status, files = runs()["plain"]

        self.assertEqual(files, [f"traces/{TEST}.html", f"traces/{TEST}.json"], output)
        self.assertEqual(status, 0)

    def test_in_workers(self) -> None:
        """The same, although they start in other folders."""
        output, status, files = runs()["workers"]

        self.assertEqual(files, [f"traces/{TEST}.html", f"traces/{TEST}.json"], output)
        self.assertEqual(status, 0)

    def test_files_that_cannot_be_written(self) -> None:
        """That is an error of the test, and the run goes on to its end."""
        output, status, _ = runs()["nowhere"]

        self.assertIn("OSError: HARNESS_TRACE: /dev/null/x: Not a directory\n", output)
        self.assertIn("\nFAILED (errors=1)", output)
        self.assertEqual(status, 1)
