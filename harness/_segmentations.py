# -*- test-case-name: harness.test.test_segmentations -*-
"""TCP keeps the order of bytes, not the pieces in which they were written.

A protocol whose outcome depends on the pieces works on the developer's machine and
fails on a busy network. `segmentations` makes the pieces a dimension of a test.
"""

from collections.abc import Iterator
from itertools import pairwise
from random import Random


def segmentations(
    data: bytes, *, random_cuts: int = 10, seed: int = 0
) -> Iterator[list[bytes]]:
    """Cut ``data`` into pieces in many ways: each way could have come off a network.

    Args:
        data: The bytes to be cut.
        random_cuts: How many random ways to add to the systematic ones.
        seed: What the random ways are drawn from: the same seed, the same ways.

    Yields:
        Lists of non-empty pieces which, joined, are ``data``. First comes the whole in
        one piece, then one byte at a time, then cut in two at each place in turn, then
        cut at places drawn from the seed. No way comes twice.
    """
    seen: set[tuple[int, ...]] = set()
    for cuts in _cuts(len(data), random_cuts, Random(seed)):
        if cuts not in seen:
            seen.add(cuts)
            edges = [0, *cuts, len(data)]
            pieces = [data[a:b] for a, b in pairwise(edges)]
            yield [piece for piece in pieces if piece]


def _cuts(length: int, random_cuts: int, random: Random) -> Iterator[tuple[int, ...]]:
    """Yield the places of the cuts, each way sorted."""
    places = range(1, length)
    yield ()
    yield tuple(places)
    for place in places:
        yield (place,)
    for _ in range(random_cuts):
        yield tuple(sorted(random.sample(places, random.randint(0, len(places)))))
