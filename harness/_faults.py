# -*- test-case-name: harness.test.test_faults -*-
"""What can go wrong on a network, one thing at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from harness._fault_arguments import KINDS, Where, require_sound
from harness._names import plain_name

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from harness._host import Host

#: How long what is slow takes, in seconds, if it is not said: longer than people wait,
#: and shorter than programs should.
SLOW = 5.0

#: Fatal alerts of TLS (RFC 8446, 6.2), as the number in `Fault.tls_alert`.
HANDSHAKE_FAILURE = 40
CERTIFICATE_EXPIRED = 45
UNKNOWN_CA = 48


class Operation(NamedTuple):
    """Something that a program asks of a machine, and that can go wrong.

    Attributes:
        kind: What it asks for:

            - ``listen``: to take a port
            - ``lookup``: to look a name up
            - ``connect``: to connect by TCP
            - ``send``: to send bytes by TCP
            - ``datagram``: to send a datagram
            - ``await``: a coroutine, or a generator of ``inlineCallbacks``, to wait
              for a Deferred that has no result yet; but for those of Twisted itself
            - ``start``: a machine starts

        host: The name of the machine, or "" if nobody knows on which it is.
        target: Whom it concerns: a name or an address.
        port: The port of the service, whichever end asks. For a datagram, that which
            it is sent to.
        names: By which other names and addresses it is known whom it concerns.
    """

    kind: str
    host: str = ""
    target: str = ""
    port: int = 0
    names: tuple[str, ...] = ()

    def is_about(self, target: str) -> bool:
        """Say whether it concerns who has a name or an address."""
        return plain_name(target) in map(plain_name, (self.target, *self.names))

    def __str__(self) -> str:
        port = f" port {self.port}" if self.port else ""
        words = f"{self.host}: {self.kind} {self.target}{port}"
        return words.removeprefix(": ").rstrip()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and where.

    Make one with the methods below, which say what goes wrong. They take, beside their
    own arguments, ``host``, ``target``, ``port`` and ``nth``, as far as what can go
    wrong has such a thing: there is no port to a look-up, a machine that starts has
    neither port nor target, and of an ``await`` it is only known which one it is.

    Attributes:
        name: What goes wrong, in a word.
        after: How many bytes still get through, beginning with those that are sent.
        seconds: How long it takes.
        number: What else there is to say: a size, or the number of an alert.
        boot: Starts the programs of a machine that was restarted.
        host: It befalls only what the machine of this name asks for.
        target: Only what concerns this address, or the machine of this name, be it
            what the test has called it or one in the table of names.
        port: Only what concerns the service at this port.
        nth: Only the first, the second ... time that all of that is so. None: each
            time.

    Raises:
        TypeError: It cannot be told such a thing.
        ValueError: What it was told cannot be.
    """

    name: str
    after: int = 0
    seconds: float = 0.0
    number: int = 0
    boot: "Callable[[Host], object] | None" = field(default=None, compare=False)
    host: str | None = None
    target: str | None = None
    port: int | None = None
    nth: int | None = None

    def __post_init__(self) -> None:
        require_sound(self)

    def __str__(self) -> str:
        given = [
            f"{name}={value!r}"
            for name in ("after", "seconds", "number", "host", "target", "port", "nth")
            if (value := getattr(self, name))
        ]
        return f"{self.name}({', '.join(given)})" if given else self.name

    @property
    def operations(self) -> tuple[str, ...]:
        """What kinds of operation it befalls."""
        return KINDS[self.name].operations

    def concerns(self, operation: Operation) -> bool:
        """Say whether it can befall an operation."""
        return (
            operation.kind in self.operations
            and self.host in (None, operation.host)
            and self.port in (None, operation.port)
            and (self.target is None or operation.is_about(self.target))
        )

    def only(self, **where: "Unpack[Where]") -> "Fault":
        """Return the same fault, elsewhere: ``host``, ``target``, ``port``, ``nth``."""
        return replace(self, **where)

    # To listen

    @classmethod
    def in_use(cls, **where: "Unpack[Where]") -> "Fault":
        """The port is taken: ``EADDRINUSE``."""
        return cls("in_use", **where)

    # To look a name up

    @classmethod
    def no_name(cls, **where: "Unpack[Where]") -> "Fault":
        """The name is not found."""
        return cls("no_name", **where)

    @classmethod
    def slow_name(cls, seconds: float = SLOW, **where: "Unpack[Where]") -> "Fault":
        """The answer takes so many seconds more."""
        return cls("slow_name", seconds=seconds, **where)

    @classmethod
    def stalled_name(cls, **where: "Unpack[Where]") -> "Fault":
        """There is never an answer."""
        return cls("stalled_name", **where)

    # To connect

    @classmethod
    def refuse(cls, **where: "Unpack[Where]") -> "Fault":
        """Nobody listens: ``ECONNREFUSED``."""
        return cls("refuse", **where)

    @classmethod
    def unreachable(cls, **where: "Unpack[Where]") -> "Fault":
        """A router knows no way: ``EHOSTUNREACH``."""
        return cls("unreachable", **where)

    @classmethod
    def no_answer(cls, **where: "Unpack[Where]") -> "Fault":
        """Nothing comes back, until who connects gives up: a timeout."""
        return cls("no_answer", **where)

    # To send bytes, and the last four also to send a datagram

    @classmethod
    def reset(cls, after: int = 0, **where: "Unpack[Where]") -> "Fault":
        """The connection is reset, for both ends: ``ECONNRESET``."""
        return cls("reset", after=after, **where)

    @classmethod
    def cut(cls, after: int = 0, **where: "Unpack[Where]") -> "Fault":
        """The stream ends early: cleanly for who reads it, with a reset for who sends.

        That is what a proxy does that is stopped.
        """
        return cls("cut", after=after, **where)

    @classmethod
    def half_close(cls, after: int = 0, **where: "Unpack[Where]") -> "Fault":
        """The stream ends early for who reads it; the other direction goes on."""
        return cls("half_close", after=after, **where)

    @classmethod
    def stall(cls, after: int = 0, **where: "Unpack[Where]") -> "Fault":
        """Nothing more arrives, nor does the end of the stream."""
        return cls("stall", after=after, **where)

    @classmethod
    def garble(cls, after: int = 0, **where: "Unpack[Where]") -> "Fault":
        """One byte is changed. TCP may miss that; TLS never does."""
        return cls("garble", after=after, **where)

    @classmethod
    def tls_alert(
        cls, number: int = HANDSHAKE_FAILURE, **where: "Unpack[Where]"
    ) -> "Fault":
        """Instead of what is sent comes a fatal alert of TLS, and the end.

        Where that is the first answer of a server it has refused to speak TLS: with 40,
        they have nothing in common; 45, a certificate has expired; 48, it was issued
        by somebody unknown. See RFC 8446, 6.2.
        """
        return cls("tls_alert", number=number, **where)

    @classmethod
    def drip(cls, seconds: float = 0.1, **where: "Unpack[Where]") -> "Fault":
        """From here on, one byte arrives every so many seconds."""
        return cls("drip", seconds=seconds, **where)

    @classmethod
    def segment(cls, size: int = 1, **where: "Unpack[Where]") -> "Fault":
        """From here on, pieces of at most ``size`` bytes arrive, each for itself."""
        return cls("segment", number=size, **where)

    @classmethod
    def delay(cls, seconds: float = SLOW, **where: "Unpack[Where]") -> "Fault":
        """From here on, everything arrives so many seconds later.

        That is what this end of the connection sends, or what this socket sends to the
        address to which the datagram goes.
        """
        return cls("delay", seconds=seconds, **where)

    @classmethod
    def jitter(cls, seconds: float = SLOW, **where: "Unpack[Where]") -> "Fault":
        """From here on, everything arrives up to so many seconds later, in order.

        What everything is, `delay` says.
        """
        return cls("jitter", seconds=seconds, **where)

    @classmethod
    def partition(cls, seconds: float = SLOW, **where: "Unpack[Where]") -> "Fault":
        """Nothing passes between the two machines, for so many seconds.

        What they have sent meanwhile by TCP is sent again later. A machine that talks
        to itself is spared. At the end it is only this partition that is taken back.
        """
        return cls("partition", seconds=seconds, **where)

    @classmethod
    def crash(
        cls,
        seconds: float = 0.0,
        boot: "Callable[[Host], object] | None" = None,
        **where: "Unpack[Where]",
    ) -> "Fault":
        """The machine loses power as it is about to send.

        Args:
            seconds: After how long it starts again, if ``boot`` is given.
            boot: Starts its programs again; without it, the machine stays down.
            where: Where: see `Fault`.
        """
        return cls("crash", seconds=seconds, boot=boot, **where)

    # To send a datagram

    @classmethod
    def lose(cls, **where: "Unpack[Where]") -> "Fault":
        """It does not arrive."""
        return cls("lose", **where)

    @classmethod
    def duplicate(cls, **where: "Unpack[Where]") -> "Fault":
        """It arrives twice."""
        return cls("duplicate", **where)

    @classmethod
    def reorder(cls, seconds: float = SLOW, **where: "Unpack[Where]") -> "Fault":
        """It arrives so many seconds later, after what was sent meanwhile."""
        return cls("reorder", seconds=seconds, **where)

    # To wait

    @classmethod
    def cancel(cls, **where: "Unpack[Where]") -> "Fault":
        """The Deferred that is awaited is cancelled."""
        return cls("cancel", **where)

    @classmethod
    def disconnect(cls, **where: "Unpack[Where]") -> "Fault":
        """All connections of all machines are reset.

        If there are none it is the first that is made while the Deferred is awaited.
        """
        return cls("disconnect", **where)

    # To tell the time

    @classmethod
    def skew(cls, seconds: float = -3600.0, **where: "Unpack[Where]") -> "Fault":
        """The machine's clock is wrong, by so many seconds."""
        return cls("skew", seconds=seconds, **where)


#: What `every_failure` tries if it is not told: each a way to break off, or to keep
#: silent. What only takes longer is left out, and so is what ends the machine.
FAILURES: tuple[Fault, ...] = (
    Fault.in_use(),
    Fault.no_name(),
    Fault.slow_name(),
    Fault.stalled_name(),
    Fault.refuse(),
    Fault.unreachable(),
    Fault.no_answer(),
    Fault.reset(),
    Fault.cut(after=1),
    Fault.half_close(),
    Fault.stall(),
    Fault.lose(),
    Fault.duplicate(),
    Fault.reorder(),
    Fault.cancel(),
    Fault.disconnect(),
)


def fault_named(name: str) -> Fault:
    """Return the fault of that name, as it is without arguments.

    Raises:
        ValueError: There is none.
    """
    if name not in NAMES:
        raise ValueError(f"no fault {name!r}; there are {', '.join(NAMES)}")
    made: Fault = getattr(Fault, name)()
    return made


def require_faults(faults: Sequence[object]) -> None:
    """Check that each is a fault.

    Raises:
        TypeError: One is none.
    """
    for each in faults:
        if not isinstance(each, Fault):
            raise TypeError(f"a fault must be a Fault, not {each!r}")


#: All that can go wrong.
NAMES = tuple(KINDS)
