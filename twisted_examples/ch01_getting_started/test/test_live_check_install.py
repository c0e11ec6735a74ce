"""Tests of the program as a process, in installations that work and that do not."""

import json
import subprocess
from pathlib import Path

from twisted_examples.test.live import (
    PYTHON_M,
    LiveProcess,
    LiveTestCase,
    broken_pipe,
)

CHECK_INSTALL = (*PYTHON_M, "twisted_examples.ch01_getting_started.check_install")


class CheckInstallLiveTests(LiveTestCase):
    """The program in the installation that runs the tests."""

    def test_finds_the_twisted_that_runs_it(self) -> None:
        """Twisted, Python and their versions are there."""
        finished = self.run_to_end(*CHECK_INSTALL)

        self.assertRegex(
            finished.stdout,
            rb"^core\n  Python +3\.\d+\.\S+\n  Twisted +\d+\.\S+\n",
        )
        self.assertEqual(finished.stderr, b"")
        self.assertEqual(finished.returncode, 0)

    def test_survives_an_output_that_nobody_takes(self) -> None:
        """A closed pipe is no reason for a traceback, nor is a closed output."""
        with broken_pipe() as stdout:
            piped = self.start(*CHECK_INSTALL, "--json", stdout=stdout)
        closed = self.start("sh", "-c", 'exec "$@" >&-', "sh", *CHECK_INSTALL)
        ends = piped.finish(), closed.finish()

        self.assertEqual([end.stderr for end in ends], [b"", b""])
        self.assertEqual([end.returncode for end in ends], [1, 0])


class BrokenInstallationLiveTests(LiveTestCase):
    """The program where Twisted cannot run it."""

    def start_beside(self, module: str, source: str) -> LiveProcess:
        """Start the program where a module goes before the one that is installed."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / f"{module}.py").write_text(source)
        return self.start(*CHECK_INSTALL, "--json", cwd=str(folder))

    def test_says_what_is_wrong(self) -> None:
        """Be it that there is no Twisted, or that a pyOpenSSL panics in its reactor."""
        without = self.start_beside(
            "twisted", "raise ModuleNotFoundError('no twisted')"
        )
        broken = self.start_beside("OpenSSL", "raise BaseException('panic')")

        self.assert_said(without.finish(), 1, "missing: no twisted")
        self.assert_said(broken.finish(), 2, "broken: BaseException: panic")

    def assert_said(
        self, end: subprocess.CompletedProcess[bytes], finding: int, problem: str
    ) -> None:
        """Assert which part of the core has which problem, and how that ended."""
        core = json.loads(end.stdout)["sections"][0]
        self.assertEqual(core["findings"][finding]["problem"], problem)
        self.assertEqual(end.stderr, b"Error: Twisted does not work here.\n")
        self.assertEqual(end.returncode, 1)
