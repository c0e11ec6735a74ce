# -*- test-case-name: harness.test.test_interrupts -*-
"""See that Ctrl-C is not lost in a run of a test.

Python raises ``KeyboardInterrupt`` wherever the main thread happens to be. In a
callback of a Deferred that is an error like any other, which trial reports as one of
the test; and while an object is freed it is dropped.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` at the end of the block if there was one within.

    It is raised at once as well, as ever. Who has a handler of his own for the signal
    keeps it, and threads other than the main one are never interrupted.
    """
    usual = signal.default_int_handler
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return
    interrupted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        usual(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if interrupted:
        raise KeyboardInterrupt
