"""The contracts, held against the virtual reactor."""

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.contracts import (
    AbortContract,
    AcceptContract,
    BackPressureContract,
    ConnectContract,
    DNSContract,
    HalfCloseContract,
    HappyEyeballsContract,
    LifeCycleContract,
    MulticastContract,
    NameContract,
    OverTCP,
    OverTCP6,
    OverTLS,
    OverUNIX,
    Reactor,
    RefusalContract,
    SocketContract,
    StartTLSContract,
    StreamContract,
    ThreadContract,
    TimerContract,
    TLSContract,
    UDPContract,
    UNIXContract,
    VirtualTimeContract,
)


class OnVirtualReactor:
    """Makes the reactor under test."""

    def make_reactor(self) -> Reactor:
        return VirtualReactor()


class VirtualConnectTests(OnVirtualReactor, ConnectContract, SynchronousTestCase):
    """Outgoing connections, on virtual time."""


class VirtualAcceptTests(OnVirtualReactor, AcceptContract, SynchronousTestCase):
    """Listening ports, on virtual time."""


class VirtualSocketTests(OnVirtualReactor, SocketContract, SynchronousTestCase):
    """TCP itself, on virtual time."""


class VirtualTLSTests(OnVirtualReactor, TLSContract, SynchronousTestCase):
    """TLS from the first byte, on virtual time."""


class VirtualStartTLSTests(OnVirtualReactor, StartTLSContract, SynchronousTestCase):
    """TLS from some byte on, on virtual time."""


class VirtualUDPTests(OnVirtualReactor, UDPContract, SynchronousTestCase):
    """Datagrams, on virtual time."""


class VirtualMulticastTests(OnVirtualReactor, MulticastContract, SynchronousTestCase):
    """Datagrams to groups, on virtual time."""


class VirtualUNIXTests(OnVirtualReactor, UNIXContract, SynchronousTestCase):
    """UNIX sockets, on virtual time."""


class VirtualNameTests(OnVirtualReactor, NameContract, SynchronousTestCase):
    """Names, on virtual time."""


class VirtualHappyEyeballsTests(
    OnVirtualReactor, HappyEyeballsContract, SynchronousTestCase
):
    """Names with several addresses, on virtual time."""


class VirtualDNSTests(OnVirtualReactor, DNSContract, SynchronousTestCase):
    """Name servers, on virtual time."""


class VirtualTimerTests(OnVirtualReactor, TimerContract, SynchronousTestCase):
    """Delayed calls, on virtual time."""


class VirtualThreadTests(OnVirtualReactor, ThreadContract, SynchronousTestCase):
    """Threads, on virtual time."""


class VirtualLifeCycleTests(OnVirtualReactor, LifeCycleContract, SynchronousTestCase):
    """The loop, on virtual time."""


class VirtualTCPStreamTests(
    OnVirtualReactor, OverTCP, StreamContract, SynchronousTestCase
):
    """Streams over TCP, on virtual time."""


class VirtualTCP6StreamTests(
    OnVirtualReactor, OverTCP6, StreamContract, SynchronousTestCase
):
    """Streams over TCP and IPv6, on virtual time."""


class VirtualTLSStreamTests(
    OnVirtualReactor, OverTLS, StreamContract, SynchronousTestCase
):
    """Streams over TLS, on virtual time."""


class VirtualUNIXStreamTests(
    OnVirtualReactor, OverUNIX, StreamContract, SynchronousTestCase
):
    """Streams over UNIX, on virtual time."""


class VirtualTCPBackPressureTests(
    OnVirtualReactor, OverTCP, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TCP, on virtual time."""


class VirtualTCP6BackPressureTests(
    OnVirtualReactor, OverTCP6, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TCP and IPv6, on virtual time."""


class VirtualTLSBackPressureTests(
    OnVirtualReactor, OverTLS, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TLS, on virtual time."""


class VirtualUNIXBackPressureTests(
    OnVirtualReactor, OverUNIX, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over UNIX, on virtual time."""


class VirtualTCPAbortTests(
    OnVirtualReactor, OverTCP, AbortContract, SynchronousTestCase
):
    """Aborted connections over TCP, on virtual time."""


class VirtualTCP6AbortTests(
    OnVirtualReactor, OverTCP6, AbortContract, SynchronousTestCase
):
    """Aborted connections over TCP and IPv6, on virtual time."""


class VirtualTLSAbortTests(
    OnVirtualReactor, OverTLS, AbortContract, SynchronousTestCase
):
    """Aborted connections over TLS, on virtual time."""


class VirtualUNIXAbortTests(
    OnVirtualReactor, OverUNIX, AbortContract, SynchronousTestCase
):
    """Aborted connections over UNIX, on virtual time."""


class VirtualTCPHalfCloseTests(
    OnVirtualReactor, OverTCP, HalfCloseContract, SynchronousTestCase
):
    """Half close over TCP, on virtual time."""


class VirtualTCP6HalfCloseTests(
    OnVirtualReactor, OverTCP6, HalfCloseContract, SynchronousTestCase
):
    """Half close over TCP and IPv6, on virtual time."""


class VirtualUNIXHalfCloseTests(
    OnVirtualReactor, OverUNIX, HalfCloseContract, SynchronousTestCase
):
    """Half close over UNIX, on virtual time."""


class VirtualRefusalTests(OnVirtualReactor, RefusalContract, SynchronousTestCase):
    """Refused datagrams, on virtual time."""


class VirtualTimeTests(OnVirtualReactor, VirtualTimeContract, SynchronousTestCase):
    """The clock that tests move."""


class VirtualTLSWithoutInstallationTests(
    OnVirtualReactor, OverTLS, StreamContract, SynchronousTestCase
):
    """TLS, on virtual time, between machines of which each has its own reactor."""

    installed = False
