"""The contracts, held against Twisted's epoll reactor and this machine's kernel.

These tests open real sockets, on loopback, at ports that the kernel chooses. They show
that what the contracts demand is true.
"""

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.selectreactor import SelectReactor
from twisted.trial.unittest import SynchronousTestCase

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
    needs_ipv6,
)
from harness.test.real_reactor import SKIP


class OnEpoll:
    """Makes the reactor under test."""

    skip = SKIP

    def make_reactor(self) -> Reactor:
        return EPollReactor()


class OnSelect:
    """Makes a reactor that does not close ports by mistake."""

    skip = SKIP

    def make_reactor(self) -> Reactor:
        return SelectReactor()


class EpollConnectTests(OnEpoll, ConnectContract, SynchronousTestCase):
    """Outgoing connections, on epoll."""


class EpollAcceptTests(OnEpoll, AcceptContract, SynchronousTestCase):
    """Listening ports, on epoll."""


class EpollSocketTests(OnEpoll, SocketContract, SynchronousTestCase):
    """TCP itself, on epoll."""


class EpollTLSTests(OnEpoll, TLSContract, SynchronousTestCase):
    """TLS from the first byte, on epoll."""


class EpollStartTLSTests(OnEpoll, StartTLSContract, SynchronousTestCase):
    """TLS from some byte on, on epoll."""


class EpollUDPTests(OnEpoll, UDPContract, SynchronousTestCase):
    """Datagrams, on epoll."""


class EpollMulticastTests(OnEpoll, MulticastContract, SynchronousTestCase):
    """Datagrams to groups, on epoll."""


class EpollUNIXTests(OnEpoll, UNIXContract, SynchronousTestCase):
    """UNIX sockets, on epoll."""


class EpollNameTests(OnEpoll, NameContract, SynchronousTestCase):
    """Names, on epoll."""


class EpollHappyEyeballsTests(OnEpoll, HappyEyeballsContract, SynchronousTestCase):
    """Names with several addresses, on epoll."""


class EpollDNSTests(OnEpoll, DNSContract, SynchronousTestCase):
    """Name servers, on epoll."""


class EpollTimerTests(OnEpoll, TimerContract, SynchronousTestCase):
    """Delayed calls, on epoll."""


class EpollThreadTests(OnEpoll, ThreadContract, SynchronousTestCase):
    """Threads, on epoll."""


class EpollLifeCycleTests(OnEpoll, LifeCycleContract, SynchronousTestCase):
    """The loop, on epoll."""


class EpollTCPStreamTests(OnEpoll, OverTCP, StreamContract, SynchronousTestCase):
    """Streams over TCP, on epoll."""


@needs_ipv6
class EpollTCP6StreamTests(OnEpoll, OverTCP6, StreamContract, SynchronousTestCase):
    """Streams over TCP and IPv6, on epoll."""


class EpollTLSStreamTests(OnEpoll, OverTLS, StreamContract, SynchronousTestCase):
    """Streams over TLS, on epoll."""


class EpollUNIXStreamTests(OnEpoll, OverUNIX, StreamContract, SynchronousTestCase):
    """Streams over UNIX, on epoll."""


class EpollTCPBackPressureTests(
    OnEpoll, OverTCP, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TCP, on epoll."""


@needs_ipv6
class EpollTCP6BackPressureTests(
    OnEpoll, OverTCP6, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TCP and IPv6, on epoll."""


class EpollTLSBackPressureTests(
    OnEpoll, OverTLS, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over TLS, on epoll."""


class EpollUNIXBackPressureTests(
    OnEpoll, OverUNIX, BackPressureContract, SynchronousTestCase
):
    """Back-pressure over UNIX, on epoll."""


class EpollTCPAbortTests(OnEpoll, OverTCP, AbortContract, SynchronousTestCase):
    """Aborted connections over TCP, on epoll."""


@needs_ipv6
class EpollTCP6AbortTests(OnEpoll, OverTCP6, AbortContract, SynchronousTestCase):
    """Aborted connections over TCP and IPv6, on epoll."""


class EpollTLSAbortTests(OnEpoll, OverTLS, AbortContract, SynchronousTestCase):
    """Aborted connections over TLS, on epoll."""


class EpollUNIXAbortTests(OnEpoll, OverUNIX, AbortContract, SynchronousTestCase):
    """Aborted connections over UNIX, on epoll."""


class EpollTCPHalfCloseTests(OnEpoll, OverTCP, HalfCloseContract, SynchronousTestCase):
    """Half close over TCP, on epoll."""


@needs_ipv6
class EpollTCP6HalfCloseTests(
    OnEpoll, OverTCP6, HalfCloseContract, SynchronousTestCase
):
    """Half close over TCP and IPv6, on epoll."""


class EpollUNIXHalfCloseTests(
    OnEpoll, OverUNIX, HalfCloseContract, SynchronousTestCase
):
    """Half close over UNIX, on epoll."""


class SelectRefusalTests(OnSelect, RefusalContract, SynchronousTestCase):
    """Refused datagrams. With epoll, Twisted closes the port instead."""
