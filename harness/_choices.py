# -*- test-case-name: harness.test.test_choices -*-
"""What a run leaves open, and how each such question was settled.

Much of what happens on a network is settled by nobody: which of two sockets that are
ready is served first, how long a packet is under way, whether it arrives. A simulated
network has to settle it, and does so always in the same way, unless a test is explored.
Then each such place is a question, and a policy answers it.

A question has options, of which the first is what happens if nothing is explored. Any
other answer is a *deviation*. A run is determined by its seed and its deviations, and
so deviations are what is written down: to replay a run, and to find out which of them
it takes to break a program.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from harness._policies import Policy

T = TypeVar("T")


class Place(NamedTuple):
    """Where a question comes up.

    Attributes:
        stream: What it is about. Each stream has random numbers of its own. Its first
            word is the purpose: ``schedule``, ``link``, ``fault`` or ``user``.
        number: Which question of its stream, counted from 1.
        network: Of which network of the run, counted from 1.
    """

    stream: str
    number: int
    network: int = 1


class Deviation(NamedTuple):
    """An answer that is not the first option.

    Attributes:
        place: Where the question came up.
        choice: The index of the option.
        words: What it means.
    """

    place: Place
    choice: int
    words: str


class Choices:
    """The questions of one network, answered by a policy.

    Args:
        policy: What answers.
        network: The number of the network in its run.
        deviations: Where deviations are noted.

    Attributes:
        counts: How many questions each stream has had.
    """

    def __init__(
        self, policy: "Policy", network: int, deviations: list[Deviation]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._policy = policy
        self._network = network
        self._deviations = deviations

    def choose(
        self,
        stream: str,
        options: Sequence[T],
        words: Callable[[T], object],
        actors: Sequence[Hashable] | None = None,
    ) -> T:
        """Settle what is left open.

        Args:
            stream: What it is about: see `Place`.
            options: What can happen. First, what does if nothing is explored.
            words: Says what an option means.
            actors: Whose turn each option is, where the question is who goes first.

        Returns:
            One of the options.
        """
        self.counts[stream] += 1
        place = Place(stream, self.counts[stream], self._network)
        choice = self._policy.choose(place, len(options), actors)
        option = options[choice]
        if choice:
            self._deviations.append(Deviation(place, choice, str(words(option))))
        return option
