"""A test harness for Twisted programs: no sockets, no waiting, no luck."""

from harness._conditions import Conditions
from harness._console import Console
from harness._data import fixture_bytes, fixture_path
from harness._errors import Deadlock, Livelock, NotSimulated, VirtualTimeoutError
from harness._host import Host
from harness._links import Link
from harness._manual import ManualReactor
from harness._manual_connections import ManualConnector, ManualPort
from harness._names import Names
from harness._network import Network
from harness._programs import run_program
from harness._reactor import VirtualReactor
from harness._recording import RecordingProtocol
from harness._running_program import RunningProgram
from harness._segmentations import segmentations
from harness._trace import Trace, TraceEvent

__all__ = [
    "Conditions",
    "Console",
    "Deadlock",
    "Host",
    "Link",
    "Livelock",
    "ManualConnector",
    "ManualPort",
    "ManualReactor",
    "Names",
    "Network",
    "NotSimulated",
    "RecordingProtocol",
    "RunningProgram",
    "Trace",
    "TraceEvent",
    "VirtualReactor",
    "VirtualTimeoutError",
    "fixture_bytes",
    "fixture_path",
    "run_program",
    "segmentations",
]
