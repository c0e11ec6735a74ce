"""The harness's public face is what ``harness`` itself offers, and no more."""

import re
from importlib.resources import files
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import harness


class ExportsTests(SynchronousTestCase):
    """One flat public face over private modules."""

    def test_public_face(self) -> None:
        """A new public name is a decision, to be written down here."""
        self.assertEqual(
            harness.__all__,
            [
                "AcceptedConnection",
                "Conditions",
                "ConnectedPair",
                "Console",
                "Deadlock",
                "FailingEndpoint",
                "Fault",
                "FaultPlan",
                "HTTPFixture",
                "HarnessTestCase",
                "Host",
                "InvariantBroken",
                "Isolation",
                "LeftBehind",
                "Link",
                "Livelock",
                "ManualConnector",
                "ManualPort",
                "ManualReactor",
                "Names",
                "Network",
                "NotSimulated",
                "ReceivedRequest",
                "RecordingProtocol",
                "RunningProgram",
                "ScriptedPeer",
                "SeedResult",
                "Trace",
                "TraceEvent",
                "TraceFileError",
                "VirtualReactor",
                "VirtualTimeoutError",
                "connect_pair",
                "describe_conversation",
                "every_failure",
                "explore",
                "fixture_bytes",
                "fixture_path",
                "load_trace",
                "run_program",
                "save_capture",
                "save_page",
                "save_trace",
                "segmentations",
                "try_seeds",
            ],
        )

    def test_every_public_name_exists_and_says_what_it_is(self) -> None:
        """What ``__all__`` promises can be imported, and has a docstring."""
        for name in harness.__all__:
            self.assertTrue(getattr(harness, name).__doc__, name)

    def test_modules_are_private(self) -> None:
        """What is not named by the package is not meant to be imported."""
        modules = {
            path.name.removesuffix(".py")
            for path in files("harness").iterdir()
            if path.name.endswith(".py")
        }

        self.assertEqual({name for name in modules if not name.startswith("_")}, set())

    def test_private_modules_have_no_all(self) -> None:
        """So that API pages file each name under ``harness``."""
        for path in files("harness").iterdir():
            if path.name.endswith(".py") and path.name != "__init__.py":
                self.assertNotIn("__all__", path.read_text("utf-8"), path.name)


class FirstLineTests(SynchronousTestCase):
    """The first line of a source file names the modules that test it, for trial."""

    def test_modules_exist(self) -> None:
        """There is a file for each of them."""
        package = Path(harness.__file__).parent
        named = {
            name
            for source in package.rglob("*.py")
            for line in re.findall(
                r"\A# -\*- test-case-name: (\S+) -\*-$", first_line(source)
            )
            for name in line.split(",")
        }
        missing = {
            name
            for name in named
            if not package.parent.joinpath(*name.split(".")).with_suffix(".py").exists()
        }

        self.assertIn("harness.test.test_network", named)
        self.assertEqual(missing, set())


def first_line(source: Path) -> str:
    """Return the first line of a file."""
    with source.open(encoding="utf-8") as lines:
        return lines.readline()
