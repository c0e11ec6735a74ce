# -*- test-case-name: harness.test.test_resolver -*-
"""Names are answered from the network's table; the real DNS is never asked.

The resolver is Twisted's own, which calls ``getaddrinfo`` in a thread. Here both stand
on the network: there is no thread, and ``getaddrinfo`` reads the table.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from math import inf
from socket import AF_INET, AF_INET6, AF_UNSPEC, EAI_NONAME, gaierror
from types import FrameType
from typing import TYPE_CHECKING, Any

from twisted.internet._resolver import GAIResolver
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from harness._addresses import is_ipv6
from harness._call_sites import call_site, due_to

if TYPE_CHECKING:
    from harness._host import Host
    from harness._reactor import VirtualReactor

#: It says that it wants a reactor and a pool, but calls only one method of each.
_resolver_of_twisted: Any = GAIResolver

#: Who asks at this moment, if it is an attempt to connect.
_clients: list[object] = []


@implementer(IHostnameResolver)
class VirtualResolver:
    """The resolver of a `VirtualReactor`: Twisted's `GAIResolver`, for each look-up.

    An answer comes in a later turn of the reactor. No answer is no address: it is for
    the caller to fail.
    """

    def __init__(self, reactor: "VirtualReactor") -> None:
        self._reactor = reactor

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        host = self._reactor.host
        host.record("lookup", hostName)
        look_up = LookUp(self._reactor, resolutionReceiver)
        resolver: IHostnameResolver = _resolver_of_twisted(
            look_up, lambda: look_up, look_up.getaddrinfo
        )
        return resolver.resolveHostName(
            resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
        )


class LookUp:
    """One look-up: a "thread pool" for one call, and the function that it calls.

    It also stands for the reactor that is told how the call has ended.

    Args:
        reactor: Whose look-up it is.
        receiver: Who is told the answer.

    Attributes:
        client: The attempt to connect which it is for, if there is one already.
        made_at: The line that has asked.
    """

    def __init__(
        self, reactor: "VirtualReactor", receiver: IResolutionReceiver
    ) -> None:
        self.client: object = _clients[-1] if _clients else None
        self.made_at = ""
        self._host = reactor.host
        self._reactor = reactor
        self._deferreds = _deferreds_of(receiver)
        self._name: str | bytes = ""
        self._due = 0.0
        self._delay = 0.0
        self._tell: Callable[[], object]

    def __str__(self) -> str:
        end = "which is never answered" if self.is_endless else f"due at {self._due} s"
        return f"{self._host.name}: look-up of {self._name!r}, {end}"

    @property
    def is_endless(self) -> bool:
        """Whether it will never be answered."""
        return self._delay == inf

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for the answer: who gives up cannot call it back."""
        if self._reactor.host is not self._host:
            return False  # the machine has crashed
        if self._reactor not in self._host.reactors:
            return False  # the program has ended
        if self.client is not None:
            return hasattr(self.client, "connector")  # until it has given up
        return not self._deferreds or not all(each.called for each in self._deferreds)

    def callInThreadWithCallback(
        self, onResult: Callable[[bool, Any], object], func: Any, *args: Any
    ) -> None:
        """Call ``func``, and let the result be known when the answer is due."""
        self.made_at = call_site(sys._getframe(1))
        try:
            self._tell = partial(onResult, True, func(*args))
        except Exception:
            self._tell = partial(onResult, False, Failure())
        if not self._delay:
            self._tell()
            return
        self._host.network.names.under_way[self] = None
        if not self.is_endless:
            self._due = self._host.timers.after(self._delay)
            self._host.scheduler.callLater(self._delay, self.answer, self._name)

    def answer(self, name: str | bytes) -> None:
        """Let the result be known. ``name`` is for whoever reads of this call."""
        del self._host.network.names.under_way[self]
        self._tell()

    def callFromThread(self, call: Callable[..., object], *args: object) -> None:
        """Let the reactor make a call that is due to whoever has asked."""
        self._reactor.callFromThread(self._end, call, *args)

    def _end(self, call: Callable[..., object], *args: object) -> None:
        call(*args)

    def getaddrinfo(
        self, name: str | bytes, port: int, family: int, kind: int
    ) -> list[tuple[Any, ...]]:
        """Do as ``socket.getaddrinfo`` does, and remember how long that takes.

        Raises:
            gaierror: The name has no address of this family.
            UnicodeError: It can be no name.
        """
        self._name = name
        found, self._delay = self._host.network.look_up(self._host, name)
        infos = [
            _info(address, port, kind)
            for address in by_preference(found, self._host)
            if family in (AF_UNSPEC, _family(address))
        ]
        if not infos:
            raise gaierror(EAI_NONAME, "Name or service not known")
        return infos


def _line_of_look_up(frame: FrameType) -> str:
    """Return the line that has asked for the look-up that is ending in a frame."""
    look_up: LookUp = frame.f_locals["self"]
    return look_up.made_at


due_to[id(LookUp._end.__code__)] = _line_of_look_up


@contextmanager
def asked_by(client: object) -> Iterator[None]:
    """Let look-ups know that they are for an attempt to connect."""
    _clients.append(client)
    try:
        yield
    finally:
        _clients.pop()


def _deferreds_of(receiver: IResolutionReceiver) -> list[Deferred[Any]]:
    """Find the Deferreds that a receiver of Twisted's has of whom it is to tell."""
    complete: Any = receiver.resolutionComplete
    held = list(getattr(receiver, "__dict__", {}).values())
    for cell in getattr(complete, "__closure__", None) or ():  # of `HostnameEndpoint`
        with suppress(ValueError):  # it is empty so far
            held.append(cell.cell_contents)
    return [each for each in held if isinstance(each, Deferred)]


def by_preference(addresses: Iterable[str], host: "Host") -> list[str]:
    """Sort addresses as a machine's ``getaddrinfo`` does (RFC 6724, section 6).

    Those that the machine cannot send to come last (rule 1), and IPv6 comes before IPv4
    (rule 6). Among equals the order stays as it is (rule 10).
    """

    def rank(address: str) -> tuple[bool, bool]:
        return not _is_usable(address, host), not is_ipv6(address)

    return sorted(addresses, key=rank)


def _is_usable(address: str, host: "Host") -> bool:
    try:
        host.source_for(address)
    except OSError:
        return False
    return True


def _family(address: str) -> int:
    return AF_INET6 if is_ipv6(address) else AF_INET


def _info(address: str, port: int, kind: int) -> tuple[Any, ...]:
    sockaddr = (address, port, 0, 0) if is_ipv6(address) else (address, port)
    return (_family(address), kind, 0, "", sockaddr)
