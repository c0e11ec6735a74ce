# -*- test-case-name: harness.test.test_recipes -*-
"""What it takes to make a run again, and how it is written: ``HARNESS_SEED``.

There, a number alone is no more than the seed of the network under the reactor of the
process, and of a test that says for itself that it is explored. What says more than
that lets all networks of the process be explored.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from harness._choices import Place
from harness._policies import Policy, Priorities, Replay, Uniform

#: Where a recipe stands that holds for all tests of a process.
VARIABLE = "HARNESS_SEED"

#: The ways of searching, by the names that users know them by.
POLICIES = ("mixed", "uniform", "pct")

_RECIPE = re.compile(
    r"(?:(?P<policy>uniform|pct|mixed)-)?(?P<seed>[0-9]+)"
    r"(?P<deviations>:[^+]*)?(?P<faults>(?:\+[\w-]+)*)"
)
_DEVIATION = re.compile(
    r"(?:(?P<network>[1-9][0-9]*)/)?(?P<stream>.+)\.(?P<number>[0-9]+)=(?P<choice>[0-9]+)"
)


@dataclass(frozen=True)
class Recipe:
    """What it takes to make a run again.

    Its text is ``pct-17``, or ``17:schedule.sockets.3=1``, and then perhaps
    ``+refuse+reset``.

    Attributes:
        seed: What everything is drawn from.
        policy: How it is drawn: "uniform" or "pct".
        deviations: All answers but the first options, or None if they are drawn.
        faults: The names of what may go wrong, unless the test says so itself.
    """

    seed: int = 0
    policy: str = "uniform"
    deviations: Mapping[Place, int] | None = None
    faults: tuple[str, ...] = ()

    @classmethod
    def of_seed(
        cls, seed: int, policy: str = "mixed", faults: tuple[str, ...] = ()
    ) -> "Recipe":
        """Make the one by which a seed is tried.

        Args:
            seed: The seed.
            policy: One of `POLICIES`. "mixed" is "uniform" for even seeds, and "pct"
                for odd ones.
            faults: What may go wrong.
        """
        mixed = "pct" if seed % 2 else "uniform"
        return cls(seed, mixed if policy == "mixed" else policy, None, faults)

    @classmethod
    def parse(cls, text: str, policy: str = "mixed") -> "Recipe":
        """Read what ``str`` has written, or a number, which is a seed.

        Raises:
            ValueError: It is neither.
        """
        match = _RECIPE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a seed, nor a run to be replayed: {text!r}")
        faults = tuple(match["faults"].split("+")[1:])
        recipe = cls.of_seed(int(match["seed"]), match["policy"] or policy, faults)
        written = match["deviations"]
        if written is None:
            return recipe
        return replace(recipe, deviations=_parse_deviations(written[1:]))

    def __str__(self) -> str:
        faults = "".join(f"+{name}" for name in self.faults)
        if self.deviations is None:
            return f"{self.policy}-{self.seed}{faults}"
        written = ",".join(_write(*each) for each in self.deviations.items())
        return f"{self.seed}:{written}{faults}"

    def make_policy(self) -> Policy:
        """Make what settles the questions of the run."""
        if self.deviations is not None:
            return Replay(self.deviations)
        return Priorities(self.seed) if self.policy == "pct" else Uniform(self.seed)


def recipe_text() -> str:
    """Return what ``HARNESS_SEED`` holds, or nothing."""
    return os.environ.get(VARIABLE, "")


def _write(place: Place, choice: int) -> str:
    network = "" if place.network == 1 else f"{place.network}/"
    return f"{network}{quote(place.stream, safe='. >')}.{place.number}={choice}"


def _parse_deviations(text: str) -> dict[Place, int]:
    deviations = {}
    for written in text.split(",") if text else []:
        match = _DEVIATION.fullmatch(written)
        if match is None:
            raise ValueError(f"not a deviation: {written!r}")
        stream, network = unquote(match["stream"]), int(match["network"] or 1)
        place = Place(stream, int(match["number"]), network)
        deviations[place] = int(match["choice"])
    return deviations
