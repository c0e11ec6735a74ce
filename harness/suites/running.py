# -*- test-case-name: harness.test.test_live_suites -*-
"""Run a suite in a process of its own, and not for ever."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from typing import Protocol

from harness.suites import recording
from harness.suites.outcomes import Outcome, read_outcomes


@dataclass(frozen=True)
class Run:
    """What came out of a suite on one reactor.

    Attributes:
        reactor: The reactor.
        outcomes: The outcome of each test that began.
        seconds: How long the process took.
        processor_seconds: How long it used a processor.
        complaint: Why it did not come to its end, if it did not.
    """

    reactor: str
    outcomes: Mapping[str, Outcome]
    seconds: float
    processor_seconds: float
    complaint: str = ""


class RunSuite(Protocol):
    """A way of running a suite."""

    def __call__(
        self, suite: str, reactor: str, limit: float, variables: Mapping[str, str]
    ) -> Run:
        """Run it: see `run_suite`."""


def run_suite(
    suite: str, reactor: str, limit: float, variables: Mapping[str, str]
) -> Run:
    """Run a suite on a reactor.

    Args:
        suite: The name of a package, module, class or test.
        reactor: The reactor as ``trial --reactor`` calls it.
        limit: After how many seconds of real time to kill it, and whatever it started.
        variables: What to add to the environment.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        began, used = time.monotonic(), _processor_seconds()
        complaint = _complaint_of(_command(suite, reactor, folder), limit, variables)
        return Run(
            reactor,
            _outcomes(folder / recording.OUTCOMES),
            time.monotonic() - began,
            _processor_seconds() - used,
            complaint,
        )


def _command(suite: str, reactor: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", recording.__name__, reactor, str(folder), suite]


def _complaint_of(
    command: list[str], limit: float, variables: Mapping[str, str]
) -> str:
    """Run a command; say what went wrong, if the command itself did."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # so that what it starts can be killed with it
    )
    try:
        errors = process.communicate(timeout=limit)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"killed after {limit:g} s"
    if process.returncode == 0:
        return ""
    last_words = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return f"status {process.returncode}: {last_words}"


def _outcomes(path: Path) -> dict[str, Outcome]:
    if not path.exists():
        return {}
    with path.open() as lines:
        return read_outcomes(lines)


def _processor_seconds() -> float:
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
