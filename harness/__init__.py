"""A test harness for Twisted programs: no sockets, no waiting, no luck."""

from harness._campaigns import try_seeds
from harness._captures import save_capture
from harness._case import HarnessTestCase
from harness._conditions import Conditions
from harness._console import Console
from harness._conversation import describe_conversation
from harness._data import fixture_bytes, fixture_path
from harness._errors import (
    Deadlock,
    InvariantBroken,
    LeftBehind,
    Livelock,
    NotSimulated,
    VirtualTimeoutError,
)
from harness._every_failure import every_failure
from harness._explore import explore
from harness._failing import FailingEndpoint
from harness._fault_plans import FaultPlan
from harness._faults import Fault
from harness._host import Host
from harness._http.fixture import HTTPFixture
from harness._http.records import AcceptedConnection, ReceivedRequest
from harness._isolation import Isolation
from harness._links import Link
from harness._manual import ManualReactor
from harness._manual_connections import ManualConnector, ManualPort
from harness._names import Names
from harness._network import Network
from harness._pages import save_page
from harness._pairs import ConnectedPair, connect_pair
from harness._programs import run_program
from harness._reactor import VirtualReactor
from harness._recording import RecordingProtocol
from harness._results import SeedResult
from harness._running_program import RunningProgram
from harness._scripted import ScriptedPeer
from harness._segmentations import segmentations
from harness._trace import Trace, TraceEvent
from harness._trace_files import TraceFileError, load_trace, save_trace

__all__ = [
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
]
