# -*- test-case-name: harness.test.test_fault_arguments -*-
"""What each fault befalls, what it can be told, and whether that makes sense."""

from collections.abc import Callable
from dataclasses import fields
from math import inf, isfinite
from numbers import Real
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from harness._addresses import canonical
from harness._names import plain_name

if TYPE_CHECKING:
    from harness._faults import Fault


class Where(TypedDict, total=False):
    """What confines a fault: see `harness.Fault`."""

    host: str | None
    target: str | None
    port: int | None
    nth: int | None


class Argument(NamedTuple):
    """Something that faults can be told.

    Attributes:
        name: What callers call it.
        attribute: Where a fault keeps it.
        wanted: What it must be, in words.
        type: Of what type.
        is_sound: Says of a value of this type whether it can be.
    """

    name: str
    attribute: str
    wanted: str
    type: Any
    is_sound: Callable[[Any], bool] = bool

    def check(self, fault: "Fault") -> None:
        """Check what a fault was told.

        Raises:
            TypeError: It is nothing of the kind.
            ValueError: It cannot be.
        """
        value = getattr(fault, self.attribute)
        is_typed = isinstance(value, self.type) and not isinstance(value, bool)
        if is_typed and self.is_sound(value):
            return
        problem = f"{fault.name}: {self.name} must be {self.wanted}, not {value!r}"
        raise ValueError(problem) if is_typed else TypeError(problem)


def _names_something(target: str) -> bool:
    try:
        return bool(plain_name(target))
    except UnicodeError:
        return False


def _at_least(least: int) -> Callable[[float], bool]:
    return lambda number: least <= number < inf


_BYTES = Argument("after", "after", "a number of bytes, 0 or more", int, _at_least(0))
_SIZE = Argument("size", "number", "a number of bytes, 1 or more", int, _at_least(1))
_ALERT = Argument(
    "number", "number", "the number of an alert, 0 to 255", int, range(256).__contains__
)
_SECONDS = Argument(
    "seconds", "seconds", "a number of seconds, 0 or more", Real, _at_least(0)
)
_SKEW = Argument("seconds", "seconds", "a number of seconds", Real, isfinite)
_BOOT = Argument(
    "boot", "boot", "a function, or None", (Callable, NoneType), lambda _: True
)

_HOST = Argument("host", "host", "the name of a machine", str)
_TARGET = Argument("target", "target", "a name or an address", str, _names_something)
_NAME = Argument(
    "target",
    "target",
    "a name, which is what is looked up",
    str,
    lambda name: canonical(name) is None and _names_something(name),
)
_PORT = Argument(
    "port", "port", "a port, 1 to 65535", int, range(1, 65536).__contains__
)
_NTH = Argument("nth", "nth", "1 for the first time, or more", int, _at_least(1))

#: What each kind of operation has that a fault can be confined to.
_WHERE = {
    "listen": (_HOST, _TARGET, _PORT, _NTH),
    "lookup": (_HOST, _NAME, _NTH),
    "connect": (_HOST, _TARGET, _PORT, _NTH),
    "send": (_HOST, _TARGET, _PORT, _NTH),
    "datagram": (_HOST, _TARGET, _PORT, _NTH),
    "await": (_NTH,),
    "start": (_HOST, _NTH),
}


class Kind(NamedTuple):
    """A kind of fault.

    Attributes:
        operations: What kinds of operation it befalls.
        arguments: What it can be told, beside where.
    """

    operations: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()


_SEND = ("send",)
_SEND_OR_DATAGRAM = ("send", "datagram")

#: All that can go wrong.
KINDS = {
    "in_use": Kind(("listen",)),
    "no_name": Kind(("lookup",)),
    "slow_name": Kind(("lookup",), (_SECONDS,)),
    "stalled_name": Kind(("lookup",)),
    "refuse": Kind(("connect",)),
    "unreachable": Kind(("connect",)),
    "no_answer": Kind(("connect",)),
    "reset": Kind(_SEND, (_BYTES,)),
    "cut": Kind(_SEND, (_BYTES,)),
    "half_close": Kind(_SEND, (_BYTES,)),
    "stall": Kind(_SEND, (_BYTES,)),
    "garble": Kind(_SEND, (_BYTES,)),
    "tls_alert": Kind(_SEND, (_ALERT,)),
    "drip": Kind(_SEND, (_SECONDS,)),
    "segment": Kind(_SEND, (_SIZE,)),
    "delay": Kind(_SEND_OR_DATAGRAM, (_SECONDS,)),
    "jitter": Kind(_SEND_OR_DATAGRAM, (_SECONDS,)),
    "partition": Kind(_SEND_OR_DATAGRAM, (_SECONDS,)),
    "crash": Kind(_SEND_OR_DATAGRAM, (_SECONDS, _BOOT)),
    "lose": Kind(("datagram",)),
    "duplicate": Kind(("datagram",)),
    "reorder": Kind(("datagram",), (_SECONDS,)),
    "cancel": Kind(("await",)),
    "disconnect": Kind(("await",)),
    "skew": Kind(("start",), (_SKEW,)),
}


def require_sound(fault: "Fault") -> None:
    """Check what a fault was told when it was made.

    Raises:
        TypeError: It can be told nothing of the kind.
        ValueError: There is no such fault, or what it was told cannot be.
    """
    if fault.name not in KINDS:
        raise ValueError(f"no fault {fault.name!r}; there are {', '.join(KINDS)}")
    kind = KINDS[fault.name]
    for argument in kind.arguments:
        argument.check(fault)
    known = {each.attribute for each in kind.arguments}
    for argument in _WHERE[kind.operations[0]]:
        known.add(argument.attribute)
        if getattr(fault, argument.attribute) is not None:
            argument.check(fault)
    for field in fields(fault)[1:]:
        if field.name not in known and getattr(fault, field.name) != field.default:
            raise TypeError(f"{fault.name} takes no {field.name}")
