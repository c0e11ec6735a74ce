"""Faults in connecting, listening and sending datagrams."""

from typing import Any

from twisted.internet import tcp
from twisted.internet.error import ConnectionRefusedError  # noqa: A004
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Host, VirtualReactor, _sockets_tcp
from harness.test.breakages.planting import noticed_by, replace


@noticed_by("VirtualConnectTests.test_nothing_happens_at_once")
def connect_at_once(case: SynchronousTestCase) -> None:
    """A connection is made inside ``connectTCP``."""

    def connect(self: VirtualReactor, *args: Any, **kwargs: Any) -> Any:
        connector = original(self, *args, **kwargs)
        self.flush()
        return connector

    original = VirtualReactor.connectTCP
    replace(case, VirtualReactor, "connectTCP", connect)


@noticed_by(
    "VirtualConnectTests.test_timeout",
    "VirtualConnectTests.test_timeout_of_full_backlog",
)
def ignore_connect_timeout(case: SynchronousTestCase) -> None:
    """The timeout of ``connectTCP`` is ignored."""

    def connect(
        self: VirtualReactor, host: str, port: int, factory: Any, *args: Any, **kw: Any
    ) -> Any:
        return original(self, host, port, factory, 1e9, *args[1:])

    original = VirtualReactor.connectTCP
    replace(case, VirtualReactor, "connectTCP", connect)


@noticed_by("VirtualConnectTests.test_to_many")
def connect_to_many(case: SynchronousTestCase) -> None:
    """A connection to all machines, or to a group, is attempted."""
    case.patch(_sockets_tcp, "is_for_many", lambda host: False)


@noticed_by(
    "VirtualConnectTests.test_refused",
    "VirtualAcceptTests.test_stop_listening",
)
def refuse_as_timeout(case: SynchronousTestCase) -> None:
    """A refused connection is reported as one that took too long."""

    def fail(self: Any, error: Any) -> None:
        refused = isinstance(error, ConnectionRefusedError)
        original(self, ConnectTimeoutError() if refused else error)

    original = tcp.BaseClient.failIfNotConnected
    replace(case, tcp.BaseClient, "failIfNotConnected", fail)


@noticed_by(
    "VirtualConnectTests.test_failure_stops_factory",
    "VirtualConnectTests.test_loss_stops_factory",
    "VirtualAcceptTests.test_stop_listening",
    "VirtualLifeCycleTests.test_factories_at_the_end",
)
def never_stop_factories(case: SynchronousTestCase) -> None:
    """Factories are never stopped: ``doStop`` is not called."""
    replace(case, Factory, "doStop", lambda self: None)


@noticed_by("VirtualAcceptTests.test_port_0", "VirtualAcceptTests.test_port_0_in_a_row")
def always_the_same_port(case: SynchronousTestCase) -> None:
    """Port 0 stands for the same port each time."""

    def listen(self: VirtualReactor, port: int, *args: Any, **kwargs: Any) -> Any:
        return original(self, port or 40_000, *args, **kwargs)

    original = VirtualReactor.listenTCP
    replace(case, VirtualReactor, "listenTCP", listen)


@noticed_by("VirtualUDPTests.test_sender_that_listens_everywhere")
def wildcard_sender(case: SynchronousTestCase) -> None:
    """A sender that listens everywhere is seen as 0.0.0.0."""
    replace(case, Host, "source_for", lambda self, destination: "0.0.0.0")
