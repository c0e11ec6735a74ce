"""Tests of the program as a process, in installations that work and that do not."""

import json
import subprocess
from pathlib import Path

from twisted_examples.test.live import PYTHON_M, LiveTestCase, broken_pipe

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

    def test_survives_a_reader_who_leaves(self) -> None:
        """A closed pipe is no reason for a traceback."""
        with broken_pipe() as stdout:
            finished = self.run_to_end(*CHECK_INSTALL, "--json", stdout=stdout)

        self.assertEqual(finished.stderr, b"")
        self.assertEqual(finished.returncode, 1)

    def test_survives_a_closed_standard_output(self) -> None:
        """Without a standard output only the exit status is left."""
        finished = self.run_to_end("sh", "-c", 'exec "$@" >&-', "sh", *CHECK_INSTALL)

        self.assertEqual(finished.stderr, b"")
        self.assertEqual(finished.returncode, 0)


class BrokenInstallationLiveTests(LiveTestCase):
    """The program where Twisted cannot run it."""

    def check_beside(
        self, module: str, source: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the program in a folder with a module that goes before the installed."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / f"{module}.py").write_text(source)
        return self.run_to_end(*CHECK_INSTALL, "--json", cwd=str(folder))

    def test_runs_without_twisted(self) -> None:
        """That Twisted is missing is said by a program written for Twisted."""
        finished = self.check_beside(
            "twisted", "raise ModuleNotFoundError('no twisted')"
        )

        core = json.loads(finished.stdout)["sections"][0]
        self.assertEqual(core["findings"][1]["problem"], "missing: no twisted")
        self.assertEqual(finished.stderr, b"Error: Twisted does not work here.\n")
        self.assertEqual(finished.returncode, 1)

    def test_runs_without_a_reactor(self) -> None:
        """A pyOpenSSL that panics keeps Twisted's reactor from being imported."""
        finished = self.check_beside("OpenSSL", "raise BaseException('panic')")

        core = json.loads(finished.stdout)["sections"][0]
        self.assertEqual(core["findings"][2]["problem"], "broken: BaseException: panic")
        self.assertEqual(finished.stderr, b"Error: Twisted does not work here.\n")
        self.assertEqual(finished.returncode, 1)
