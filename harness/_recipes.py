# -*- test-case-name: harness.test.test_recipes -*-
"""What it takes to make a run again, and how it is written: ``HARNESS_SEED``."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from harness._choices import Place
from harness._policies import Policy, Priorities, Replay, Uniform

#: Where a recipe stands that holds for all tests of a process.
VARIABLE = "HARNESS_SEED"

#: The ways of searching, by the names that users know them by.
POLICIES = ("mixed", "uniform", "pct")

_RECIPE = re.compile(
    r"(?:(?P<policy>uniform|pct)-)?(?P<seed>[0-9]+)"
    r"(?P<deviations>:[^+]*)?(?P<faults>(?:\+[\w-]+)*)"
)
_DEVIATION = re.compile(
    r"(?:(?P<network>[1-9][0-9]*)/)?(?P<stream>.+)\.(?P<number>[0-9]+)=(?P<choice>[0-9]+)"
)


@dataclass(frozen=True)
class Recipe:
    """What it takes to make a run again.

    Its text is ``17``, or with all there is ``pct-17:schedule.sockets.3=1+refuse``.

    Attributes:
        seed: What everything is drawn from.
        policy: How it is drawn: one of `POLICIES`. "mixed" is "uniform" for even seeds
            and "pct" for odd ones.
        deviations: All answers but the first options, or None if they are drawn.
        faults: The names of what may go wrong, unless the test says so itself.
    """

    seed: int = 0
    policy: str = "mixed"
    deviations: Mapping[Place, int] | None = None
    faults: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        """Read what `str` has written.

        Raises:
            ValueError: It is not written like that.
        """
        match = _RECIPE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a seed, nor a run to be replayed: {text!r}")
        deviations = match["deviations"]
        return cls(
            int(match["seed"]),
            match["policy"] or "mixed",
            None if deviations is None else _parse_deviations(deviations[1:]),
            tuple(match["faults"].split("+")[1:]),
        )

    @classmethod
    def of_environment(cls) -> "Recipe | None":
        """Return the one that ``HARNESS_SEED`` holds, if it is set.

        Raises:
            ValueError: It holds something else.
        """
        text = os.environ.get(VARIABLE)
        return cls.parse(text) if text else None

    def __str__(self) -> str:
        policy = "" if self.policy == "mixed" else f"{self.policy}-"
        faults = "".join(f"+{name}" for name in self.faults)
        if self.deviations is None:
            return f"{policy}{self.seed}{faults}"
        written = ",".join(_write(*each) for each in self.deviations.items())
        return f"{policy}{self.seed}:{written}{faults}"

    def make_policy(self) -> Policy:
        """Make what settles the questions of the run."""
        if self.deviations is not None:
            return Replay(self.deviations)
        mixed = "pct" if self.seed % 2 else "uniform"
        policy = mixed if self.policy == "mixed" else self.policy
        return Priorities(self.seed) if policy == "pct" else Uniform(self.seed)


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
