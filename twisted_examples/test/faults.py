"""What can go wrong between a program and its peer, for tests that try each in turn."""

from harness import Fault

#: On the way there, in what is said, and at its end.
ON_THE_WAY = [
    Fault.no_name(),
    Fault.slow_name(),
    Fault.refuse(),
    Fault.unreachable(),
    Fault.no_answer(),
    Fault.reset(),
    Fault.reset(after=1),
    Fault.cut(),
    Fault.cut(after=1),
    Fault.half_close(),
    Fault.half_close(after=1),
    Fault.segment(),
    Fault.drip(),
    Fault.disconnect(),
]
