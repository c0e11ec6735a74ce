"""A test harness for Twisted programs: no sockets, no waiting, no luck."""

from harness._console import Console
from harness._data import fixture_bytes, fixture_path
from harness._errors import Deadlock, Livelock, NotSimulated, VirtualTimeoutError
from harness._host import Host
from harness._http.fixture import HTTPFixture
from harness._http.records import AcceptedConnection, ReceivedRequest
from harness._manual import ManualReactor
from harness._manual_connections import ManualConnector, ManualPort
from harness._network import Network
from harness._programs import run_program
from harness._reactor import VirtualReactor
from harness._recording import RecordingProtocol
from harness._running_program import RunningProgram
from harness._segmentations import segmentations
from harness._trace import Trace, TraceEvent

__all__ = [
    "AcceptedConnection",
    "Console",
    "Deadlock",
    "HTTPFixture",
    "Host",
    "Livelock",
    "ManualConnector",
    "ManualPort",
    "ManualReactor",
    "Network",
    "NotSimulated",
    "ReceivedRequest",
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
