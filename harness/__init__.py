"""A test harness for Twisted programs: no sockets, no waiting, no luck."""

from harness._data import fixture_bytes, fixture_path
from harness._programs import Console, RunningProgram, run_program
from harness._recording import RecordingProtocol
from harness._segmentations import segmentations

__all__ = [
    "Console",
    "RecordingProtocol",
    "RunningProgram",
    "fixture_bytes",
    "fixture_path",
    "run_program",
    "segmentations",
]
