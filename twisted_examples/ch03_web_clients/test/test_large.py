"""Tests of the measurement of memory, and of the memory, with files of some size."""

import io
import os
import re
from contextlib import redirect_stdout

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.test.large import MIB, Measurement, Sink, main


class LargeTests(SynchronousTestCase):
    """The command."""

    def test_prints_figures(self) -> None:
        """For a download and an upload; and the memory does not grow with the file."""
        folder, sunk = os.getcwd(), Sink.count
        output = io.StringIO()
        with redirect_stdout(output):
            main("48")

        figures = re.fullmatch(
            r"download: 48 MiB with ([\d.]+) MiB of memory\n"
            r"upload: 48 MiB with ([\d.]+) MiB of memory\n",
            output.getvalue(),
        )
        assert figures is not None
        self.assertLess(max(map(float, figures.groups())), 16)
        self.assertGreater(Sink.count - sunk, 48 * MIB)
        self.assertEqual(os.getcwd(), folder)

    def test_does_not_measure_a_failure(self) -> None:
        """It ends with what the program has said."""
        measurement = Measurement(MIB)
        os.mkdir("small")
        self.addCleanup(os.rmdir, "small")
        with self.assertRaises(SystemExit) as caught:
            measurement.download()

        self.assertIn("cannot write small", str(caught.exception.code))
