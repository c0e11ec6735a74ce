# -*- test-case-name: harness.test.test_arguments -*-
"""Checks of arguments that many calls take: a wrong one fails where it is given.

Those of numbers of seconds are in `harness._seconds`.
"""

from typing import Any

from twisted.internet.interfaces import IReactorTime
from zope.interface import Interface


def require_type(name: str, value: object, types: Any, wanted: str) -> None:
    """Check that an argument is of a type, or of one of several.

    Args:
        name: What the caller calls it.
        value: What it is.
        types: What it has to be, as for ``isinstance``.
        wanted: The same, in words.

    Raises:
        TypeError: It is of another.
    """
    if not isinstance(value, types):
        raise TypeError(f"{name} must be {wanted}, not {value!r}")


def require_provider(
    name: str, value: object, interfaces: tuple[type[Interface], ...], wanted: str
) -> None:
    """Check that an argument provides one of some interfaces.

    Args:
        name: What the caller calls it.
        value: What it is.
        interfaces: What it has to provide.
        wanted: The same, in words.

    Raises:
        TypeError: It provides none, as a class does whose instances do.
    """
    provided: Any = interfaces
    if not any(interface.providedBy(value) for interface in provided):
        raise TypeError(f"{name} must be {wanted}, not {value!r}")


def require_clock(name: str, value: object) -> None:
    """Check that an argument is a clock, or a reactor, which is one.

    Raises:
        TypeError: It is none.
    """
    require_provider(name, value, (IReactorTime,), "a clock or a reactor")


def require_whole_number(
    name: str,
    value: object,
    wanted: str = "a whole number",
    least: int | None = None,
) -> None:
    """Check that an argument is a whole number: true and false are none.

    Args:
        name: What the caller calls it.
        value: What it is.
        wanted: What it has to be, in words.
        least: The least that it can be, or None if it can be any.

    Raises:
        TypeError: It is no whole number.
        ValueError: It is less.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be {wanted}, not {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be {wanted}, {least} or more, not {value!r}")


def require_count(name: str, value: object, wanted: str, least: int = 0) -> None:
    """Check that an argument is a whole number of something.

    Args:
        name: What the caller calls it.
        value: What it is.
        wanted: What it counts, in words.
        least: The least that it can be.

    Raises:
        TypeError: It is no whole number.
        ValueError: It is less.
    """
    require_whole_number(name, value, f"a whole number of {wanted}", least)
