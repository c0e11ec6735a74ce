"""Tests of the measurement of memory, and of the memory, with files of some size."""

import io
import os
import re
import runpy
import sys
from contextlib import redirect_stdout

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.test import large


class LargeTests(SynchronousTestCase):
    """The command."""

    def test_prints_figures(self) -> None:
        """For a download and an upload; and the memory does not grow with the file."""
        folder, output = os.getcwd(), io.StringIO()
        self.patch(sys, "argv", [large.__name__, "48"])
        with redirect_stdout(output):
            runpy.run_path(large.__file__, run_name="__main__")

        figures = re.fullmatch(
            r"download: 48 MiB with ([\d.]+) MiB of memory\n"
            r"upload: 48 MiB with ([\d.]+) MiB of memory\n",
            output.getvalue(),
        )
        assert figures is not None
        self.assertLess(max(map(float, figures.groups())), 16)
        self.assertEqual(os.getcwd(), folder)

    def test_does_not_measure_a_failure(self) -> None:
        """It ends with what the program has said."""
        measurement = large.Measurement(large.MIB)
        os.mkdir("small")
        self.addCleanup(os.rmdir, "small")
        with self.assertRaises(SystemExit) as caught:
            measurement.download()

        self.assertIn("cannot write small", str(caught.exception.code))
