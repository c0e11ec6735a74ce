# -*- test-case-name: harness.test.test_recipes -*-
"""What it takes to make a run again, and how it is written: ``HARNESS_SEED``.

There, a number alone is no more than the seed of the network under the reactor of the
process, and of a test that says for itself that it is explored. What says more than
that lets all networks of each test be explored, and those of the process.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from harness._choices import Deviation, Place
from harness._faults import NAMES, fault_named
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
    r"(?:(?P<network>[1-9][0-9]*)/)?(?P<stream>.+)\.(?P<number>[0-9]+)"
    r"=(?P<choice>[1-9][0-9]*)"
)

#: The second fault of its name among those that a test gives: ``reset-2``.
_GIVEN = re.compile("-[1-9][0-9]*$")


@dataclass(frozen=True)
class Recipe:
    """What it takes to make a run again.

    Its text is ``pct-17``, or ``17:schedule.sockets.3=1``, and then perhaps
    ``+refuse+reset``.

    Attributes:
        seed: What everything is drawn from.
        policy: How it is drawn: "uniform" or "pct".
        deviations: All answers but the first options, or None if they are drawn.
        faults: The names of what may go wrong, unless the test says so itself. One with
            a number is a fault that the test gives to `harness.every_failure`.
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
            ValueError: It is neither, or names a fault that there is not.
        """
        match = _RECIPE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a seed, nor a run to be replayed: {text!r}")
        faults = tuple(match["faults"].split("+")[1:])
        for name in faults:
            fault_named(_GIVEN.sub("", name))
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

    @property
    def names_given_faults(self) -> bool:
        """Whether only who has given its faults knows what they are."""
        return any(name not in NAMES for name in self.faults)

    def missed(self, deviations: Iterable[Deviation]) -> tuple[str, ...]:
        """Return those of its deviations that are not among what was chosen."""
        chosen = {(each.place, each.choice) for each in deviations}
        wanted = (self.deviations or {}).items()
        return tuple(_write(*each) for each in wanted if each not in chosen)

    def make_policy(self) -> Policy:
        """Make what settles the questions of the run."""
        if self.deviations is not None:
            return Replay(self.deviations)
        return Priorities(self.seed) if self.policy == "pct" else Uniform(self.seed)


def recipe_text() -> str:
    """Return what ``HARNESS_SEED`` holds, or nothing."""
    return os.environ.get(VARIABLE, "")


def no_such_run(missed: Iterable[str]) -> str:
    """Say that a run cannot be made again, as some of its deviations were missed."""
    return f"this run does not exist any more: {', '.join(missed)} never came up"


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
