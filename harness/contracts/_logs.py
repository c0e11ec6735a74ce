"""What is logged, as the contracts look at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from twisted.logger import LogEvent
from twisted.python import log


@contextmanager
def logged_messages() -> Iterator[list[str]]:
    """Collect the text of all that is logged within a ``with`` block."""
    messages: list[str] = []

    def remember(event: LogEvent) -> None:
        messages.append(str(log.textFromEventDict(event)))

    log.addObserver(remember)
    try:
        yield messages
    finally:
        log.removeObserver(remember)


@contextmanager
def logged_systems() -> Iterator[dict[str, str]]:
    """Collect, for each message, the prefix of what was logging it."""
    systems: dict[str, str] = {}

    def remember(event: LogEvent) -> None:
        systems[str(log.textFromEventDict(event))] = event["system"]

    log.addObserver(remember)
    try:
        yield systems
    finally:
        log.removeObserver(remember)
