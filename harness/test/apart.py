"""Calls that no test has led to, for tests."""

from collections.abc import Callable
from threading import Thread


def run_apart(call: Callable[[], object]) -> None:
    """Call something where no test is on the stack: in a thread of its own."""
    thread = Thread(target=call)
    thread.start()
    thread.join()
