# -*- test-case-name: harness.test.test_fence -*-
"""What a test is kept from: the real network, real time and threads of its own.

The interpreter tells of sockets and of look-ups itself, as audit events (PEP 578),
however early the function was bound and whoever calls it. A hook cannot be taken away
again. Ours is installed with the first fence; where none is up it costs a fifth of a
microsecond for an event, and events are rare. Not every version tells of sleeping and
of threads: ``time.sleep`` and ``Thread.start`` are replaced.

Only the thread of the test is held, and those of its networks: what others do, such as
a debugger's, is no concern of the test.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socket import AF_INET, AF_INET6, AddressFamily, gethostname
from threading import Thread
from typing import Any, NamedTuple, NoReturn
from weakref import ref

from harness._addresses import canonical
from harness._baton import ThreadScheduler, VirtualThread
from harness._blocking import asked_before_sleep
from harness._call_sites import call_site
from harness._errors import NotSimulated

#: Pytest shows the lines of tests, and not those below.
__tracebackhide__ = True

_FAMILIES = (AF_INET, AF_INET6)

#: What Python says before it has asked a descriptor that it is given.
_FAMILY_OF_DESCRIPTOR = -1


class Refusal(NamedTuple):
    """A call that was refused.

    Attributes:
        call: What was asked for.
        made_at: The line that has asked.
        error: The exception that it was answered with, for as long as it is kept.
    """

    call: str
    made_at: str
    error: "ref[NotSimulated]"


class Fence:
    """Refuses what would reach out of a test.

    Args:
        threads: Those of the test's networks.

    Attributes:
        refused: What it has refused, oldest first.
    """

    def __init__(self, threads: Iterable[ThreadScheduler]) -> None:
        self.refused: list[Refusal] = []
        self._threads = threads

    @contextmanager
    def up(self) -> Iterator[None]:
        """Let it stand; one that was there before stands behind it."""
        if not _installed:
            sys.addaudithook(_audit)
            _installed.append(_audit)
        _fences.append(self)
        try:
            with asked_before_sleep(self._sleep), self._asked_before_threads():
                yield
        finally:
            _fences.remove(self)

    def holds_this_thread(self) -> bool:
        """Say whether the thread that calls is one of the test's."""
        return any(
            threads.is_home() or threads.has_current_thread()
            for threads in self._threads
        )

    def judge(self, call: str | None, instead: str) -> None:
        """Refuse a call, unless there is none or it is not the test's.

        Raises:
            NotSimulated: It is.
        """
        if call is not None and self.holds_this_thread():
            self._refuse(call, instead)

    def forgive(self, error: BaseException | None) -> None:
        """Forget a refusal that is told of anyway, as the cause of an exception."""
        while error is not None:
            self.refused = [each for each in self.refused if each.error() is not error]
            error = error.__cause__ or error.__context__

    def _sleep(self, seconds: float) -> None:
        self.judge(_sleep(seconds), _INSTEAD_OF_SLEEP)

    @contextmanager
    def _asked_before_threads(self) -> Iterator[None]:
        """Be asked before a thread is started."""
        real_start = Thread.start

        def start(thread: Thread) -> None:
            if not isinstance(thread, VirtualThread):
                call = f"the start of a thread, {thread.name}"
                self.judge(call, _INSTEAD_OF_THREAD)
            real_start(thread)

        setattr(Thread, "start", start)  # noqa: B010
        try:
            yield
        finally:
            setattr(Thread, "start", real_start)  # noqa: B010

    def _refuse(self, call: str, instead: str) -> NoReturn:
        made_at = call_site(sys._getframe(1))
        error = NotSimulated(f"{call}, at {made_at}: {instead}")
        self.refused.append(Refusal(call, made_at, ref(error)))
        raise error


def _open_socket(
    socket: object, family: int, kind: int, protocol: int, *_: object
) -> str | None:
    if family in _FAMILIES:
        return f"socket.socket({AddressFamily(family).name})"
    if family == _FAMILY_OF_DESCRIPTOR:
        return "socket.socket(fileno=...)"
    return None  # AF_UNIX: Python makes pairs of them for its own ends


def _connect(socket: object, address: object) -> str:
    return f"socket.connect({address!r})"  # AF_UNIX too: a pair need not connect


def _bind(socket: object, address: object) -> str:
    return f"socket.bind({address!r})"


def _send_to(socket: object, address: object) -> str:
    return f"socket.sendto(..., {address!r})"


def _send_message(socket: Any, address: object) -> str | None:
    if address is None and socket.family not in _FAMILIES:
        return None  # to the other end of a pair
    return f"socket.sendmsg(..., {address!r})"


def _look_up(name: object, *_: object) -> str | None:
    text = name.decode() if isinstance(name, bytes) else name
    if text is None or canonical(str(text)) is not None:
        return None  # an address is no question
    return f"a look-up of {name!r}"


def _look_up_address(address: object) -> str | None:
    # Twisted's mail asks for the machine's own name when it is imported.
    return None if address == gethostname() else f"a look-up of {address!r}"


def _look_up_name(address: object) -> str | None:
    # Which flags it was called with is not told. Twisted writes IPv6 addresses out.
    caller = sys._getframe(2).f_globals.get("__name__")
    return None if caller == "twisted.internet.tcp" else f"a look-up of {address!r}"


def _sleep(seconds: float) -> str:
    return f"time.sleep({seconds})"


_INSTEAD_OF_SOCKET = "a real socket; those of a network's reactors are not"
_INSTEAD_OF_NAMES = "the real DNS; a network's names are a table"
_INSTEAD_OF_THREAD = "a real thread; deferToThread and thread pools take turns"
_INSTEAD_OF_SLEEP = "real time; advance and run_until let virtual time pass"

#: By event: what writes down a call that is to be refused, and what there is instead.
_RULES: dict[str, tuple[Callable[..., str | None], str]] = {
    "socket.__new__": (_open_socket, _INSTEAD_OF_SOCKET),
    "socket.connect": (_connect, _INSTEAD_OF_SOCKET),
    "socket.bind": (_bind, _INSTEAD_OF_SOCKET),
    "socket.sendto": (_send_to, _INSTEAD_OF_SOCKET),
    "socket.sendmsg": (_send_message, _INSTEAD_OF_SOCKET),
    "socket.getaddrinfo": (_look_up, _INSTEAD_OF_NAMES),
    "socket.gethostbyname": (_look_up, _INSTEAD_OF_NAMES),
    "socket.gethostbyaddr": (_look_up_address, _INSTEAD_OF_NAMES),
    "socket.getnameinfo": (_look_up_name, _INSTEAD_OF_NAMES),
    "time.sleep": (_sleep, _INSTEAD_OF_SLEEP),
}

#: Those that stand, the innermost last.
_fences: list[Fence] = []
_installed: list[object] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Ask the innermost fence about an event that there is a rule for."""
    if _fences and event in _RULES:
        write_down, instead = _RULES[event]
        _fences[-1].judge(write_down(*arguments), instead)


# Otherwise neither debuggers nor coverage would look into a hook.
_audit.__cantrace__ = True  # type: ignore[attr-defined]
