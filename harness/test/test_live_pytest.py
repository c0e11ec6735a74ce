"""Tests of the harness under pytest, as a process."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

SAMPLES = Path(__file__).with_name("samples")


@cache
def output_of(sample: str) -> str:
    """Run pytest on a sample, and return what it writes."""
    options = ["-p", "no:cacheprovider", "--config-file=/dev/null", "--color=no", "-rA"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, SAMPLES / sample],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def outcomes(output: str) -> list[str]:
    """Return the lines of the summary, each an outcome and the name of a test."""
    return re.findall(r"^((?:PASSED|FAILED|ERROR) \S+)", output, re.MULTILINE)


class PytestTests(SynchronousTestCase):
    """Tests that pytest runs."""

    def test_passing(self) -> None:
        """Functions with a fixture, and test cases."""
        output = output_of("for_pytest.py")

        self.assertEqual(
            [line.partition("for_pytest.py::")[2] for line in outcomes(output)],
            ["test_greets", "test_server_for_ever", "DoorTests::test_greets"],
            output,
        )
        self.assertIn("3 passed in ", output)

    def test_leaving_something_behind(self) -> None:
        """The line that has made it is told, of a test that has passed otherwise."""
        output = output_of("for_pytest_leaking.py")

        lines = re.findall(r"^E .* \[port\] .*, made at .*py:(\d+)$", output, re.M)
        self.assertEqual(lines, ["15", "28"], output)

    def test_reaching_out(self) -> None:
        """It fails with the line."""
        output = output_of("for_pytest_leaking.py")

        self.assertRegex(
            output, r"NotSimulated: socket\.socket\(AF_INET\), at .*leaking\.py:\d+: "
        )
