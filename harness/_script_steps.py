# -*- test-case-name: harness.test.test_script_steps -*-
"""The steps of a script: what is expected, what is sent, how it ends.

A step is begun once, and then asked whether it is done, each time that something has
happened. How bytes were grouped on their way makes no difference to any.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from re import Pattern
from typing import Any, ClassVar

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from harness._script_reports import common_size, shown


class Difference(Exception):
    """What happens is not what a step says, and never will be."""


class Stage:
    """What a script is played on: one end of a connection.

    Args:
        clock: Tells the time, for scripts that wait.
        go_on: Called when a step has waited long enough.

    Attributes:
        transport: The connection, or None as long as there is none.
        unread: What has come and no step has taken yet.
        ended: Whether nothing more will come.
        reason: Why the connection was lost, or None while it is not.
        alarm: What ends the waiting of a step.
    """

    def __init__(self, clock: IReactorTime | None, go_on: Callable[[], None]) -> None:
        self.transport: Any = None
        self.unread = b""
        self.ended = False
        self.reason: Failure | None = None
        self.alarm: IDelayedCall | None = None
        self._clock = clock
        self._go_on = go_on

    def take(self, size: int) -> None:
        """Let go of bytes that were as expected."""
        self.unread = self.unread[size:]

    def wait(self, seconds: float) -> None:
        """Let time pass before the script goes on."""
        assert self._clock is not None
        self.alarm = self._clock.callLater(seconds, self._go_on)

    @property
    def was_closed(self) -> bool:
        """Whether the connection has come to an orderly end."""
        return self.reason is not None and self.reason.check(ConnectionDone) is not None

    @property
    def was_broken(self) -> bool:
        """Whether the connection was lost in any other way."""
        return self.reason is not None and not self.was_closed


@dataclass(frozen=True)
class Step(ABC):
    """One step.

    Attributes:
        text: The step as the test has written it.
        data: The bytes that have to come, if the step says them all.
        is_last: Whether no step can follow.
        speaks: Whether it needs that this end has not yet said all.
    """

    text: str
    data: ClassVar[bytes | None] = None
    is_last: ClassVar[bool] = False
    speaks: ClassVar[bool] = False

    @property
    @abstractmethod
    def expected(self) -> str:
        """What has to be so, or has to come, for the step to be done."""

    def begin(self, stage: Stage) -> None:  # noqa: B027  (not all steps do anything)
        """Do what the step does.

        Raises:
            Difference: It cannot be done any more.
        """

    @abstractmethod
    def is_done(self, stage: Stage) -> bool:
        """Say whether the next step can begin.

        Raises:
            Difference: It never will.
        """


@dataclass(frozen=True)
class Expect(Step):
    """Bytes are to come."""

    data: bytes  # type: ignore[misc]

    @property
    def expected(self) -> str:
        return shown(self.data)

    def is_done(self, stage: Stage) -> bool:
        size = common_size(self.data, stage.unread)
        if size == len(self.data):
            stage.take(size)
            return True
        if size < len(stage.unread) or stage.ended:
            raise Difference
        return False


@dataclass(frozen=True)
class ExpectMatch(Step):
    """Bytes that match are to come: the fewest that do."""

    pattern: Pattern[bytes]

    @property
    def expected(self) -> str:
        return f"what matches {self.pattern.pattern!r}"

    def is_done(self, stage: Stage) -> bool:
        for size in range(1, len(stage.unread) + 1):
            if self.pattern.fullmatch(stage.unread, 0, size):
                stage.take(size)
                return True
        if stage.ended:
            raise Difference
        return False


@dataclass(frozen=True)
class ExpectMatchingLine(Step):
    """A line that matches as a whole is to come."""

    pattern: Pattern[bytes]
    delimiter: bytes

    @property
    def expected(self) -> str:
        return f"a line that matches {self.pattern.pattern!r}"

    def is_done(self, stage: Stage) -> bool:
        line, delimiter, _ = stage.unread.partition(self.delimiter)
        if delimiter and self.pattern.fullmatch(line):
            stage.take(len(line) + len(delimiter))
            return True
        if delimiter or stage.ended:
            raise Difference
        return False


class ExpectClose(Step):
    """The other end is to have said all."""

    @property
    def expected(self) -> str:
        return "the end"

    def is_done(self, stage: Stage) -> bool:
        if stage.unread or stage.was_broken:
            raise Difference
        return stage.ended


class ExpectAbort(Step):
    """The connection is to be lost, and not closed."""

    is_last = True

    @property
    def expected(self) -> str:
        return "that the connection is broken"

    def is_done(self, stage: Stage) -> bool:
        if stage.unread or (stage.ended and not stage.was_broken):
            raise Difference
        return stage.was_broken


@dataclass(frozen=True)
class Send(Step):
    """Bytes are sent."""

    written: bytes
    speaks = True

    @property
    def expected(self) -> str:
        return "a connection to send on"

    def begin(self, stage: Stage) -> None:
        if stage.reason is not None:
            raise Difference
        stage.transport.write(self.written)

    def is_done(self, stage: Stage) -> bool:
        return True


class HalfClose(Step):
    """This end has said all."""

    speaks = True

    @property
    def expected(self) -> str:
        return "a connection to close one half of"

    def begin(self, stage: Stage) -> None:
        if stage.reason is not None:
            raise Difference
        stage.transport.loseWriteConnection()

    def is_done(self, stage: Stage) -> bool:
        return True


@dataclass(frozen=True)
class Wait(Step):
    """Time passes."""

    seconds: float

    @property
    def expected(self) -> str:
        return f"{self.seconds} s to pass"

    def begin(self, stage: Stage) -> None:
        stage.wait(self.seconds)

    def is_done(self, stage: Stage) -> bool:
        return stage.alarm is None or not stage.alarm.active()


class Close(Step):
    """This end closes, and reads no more."""

    is_last = True

    @property
    def expected(self) -> str:
        return "the connection to be closed"

    def begin(self, stage: Stage) -> None:
        stage.transport.loseConnection()

    def is_done(self, stage: Stage) -> bool:
        if stage.was_broken:
            raise Difference
        return stage.was_closed


class Abort(Step):
    """This end breaks the connection."""

    is_last = True

    @property
    def expected(self) -> str:
        return "the connection to be lost"

    def begin(self, stage: Stage) -> None:
        if stage.reason is None:  # TLS does not like to be asked then
            stage.transport.abortConnection()

    def is_done(self, stage: Stage) -> bool:
        return stage.reason is not None
