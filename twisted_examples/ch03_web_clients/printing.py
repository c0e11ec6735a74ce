# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_printing -*-
"""Print bytes that are nobody's text."""

import sys


def print_bytes(data: bytes) -> None:
    """Write to standard output, all of it, unchanged and at once.

    Where the process was started with standard output closed, ``print`` says nothing
    and so does this.
    """
    if sys.stdout is not None:
        sys.stdout.flush()  # text that was printed before comes before
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
