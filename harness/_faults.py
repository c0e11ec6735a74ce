# -*- test-case-name: harness.test.test_faults -*-
"""What can go wrong on a network, one thing at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
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
            - ``await``: a coroutine to wait for a Deferred that has no result yet
            - ``start``: a machine starts

        host: The name of the machine, or "" if nobody knows on which it is.
        target: Whom it concerns: a name or an address.
        port: The port of the service, whichever end asks.
    """

    kind: str
    host: str = ""
    target: str = ""
    port: int = 0

    def __str__(self) -> str:
        port = f" port {self.port}" if self.port else ""
        words = f"{self.host}: {self.kind} {self.target}{port}"
        return words.removeprefix(": ").rstrip()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and where.

    Make one with the methods below, which say what goes wrong. All take, beside their
    own arguments, ``host``, ``target``, ``port`` and ``nth``.

    Attributes:
        name: What goes wrong, in a word.
        operation: What kind of operation it befalls.
        after: How many bytes still get through, beginning with those that are sent.
        seconds: How long it takes.
        number: What else there is to say: a size, or the number of an alert.
        boot: Starts the programs of a machine that was restarted.
        host: It befalls only what the machine of this name asks for.
        target: Only what concerns this name or address.
        port: Only what concerns the service at this port.
        nth: Only the first, the second ... time that all of that is so. None: each
            time.
    """

    name: str
    operation: str
    after: int = 0
    seconds: float = 0.0
    number: int = 0
    boot: "Callable[[Host], object] | None" = field(default=None, compare=False)
    host: str | None = None
    target: str | None = None
    port: int | None = None
    nth: int | None = None

    def __str__(self) -> str:
        given = [
            f"{name}={value!r}"
            for name in ("after", "seconds", "number", "host", "target", "port", "nth")
            if (value := getattr(self, name))
        ]
        return f"{self.name}({', '.join(given)})" if given else self.name

    def concerns(self, operation: Operation) -> bool:
        """Say whether it can befall an operation."""
        return self.operation == operation.kind and all(
            wanted in (None, actual)
            for wanted, actual in (
                (self.host, operation.host),
                (self.target, operation.target),
                (self.port, operation.port),
            )
        )

    def only(self, **where: Any) -> "Fault":
        """Return the same fault, elsewhere: ``host``, ``target``, ``port``, ``nth``."""
        return replace(self, **where)

    # To listen

    @classmethod
    def in_use(cls, **where: Any) -> "Fault":
        """The port is taken: ``EADDRINUSE``."""
        return cls("in_use", "listen", **where)

    # To look a name up

    @classmethod
    def no_name(cls, **where: Any) -> "Fault":
        """The name is not found."""
        return cls("no_name", "lookup", **where)

    @classmethod
    def slow_name(cls, seconds: float = SLOW, **where: Any) -> "Fault":
        """The answer takes so many seconds more."""
        return cls("slow_name", "lookup", seconds=seconds, **where)

    @classmethod
    def stalled_name(cls, **where: Any) -> "Fault":
        """There is never an answer."""
        return cls("stalled_name", "lookup", **where)

    # To connect

    @classmethod
    def refuse(cls, **where: Any) -> "Fault":
        """Nobody listens: ``ECONNREFUSED``."""
        return cls("refuse", "connect", **where)

    @classmethod
    def unreachable(cls, **where: Any) -> "Fault":
        """A router knows no way: ``EHOSTUNREACH``."""
        return cls("unreachable", "connect", **where)

    @classmethod
    def no_answer(cls, **where: Any) -> "Fault":
        """Nothing comes back, until who connects gives up: a timeout."""
        return cls("no_answer", "connect", **where)

    # To send bytes

    @classmethod
    def reset(cls, after: int = 0, **where: Any) -> "Fault":
        """The connection is reset, for both ends: ``ECONNRESET``."""
        return cls("reset", "send", after=after, **where)

    @classmethod
    def cut(cls, after: int = 0, **where: Any) -> "Fault":
        """The stream ends early: cleanly for who reads it, with a reset for who sends.

        That is what a proxy does that is stopped.
        """
        return cls("cut", "send", after=after, **where)

    @classmethod
    def half_close(cls, after: int = 0, **where: Any) -> "Fault":
        """The stream ends early for who reads it; the other direction goes on."""
        return cls("half_close", "send", after=after, **where)

    @classmethod
    def stall(cls, after: int = 0, **where: Any) -> "Fault":
        """Nothing more arrives, nor does the end of the stream."""
        return cls("stall", "send", after=after, **where)

    @classmethod
    def garble(cls, after: int = 0, **where: Any) -> "Fault":
        """One byte is changed. TCP may miss that; TLS never does."""
        return cls("garble", "send", after=after, **where)

    @classmethod
    def tls_alert(cls, number: int = HANDSHAKE_FAILURE, **where: Any) -> "Fault":
        """Instead of what is sent comes a fatal alert of TLS, and the end.

        Where that is the first answer of a server it has refused to speak TLS: with 40,
        they have nothing in common; 45, a certificate has expired; 48, it was issued
        by somebody unknown. See RFC 8446, 6.2.
        """
        return cls("tls_alert", "send", number=number, **where)

    @classmethod
    def drip(cls, seconds: float = 0.1, **where: Any) -> "Fault":
        """From here on, one byte arrives every so many seconds."""
        return cls("drip", "send", seconds=seconds, number=1, **where)

    @classmethod
    def segment(cls, size: int = 1, **where: Any) -> "Fault":
        """From here on, pieces of at most ``size`` bytes arrive, each for itself."""
        return cls("segment", "send", number=size, **where)

    @classmethod
    def delay(cls, seconds: float = SLOW, **where: Any) -> "Fault":
        """From here on, everything arrives so many seconds later."""
        return cls("delay", "send", seconds=seconds, **where)

    @classmethod
    def jitter(cls, seconds: float = SLOW, **where: Any) -> "Fault":
        """From here on, everything arrives up to so many seconds later, in order."""
        return cls("jitter", "send", seconds=seconds, **where)

    @classmethod
    def partition(cls, seconds: float = SLOW, **where: Any) -> "Fault":
        """Nothing passes between the two machines, for so many seconds.

        What they have sent meanwhile is sent again later. A machine that talks to
        itself is spared.
        """
        return cls("partition", "send", seconds=seconds, **where)

    @classmethod
    def crash(
        cls,
        seconds: float = 0.0,
        boot: "Callable[[Host], object] | None" = None,
        **where: Any,
    ) -> "Fault":
        """The machine loses power as it is about to send.

        Args:
            seconds: After how long it starts again, if ``boot`` is given.
            boot: Starts its programs again; without it, the machine stays down.
            where: Where: see `Fault`.
        """
        return cls("crash", "send", seconds=seconds, boot=boot, **where)

    # To send a datagram

    @classmethod
    def lose(cls, **where: Any) -> "Fault":
        """It does not arrive."""
        return cls("lose", "datagram", **where)

    @classmethod
    def duplicate(cls, **where: Any) -> "Fault":
        """It arrives twice."""
        return cls("duplicate", "datagram", **where)

    @classmethod
    def reorder(cls, seconds: float = SLOW, **where: Any) -> "Fault":
        """It arrives so many seconds later, after what was sent meanwhile."""
        return cls("reorder", "datagram", seconds=seconds, **where)

    # To wait

    @classmethod
    def cancel(cls, **where: Any) -> "Fault":
        """The Deferred that is awaited is cancelled."""
        return cls("cancel", "await", **where)

    @classmethod
    def disconnect(cls, **where: Any) -> "Fault":
        """All connections of all machines are reset."""
        return cls("disconnect", "await", **where)

    # To tell the time

    @classmethod
    def skew(cls, seconds: float = -3600.0, **where: Any) -> "Fault":
        """The machine's clock is wrong, by so many seconds."""
        return cls("skew", "start", seconds=seconds, **where)


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


#: All that can go wrong.
NAMES = tuple(
    name for name, each in vars(Fault).items() if isinstance(each, classmethod)
)
