# -*- test-case-name: harness.test.test_policies -*-
"""Ways of answering the questions that a run leaves open: see `harness._choices`."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from random import Random

from harness._choices import Place

#: How likely an answer is drawn from all options rather than being the first. Each
#: stream of a run has one of these, drawn beforehand: where everything goes wrong a
#: program does not get far enough for anything interesting to go wrong, and so some
#: runs leave out what others have (Groce et al., "Swarm Testing", ISSTA 2012).
RATES: Mapping[str, Sequence[float]] = {
    "schedule": (0.05, 0.3, 1.0),
    "link": (0.0, 0.1, 0.5, 0.9),
    "fault": (0.0, 0.02, 0.1, 0.4),
    "user": (1.0,),
}

#: How many steps a run has at the most that priorities are changed at.
_LONGEST = 1024


class Policy(ABC):
    """A way of answering."""

    @abstractmethod
    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        """Answer one question.

        Args:
            place: Where it comes up.
            count: How many options there are.
            actors: Whose turn each option is, if it is about turns.

        Returns:
            The index of an option.
        """


class Uniform(Policy):
    """Draws each answer at random, with the same chance for each option.

    Args:
        seed: What is drawn from.
        rates: Of which rates each stream gets one, by purpose.
    """

    def __init__(self, seed: int, rates: Mapping[str, Sequence[float]] = RATES) -> None:
        self._seed = seed
        self._rates = rates
        self._streams: dict[tuple[int, str], tuple[Random, float]] = {}

    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        random, rate = self._stream(place)
        return random.randrange(count) if random.random() < rate else 0

    def _stream(self, place: Place) -> tuple[Random, float]:
        key = (place.network, place.stream)
        if key not in self._streams:
            random = Random(f"{self._seed} {place.network} {place.stream}")
            purpose = place.stream.partition(".")[0]
            rates = self._rates[purpose]
            self._streams[key] = random, rates[random.randrange(len(rates))]
        return self._streams[key]


class Priorities(Policy):
    """Lets go first whoever has the highest priority, and changes few of them.

    That is PCT: Burckhardt et al., "A Randomized Scheduler with Probabilistic
    Guarantees of Finding Bugs", ASPLOS 2010. Priorities are drawn; at some steps, few
    and drawn too, whoever is first becomes the last. A bug that takes ``d`` events in a
    certain order is found with a probability of at least ``1 / (n * k ** (d - 1))``,
    where ``n`` take turns and ``k`` steps are taken. Drawing each turn finds those
    rarely in which somebody has to be slow for long.

    Since neither ``k`` nor ``d`` is known before a run, both are drawn.

    What is not about turns is answered as `Uniform` does.
    """

    def __init__(self, seed: int) -> None:
        self._others = Uniform(seed)
        self._random = Random(f"{seed} priorities")
        self._priorities: dict[Hashable, float] = {}
        steps = 2 ** self._random.randint(2, _LONGEST.bit_length() - 1)
        changes = self._random.randint(0, 3)
        self._changes = [self._random.randrange(steps) for _ in range(changes)]
        self._step = 0

    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        if actors is None:
            return self._others.choose(place, count, actors)
        first = self._first(actors)
        if self._step in self._changes:
            self._priorities[actors[first]] = -float(self._step)
            first = self._first(actors)
        self._step += 1
        return first

    def _first(self, actors: Sequence[Hashable]) -> int:
        ranks = [self._priority(actor) for actor in actors]
        return ranks.index(max(ranks))

    def _priority(self, actor: Hashable) -> float:
        if actor not in self._priorities:
            self._priorities[actor] = 1 + self._random.random()
        return self._priorities[actor]


class Replay(Policy):
    """Answers as it is told, and elsewhere with the first option.

    Args:
        deviations: The answers that are not the first.
    """

    def __init__(self, deviations: Mapping[Place, int]) -> None:
        self._deviations = deviations

    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        choice = self._deviations.get(place, 0)
        return choice if choice < count else 0
