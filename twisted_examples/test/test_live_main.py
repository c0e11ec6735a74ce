"""Tests of ``python -m twisted_examples`` as a process."""

import os
from pathlib import Path

from twisted_examples.test.live import PYTHON_M, LiveTestCase, broken_pipe

TWISTED_EXAMPLES = (*PYTHON_M, "twisted_examples")


class MainLiveTests(LiveTestCase):
    """The command as its user's shell sees it."""

    def test_survives_a_reader_who_leaves(self) -> None:
        """``list | head -1`` and ``show … | head -1`` end without a traceback."""
        with broken_pipe() as stdout:
            for process in [
                self.start(*TWISTED_EXAMPLES, "list", stdout=stdout),
                self.start(*TWISTED_EXAMPLES, "show", "check_install", stdout=stdout),
            ]:
                finished = process.finish()

                self.assertEqual(finished.stderr, b"")
                self.assertEqual(finished.returncode, 1)

    def test_interrupts_a_program(self) -> None:
        """Ctrl-C is for the program that is run, and so is the exit status its own."""
        process = self.start(*TWISTED_EXAMPLES, "run", "runreactor")
        process.read_line()
        process.interrupt()
        finished = process.finish()

        self.assertEqual(finished.stdout, b"Reactor stopped.\n")
        self.assertEqual(finished.stderr, b"")
        self.assertEqual(finished.returncode, 0)

    def test_needs_no_twisted(self) -> None:
        """Where Twisted is broken, the program that looks into it can be found."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / "twisted.py").write_text("raise AttributeError('half a Twisted')")
        finished = self.run_to_end(*TWISTED_EXAMPLES, "list", cwd=str(folder))

        self.assertIn(b"  check_install  ", finished.stdout)
        self.assertEqual(finished.returncode, 0)

    def test_tests_a_program(self) -> None:
        """A program's tests pass, and leave nothing where the user is."""
        folder = self.mktemp()
        os.mkdir(folder)
        finished = self.run_to_end(*TWISTED_EXAMPLES, "test", "portscan", cwd=folder)

        self.assertRegex(finished.stdout, rb"\nPASSED \(successes=\d+\)\n$")
        self.assertEqual(finished.returncode, 0)
        self.assertEqual(os.listdir(folder), [])
