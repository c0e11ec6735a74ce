# -*- test-case-name: harness.test.test_seams -*-
"""Where Twisted reaches round the reactor that it is given, and what it finds there.

`SEAMS` is the table: places where Twisted has time, chance, a thread or a name from the
process instead, and what stands in each while a network is isolated. A place in a
module that is not imported is closed when it is; one that a version of Twisted does not
have is passed over.

Three seams are no attributes of anything. The reactor of the process is that of a
machine: see `harness._process_reactor`. Python's own ``random`` goes on from the seed.
``time.sleep`` is refused: see `harness._fence`.
"""

import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from random import Random
from types import ModuleType
from typing import Any, NamedTuple
from uuid import UUID

from twisted.internet.task import Cooperator
from twisted.internet.tcp import _NullFileDescriptorReservation

from harness._imports import told_of_imports
from harness._process_reactor import reactor_of_process
from harness._reactor import VirtualReactor
from harness._thread_pools import pool_in_order
from harness._wall_clock import WallClock

#: The process that everything says it runs in.
PROCESS_ID = 1

#: The machine that mail says it is from. The domain is one for tests (RFC 6761, 6.2).
DNS_NAME = "harness.test"


class Sources:
    """What replacements are made of.

    Args:
        reactor: That of the machine which stands for the process.

    Attributes:
        reactor: The same.
        clock: The time of its network, as a wall clock.
    """

    def __init__(self, reactor: VirtualReactor) -> None:
        self.reactor = reactor
        self.clock = WallClock(reactor.seconds)
        self._seed = reactor.host.network.seed

    def chance(self, purpose: str) -> Random:
        """Return a generator whose numbers depend on the seed and on what it is for."""
        return Random(f"{purpose} {self._seed}")


#: Makes what stands in a place, of the sources, the place and what has stood there.
Make = Callable[[Sources, str, Any], object]


class Seam(NamedTuple):
    """A place where something reaches round the reactor.

    Attributes:
        module: The module that it is in.
        path: The attribute of the module, or ``Class.attribute``.
        make: Makes what stands there.
    """

    module: str
    path: str
    make: Make

    def close(self, sources: Sources, undo: ExitStack) -> None:
        """Replace what stands there, if it has been imported."""
        owner: Any = sys.modules.get(self.module)
        kind, _, name = self.path.rpartition(".")
        if owner is not None and kind:
            owner = getattr(owner, kind, None)
        before = getattr(owner, "__dict__", _NO_ATTRIBUTES).get(name, _NOTHING)
        if before is not _NOTHING:
            undo.callback(setattr, owner, name, before)
            place = f"{self.module}.{self.path}"
            setattr(owner, name, self.make(sources, place, before))


_NO_ATTRIBUTES: dict[str, object] = {}
_NOTHING = object()


class Instead:
    """Stands before a module, and has some attributes of its own."""

    def __init__(self, module: ModuleType, **attributes: object) -> None:
        self.__dict__.update(attributes)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _just(value: object) -> Make:
    """Make a value that is the same for all."""
    return lambda sources, place, before: value


def _of_reactor(name: str) -> Make:
    """Make the reactor's own method of a name."""
    return lambda sources, place, before: getattr(sources.reactor, name)


def _clock(sources: Sources, place: str, before: Any) -> object:
    """Make what tells virtual time as the module ``time`` tells another."""
    return sources.clock.in_place_of(before)


def _process(sources: Sources, place: str, before: Any) -> object:
    """Make what is the module ``os``, but for the number of the process."""
    return Instead(os, getpid=lambda: PROCESS_ID)


def _chance(sources: Sources, place: str, before: Any) -> object:
    """Make what can do what the module ``random`` can."""
    return sources.chance(place)


def _bytes(sources: Sources, place: str, before: Any) -> object:
    """Make what returns as many bytes as it is asked for, and takes other options."""
    draw = sources.chance(place).randbytes
    return lambda size, *options, **more: draw(size)


def _static_bytes(sources: Sources, place: str, before: Any) -> object:
    """Make the same for a place in a class."""
    return staticmethod(sources.chance(place).randbytes)


def _uuid4(sources: Sources, place: str, before: Any) -> object:
    draw = sources.chance(place).getrandbits
    return staticmethod(lambda: UUID(int=draw(128), version=4))


def _query_id(sources: Sources, place: str, before: Any) -> object:
    draw = sources.chance(place).getrandbits
    return lambda: draw(16)


def _thread(sources: Sources, place: str, before: Any) -> object:
    return sources.reactor.host.thread


def _cooperator(sources: Sources, place: str, before: Any) -> object:
    # One step in a turn, instead of as many as the wall clock allows.
    return Cooperator(lambda: lambda: True)


def _maildir_names(sources: Sources, place: str, before: Any) -> object:
    generator = type(before.__self__)
    return generator(sources.reactor).generate


def _no_reserve(sources: Sources, place: str, before: Any) -> object:
    return _NullFileDescriptorReservation()


_POOLS = "twisted.python.threadpool"

#: Where work is done: by which threads, and how much at a time. These are closed for as
#: long as the process lasts where the virtual reactor is its own.
WORK = (
    Seam("twisted.internet.task", "_theCooperator", _cooperator),
    Seam(_POOLS, "ThreadPool.threadFactory", _thread),
    Seam(_POOLS, "ThreadPool._pool", _just(staticmethod(pool_in_order))),
)

#: All places.
SEAMS = (
    *WORK,
    # A real descriptor, kept for when there are no more.
    Seam("twisted.internet.tcp", "_reservedFD", _no_reserve),
    # Methods of the reactor of the process that a class has kept.
    Seam("twisted.protocols.ftp", "FTP.listenFactory", _of_reactor("listenTCP")),
    Seam(
        "twisted.protocols.ftp", "FTPClient.connectFactory", _of_reactor("connectTCP")
    ),
    Seam("twisted.names.client", "theResolver", _just(None)),
    # Time.
    Seam("twisted.logger._logger", "time", _clock),
    Seam("twisted.python.log", "time", _clock),
    Seam("twisted.web.http", "time", _clock),
    Seam("twisted.web.http", "gmtime", _clock),
    Seam("twisted.web.static", "time", _clock),
    Seam("twisted.cred.credentials", "time", _clock),
    Seam("twisted.mail.smtp", "time", _clock),
    Seam("twisted.mail.bounce", "time", _clock),
    Seam("twisted.protocols.ftp", "time", _clock),
    Seam("twisted.protocols.htb", "time", _clock),
    Seam("twisted.protocols.wire", "time", _clock),
    Seam("twisted.words.protocols.irc", "time", _clock),
    Seam("twisted.words.protocols.jabber.sasl_mechanisms", "time", _clock),
    Seam("twisted.conch.ls", "time", _clock),
    Seam("twisted.conch.ls", "localtime", _clock),
    # Chance.
    Seam("twisted.python.randbytes", "secureRandom", _bytes),
    Seam("twisted.cred.credentials", "secureRandom", _bytes),
    Seam("twisted.cred.credentials", "random", _chance),
    Seam("twisted.internet.protocol", "random", _chance),
    Seam("twisted.web.server", "Site._entropy", _static_bytes),
    Seam("twisted.mail.smtp", "random", _chance),
    Seam("twisted.mail.imap4", "MessageProducer._uuid4", _uuid4),
    Seam("twisted.names.dns", "random", _chance),
    Seam("twisted.names.dns", "randomSource", _query_id),
    Seam("twisted.spread.pb", "random", _chance),
    Seam("twisted.words.protocols.irc", "random", _chance),
    Seam("twisted.words.protocols.jabber.sasl_mechanisms", "random", _chance),
    # The process, and the machine that it really runs on.
    Seam("twisted.web.static", "os", _process),
    Seam("twisted.mail.smtp", "os", _process),
    Seam("twisted.mail.bounce", "os", _process),
    Seam("twisted.words.protocols.jabber.sasl_mechanisms", "os", _process),
    Seam("twisted.mail.smtp", "DNSNAME", _just(DNS_NAME.encode())),
    Seam("twisted.mail.smtp", "SMTPFactory.domain", _just(DNS_NAME.encode())),
    Seam("twisted.mail.smtp", "SMTPSenderFactory.domain", _just(DNS_NAME.encode())),
    Seam("twisted.mail.maildir", "_MaildirNameGenerator.p", _just(PROCESS_ID)),
    Seam("twisted.mail.maildir", "_MaildirNameGenerator.s", _just(DNS_NAME)),
    # What is counted for as long as the process lasts.
    Seam("twisted.mail.maildir", "_generateMaildirName", _maildir_names),
    Seam("twisted.mail.smtp", "_gen", lambda sources, place, before: count()),
    Seam("twisted.python.failure", "count", _just(0)),
    Seam("twisted.words.xish.domish", "Element._idCounter", _just(0)),
)


_MODULES = frozenset(seam.module for seam in SEAMS)


@contextmanager
def seams_closed(reactor: VirtualReactor) -> Iterator[None]:
    """Let nothing reach round a reactor, which stands for that of the process."""
    sources = Sources(reactor)
    with ExitStack() as undo:

        def imported(module: ModuleType) -> None:
            these = (seam for seam in SEAMS if seam.module == module.__name__)
            close(these, sources, undo)

        undo.enter_context(reactor_of_process(reactor))
        undo.enter_context(_seeded(sources))
        undo.enter_context(told_of_imports(_MODULES, imported))
        close(SEAMS, sources, undo)
        yield


def close(seams: Iterable[Seam], sources: Sources, undo: ExitStack) -> None:
    """Replace what stands in the places that have been imported."""
    for seam in seams:
        seam.close(sources, undo)


@contextmanager
def _seeded(sources: Sources) -> Iterator[None]:
    """Let Python's own ``random`` go on from the seed."""
    before = random.getstate()
    random.setstate(sources.chance("random").getstate())
    try:
        yield
    finally:
        random.setstate(before)
