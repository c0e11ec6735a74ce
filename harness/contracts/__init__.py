"""What a reactor owes its programs, written as tests that any reactor can be given.

Each contract is a mixin, to be combined with ``SynchronousTestCase`` and with a method
that makes a reactor::

    class MyStreamTests(OverTCP, StreamContract, SynchronousTestCase):
        def make_reactor(self):
            return MyReactor()

The contracts of streams are held against a kind of stream: `OverTCP`, `OverTCP6`,
`OverTLS`, `OverUNIX`, or one of your own. All contracts but `VirtualTimeContract` hold
for a real reactor on a real kernel too: that is how we know them to be true.
"""

from harness.contracts._aborting import AbortContract
from harness.contracts._accepting import AcceptContract
from harness.contracts._connecting import ConnectContract
from harness.contracts._datagrams import (
    RecordingDatagrams,
    RefusalContract,
    UDPContract,
)
from harness.contracts._dns import DNSContract
from harness.contracts._half_closing import HalfCloseContract
from harness.contracts._happy_eyeballs import HappyEyeballsContract
from harness.contracts._life_cycle import LifeCycleContract
from harness.contracts._multicast import MulticastContract
from harness.contracts._names import NameContract
from harness.contracts._pacing import BackPressureContract
from harness.contracts._peers import (
    HalfCloseablePeer,
    Peer,
    RecordingFactory,
)
from harness.contracts._running import Reactor, ReactorContract, in_reactor, settle
from harness.contracts._sockets import SocketContract
from harness.contracts._streams import StreamContract
from harness.contracts._threads import ThreadContract
from harness.contracts._timers import TimerContract
from harness.contracts._tls import StartTLSContract, TLSContract
from harness.contracts._transports import (
    Connection,
    OverTCP,
    OverTCP6,
    OverTLS,
    OverUNIX,
    StreamKind,
    needs_ipv6,
)
from harness.contracts._unix import UNIXContract
from harness.contracts._virtual_time import VirtualTimeContract

__all__ = [
    "AbortContract",
    "AcceptContract",
    "BackPressureContract",
    "ConnectContract",
    "Connection",
    "DNSContract",
    "HalfCloseContract",
    "HalfCloseablePeer",
    "HappyEyeballsContract",
    "LifeCycleContract",
    "MulticastContract",
    "NameContract",
    "OverTCP",
    "OverTCP6",
    "OverTLS",
    "OverUNIX",
    "Peer",
    "Reactor",
    "ReactorContract",
    "RecordingDatagrams",
    "RecordingFactory",
    "RefusalContract",
    "SocketContract",
    "StartTLSContract",
    "StreamContract",
    "StreamKind",
    "TLSContract",
    "ThreadContract",
    "TimerContract",
    "UDPContract",
    "UNIXContract",
    "VirtualTimeContract",
    "in_reactor",
    "needs_ipv6",
    "settle",
]
