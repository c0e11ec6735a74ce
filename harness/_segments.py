# -*- test-case-name: harness.test.test_segments -*-
"""Cut the streams of a network into pieces of random sizes, the same in each run.

TCP promises the bytes and their order, not how they are grouped. A program that takes
each read for a message is wrong, and over loopback nobody notices.
"""

from collections.abc import Callable
from random import Random

from harness._arguments import require_type


class WrongSegment(ValueError):
    """A piece of a stream was to be of a size that none can have.

    Raised by whatever drives the network: it is known when a piece is read.
    """


def require_segments(segments: Callable[[], int] | None) -> None:
    """Check what is to be a value for `Network.segments`.

    Raises:
        TypeError: It is none.
    """
    if segments is not None and not callable(segments):
        raise TypeError(
            "segments must be a function that returns a number of bytes, or None,"
            f" not {segments!r}"
        )


def next_segment(segments: Callable[[], int]) -> int:
    """Ask for the size of the next piece.

    Raises:
        WrongSegment: It is none: nothing read would be the end of a stream.
    """
    size = segments()
    if not isinstance(size, int) or size < 1:
        raise WrongSegment(
            f"segments must return a whole number of bytes, 1 or more, not {size!r}"
        )
    return size


def random_segments(smallest: int, largest: int, seed: int = 0) -> Callable[[], int]:
    """Draw how many bytes the next read returns: a value for `Network.segments`.

    Args:
        smallest: The least number of bytes.
        largest: The greatest.
        seed: Where the draw begins. The same seed draws the same sizes.

    Raises:
        TypeError: A size is no whole number.
        ValueError: A piece could be empty, or ``largest`` is less than ``smallest``.
    """
    for name, size in (("smallest", smallest), ("largest", largest)):
        require_type(name, size, int, "a whole number of bytes")
    if not 1 <= smallest <= largest:
        raise ValueError(f"no sizes of pieces from {smallest} to {largest}")
    draw = Random(f"segments {seed}").random
    sizes = largest - smallest + 1
    return lambda: smallest + int(draw() * sizes)  # a fifth of the price of randint


def parse_segments(text: str) -> tuple[int, int]:
    """Read ``1-7``, or ``1`` for pieces of one byte each.

    Returns:
        The least and the greatest size.

    Raises:
        ValueError: It is not written like that.
    """
    smallest, _, largest = text.partition("-")
    sizes = int(smallest), int(largest or smallest)
    random_segments(*sizes)
    return sizes
