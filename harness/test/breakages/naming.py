"""Faults in looking names up, and in connecting to what has several addresses."""

from typing import Any

from twisted.internet import tcp
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness._resolver import LookUp, VirtualResolver
from harness.test.breakages.planting import noticed_by, replace


@noticed_by("VirtualNameTests.test_not_at_once")
def answer_at_once(case: SynchronousTestCase) -> None:
    """A name is answered inside the call that asks for it."""

    def resolve(self: Any, *args: Any, **kwargs: Any) -> Any:
        resolution = original(self, *args, **kwargs)
        self._reactor.flush()
        return resolution

    original = VirtualResolver.resolveHostName
    replace(case, VirtualResolver, "resolveHostName", resolve)


@noticed_by("VirtualNameTests.test_literals")
def ignore_kind(case: SynchronousTestCase) -> None:
    """A look-up returns addresses of all kinds, whatever it was asked for."""

    def getaddrinfo(self: LookUp, name: str, port: int, family: int, kind: int) -> Any:
        return original(self, name, port, 0, kind)

    original = LookUp.getaddrinfo
    replace(case, LookUp, "getaddrinfo", getaddrinfo)


@noticed_by(
    "VirtualNameTests.test_resolve_bytes", "VirtualNameTests.test_connect_to_bytes"
)
def refuse_bytes(case: SynchronousTestCase) -> None:
    """A name in bytes is no name."""

    def getaddrinfo(self: LookUp, name: str, port: int, family: int, kind: int) -> Any:
        return original(self, name + "", port, family, kind)

    original = LookUp.getaddrinfo
    replace(case, LookUp, "getaddrinfo", getaddrinfo)


@noticed_by(
    "VirtualNameTests.test_installed_resolver_of_one_address",
    "VirtualNameTests.test_resolver_before",
    "VirtualDNSTests.test_installed",
)
def ignore_installed_resolver(case: SynchronousTestCase) -> None:
    """A resolver of the old interface that is installed is never asked."""
    replace(
        case, VirtualReactor, "installResolver", lambda self, resolver: self.resolver
    )


@noticed_by(
    "VirtualConnectTests.test_stop_connecting",
    "VirtualHappyEyeballsTests.test_cancel",
)
def go_on_connecting(case: SynchronousTestCase) -> None:
    """An attempt to connect that is given up goes on."""
    replace(case, tcp.Connector, "stopConnecting", lambda self: None)
