# -*- test-case-name: harness.test.test_script_reports -*-
"""What a script says when the conversation is another one.

An example, in which the bytes of a step are counted from 0::

    the conversation is not that of the script: step 3 of 5, byte 11
       1 send_line(b'220 mail.example')
       2 expect_line(b'HELO me.example')
    -> 3 expect_line(b'MAIL FROM:<a@example.com>')
         expected b'MAIL FROM:<a@example.com>\\r\\n'
         received b'MAIL FROM:<b@example.com>\\r\\n'
                               ^
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness._script_steps import Stage, Step

#: How many bytes are shown before a difference, and how many from there on.
BEFORE, AFTER = 30, 40

#: How many of the steps before are shown.
STEPS_BEFORE = 3

_CUT = "..."


def common_size(one: bytes, other: bytes) -> int:
    """Return how many bytes two byte strings have in common at their beginnings."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    return next(place for place in range(size) if one[place] != other[place])


def shown(data: bytes, place: int = 0) -> str:
    """Write bytes as a literal: those around a place, if there are too many."""
    start, stop = max(0, place - BEFORE), place + AFTER
    before = _CUT if start else ""
    after = _CUT if data[stop:] else ""
    return f"{before}b'{_escaped(data[start:stop])}'{after}"


def report(problem: str, steps: Sequence["Step"], done: int, stage: "Stage") -> str:
    """Write down how far a script was played, and what came instead.

    Args:
        problem: What is wrong, in words.
        steps: The script.
        done: How many of its steps are done.
        stage: What it is played on.
    """
    first = max(0, done - STEPS_BEFORE)
    lines = [
        f"   {number} {step.text}"
        for number, step in enumerate(steps[first:done], first + 1)
    ]
    if done == len(steps):
        head = f"{problem}: after the last step"
        return "\n".join([head, *lines, *_compared("nothing more", stage)])
    step = steps[done]
    head = f"{problem}: step {done + 1} of {len(steps)}"
    lines.append(f"-> {done + 1} {step.text}")
    if step.data is None or not stage.unread:
        return "\n".join([head, *lines, *_compared(step.expected, stage)])
    place = common_size(step.data, stage.unread)
    compared = _compared(shown(step.data, place), stage, place)
    return "\n".join([f"{head}, byte {place}", *lines, *compared])


def standing(steps: Sequence["Step"], done: int, stage: "Stage") -> str:
    """Write down in one line where a script stands."""
    where = f"a script, at step {done + 1} of {len(steps)}: {steps[done].text}"
    return f"{where}, received {_came(stage)}"


def _compared(expected: str, stage: "Stage", place: int | None = None) -> list[str]:
    """Write what was expected and what came, and point to a place in it."""
    lines = [f"     expected {expected}", f"     received {_came(stage, place or 0)}"]
    if place is not None:
        # The closing quote of what is the same stands where the difference begins.
        same = f"     received {shown(stage.unread[:place], place)}"
        lines.append(f"{'^':>{len(same)}}")
    return lines


def _came(stage: "Stage", place: int = 0) -> str:
    """Write what has come, and how the connection is."""
    came = shown(stage.unread, place) if stage.unread else "nothing"
    if stage.transport is None:
        return f"{came}: nobody has connected"
    if stage.was_broken:
        assert stage.reason is not None
        return f"{came}, then this: {stage.reason.getErrorMessage()}"
    return f"{came}, then the end" if stage.ended else came


def _escaped(data: bytes) -> str:
    """Write each byte as a literal has it, whatever the others are."""
    return "".join(
        "\\'" if byte == ord("'") else repr(bytes([byte]))[2:-1] for byte in data
    )
