# -*- test-case-name: harness.test.test_scripts -*-
"""Writing a script, step by step."""

from os import PathLike
from re import Pattern
from typing import TypeVar

from twisted.internet.interfaces import IReactorTime

from harness._arguments import require_clock, require_type
from harness._script_files import read_conversation
from harness._script_reports import shown
from harness._script_steps import (
    Abort,
    Close,
    Expect,
    ExpectAbort,
    ExpectClose,
    ExpectMatch,
    ExpectMatchingLine,
    HalfClose,
    Send,
    Step,
    Wait,
)
from harness._seconds import require_seconds

ScriptT = TypeVar("ScriptT", bound="Script")


class Script:
    """A list of steps, to which each method adds one.

    Each returns the script, so that the next can follow.

    Args:
        clock: Tells the time, for a script that waits.
        delimiter: What ends a line.

    Attributes:
        steps: The steps.

    Raises:
        TypeError: One of the two is of another type.
        ValueError: The delimiter is empty.
    """

    def __init__(
        self, clock: IReactorTime | None = None, delimiter: bytes = b"\r\n"
    ) -> None:
        if clock is not None:
            require_clock("clock", clock)
        require_type("delimiter", delimiter, bytes, "bytes")
        if not delimiter:
            raise ValueError("delimiter must be at least one byte, not b''")
        self.steps: list[Step] = []
        self._clock = clock
        self._delimiter = delimiter

    @property
    def is_over(self) -> bool:
        """Whether no step can follow, as there is no connection any more."""
        return bool(self.steps) and self.steps[-1].is_last

    def expect(self: ScriptT, wanted: bytes | Pattern[bytes]) -> ScriptT:
        """Expect bytes, however they are grouped.

        Args:
            wanted: The bytes, or a pattern, which takes the fewest bytes that match it
                as a whole. That none will ever match is not known before the
                connection ends: `expect_line` knows it at the end of the line.
        """
        text = f"expect({_written(wanted)})"
        if isinstance(wanted, Pattern):
            return self.add(ExpectMatch(text, wanted))
        return self.add(Expect(text, wanted))

    def expect_line(self: ScriptT, wanted: bytes | Pattern[bytes]) -> ScriptT:
        """Expect a line.

        Args:
            wanted: The line without its end, or a pattern that it matches as a whole.
        """
        text = f"expect_line({_written(wanted)})"
        if isinstance(wanted, Pattern):
            return self.add(ExpectMatchingLine(text, wanted, self._delimiter))
        return self.add(Expect(text, wanted + self._delimiter))

    def expect_close(self: ScriptT) -> ScriptT:
        """Expect that the other end has said all: it has closed, or half closed."""
        return self.add(ExpectClose("expect_close()"))

    def expect_abort(self: ScriptT) -> ScriptT:
        """Expect that the other end breaks the connection. It is the last step."""
        return self.add(ExpectAbort("expect_abort()"))

    def send(self: ScriptT, data: bytes) -> ScriptT:
        """Send bytes."""
        require_type("data", data, bytes, "bytes")
        return self.add(Send(f"send({shown(data)})", data))

    def send_line(self: ScriptT, line: bytes) -> ScriptT:
        """Send a line, which is given without its end."""
        require_type("line", line, bytes, "bytes")
        return self.add(Send(f"send_line({shown(line)})", line + self._delimiter))

    def wait(self: ScriptT, seconds: float) -> ScriptT:
        """Let time pass. What comes meanwhile is for the steps that follow.

        Raises:
            TypeError: ``seconds`` is no number.
            ValueError: The script has no clock, or ``seconds`` is negative or has no
                end.
        """
        require_seconds("seconds", seconds)
        if self._clock is None:
            raise ValueError(f"wait({seconds}) needs a clock")
        return self.add(Wait(f"wait({seconds})", seconds))

    def half_close(self: ScriptT) -> ScriptT:
        """Say that nothing more will be sent, and go on reading."""
        return self.add(HalfClose("half_close()"))

    def close(self: ScriptT) -> ScriptT:
        """Close, and read no more, whatever comes. It is the last step."""
        return self.add(Close("close()"))

    def abort(self: ScriptT) -> ScriptT:
        """Break the connection. It is the last step."""
        return self.add(Abort("abort()"))

    def play(self: ScriptT, conversation: str | PathLike[str], who: str) -> ScriptT:
        """Add all steps of one end of a conversation that is in a file.

        What that end said is sent, byte for byte; if there is a clock, as long after
        what either end said last as it was then. What the other end said is expected,
        at whatever time, unless this end has closed. For how a file is written, see
        `harness._script_files`.

        Args:
            conversation: The path of the file.
            who: The name of the end that the script plays.

        Raises:
            OSError: The file cannot be read.
            TypeError: It is not given by its path.
            ValueError: It is no conversation, or nobody has that name in it.
        """
        lines = read_conversation(conversation)
        if who not in {line.who for line in lines}:
            raise ValueError(f"{who} says nothing in {conversation}")
        now = 0.0
        for line in lines:
            if line.who == who:
                if self._clock is not None and line.time > now:
                    self.wait(line.time - now)
                self._say(line.what)
            elif not self.is_over:
                self._expect_said(line.what)
            now = line.time
        return self

    def add(self: ScriptT, step: Step) -> ScriptT:
        """Add a step.

        Raises:
            ValueError: The script is at its end already, or this end has said all.
        """
        if self.is_over:
            raise ValueError(f"{step.text} cannot follow {self.steps[-1].text}")
        if step.speaks and any(isinstance(each, HalfClose) for each in self.steps):
            raise ValueError(f"{step.text} cannot follow half_close()")
        self.steps.append(step)
        return self

    def _say(self, what: bytes | str) -> None:
        if isinstance(what, bytes):
            self.send(what)
        else:
            {"half_close": self.half_close, "close": self.close, "abort": self.abort}[
                what
            ]()

    def _expect_said(self, what: bytes | str) -> None:
        if isinstance(what, bytes):
            self.expect(what)
        elif what == "abort":
            self.expect_abort()
        else:
            self.expect_close()


def _written(wanted: bytes | Pattern[bytes]) -> str:
    """Write what is expected as the test has done.

    Raises:
        TypeError: It is of another type, such as text.
    """
    if isinstance(wanted, Pattern) and isinstance(wanted.pattern, bytes):
        return f"re.compile({wanted.pattern!r})"
    require_type("wanted", wanted, bytes, "bytes or a pattern of them")
    return shown(wanted)
