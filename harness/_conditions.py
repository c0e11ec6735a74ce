# -*- test-case-name: harness.test.test_conditions -*-
"""What a link is like: how long, how wide, how reliable."""

from dataclasses import dataclass, fields, replace
from math import inf
from numbers import Real
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Changes(TypedDict, total=False):
    """What of `Conditions` is to be changed."""

    latency: float
    jitter: float
    bandwidth: float
    segment: float
    loss: float
    duplication: float
    reordering: float


@dataclass(frozen=True)
class Conditions:
    """What happens to what is sent over one direction of a `Link`.

    As they stand, a link takes no time and loses nothing.

    Attributes:
        latency: How many seconds everything is under way.
        jitter: How many seconds more it may be, at random, each time anew. It does not
            change the order.
        bandwidth: How many bits can be sent in a second. What waits for its turn is
            sent in the order in which it came. Headers are not counted.
        segment: How many bytes of a stream arrive at once, at most.
        loss: How likely it is that something is lost, from 0 to 1. A datagram is gone.
            What belongs to a stream is sent again, later: see `harness._flows`.
        duplication: How likely it is that a datagram comes twice.
        reordering: How likely it is that a datagram is overtaken by those behind it: it
            takes the latency once more, and a millisecond at least.
    """

    latency: float = 0.0
    jitter: float = 0.0
    bandwidth: float = inf
    segment: float = inf
    loss: float = 0.0
    duplication: float = 0.0
    reordering: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, Real):
                raise TypeError(f"{name} must be a number, not {value!r}")
        for name in ("latency", "jitter"):
            self._require(name, 0 <= getattr(self, name) < inf, "seconds")
        self._require("bandwidth", self.bandwidth > 0, "bits per second")
        whole = self.segment == inf or self.segment % 1 == 0
        self._require("segment", whole and self.segment >= 1, "bytes")
        for name in ("loss", "duplication", "reordering"):
            self._require(name, 0 <= getattr(self, name) <= 1, "as a probability")

    @property
    def are_ideal(self) -> bool:
        """Whether what is sent arrives at once, and all of it."""
        return self == _IDEAL

    def changed(self, **changes: "Unpack[Changes]") -> "Conditions":
        """Return what becomes of these conditions when some are changed.

        Raises:
            TypeError: There is no such condition, or it is no number.
            ValueError: It cannot be like that.
        """
        names = [field.name for field in fields(self)]
        for name in changes:
            if name not in names:
                raise TypeError(f"no condition {name!r}: there are {', '.join(names)}")
        return replace(self, **changes)

    def _require(self, name: str, sound: bool, unit: str) -> None:
        if not sound:
            raise ValueError(f"no {name} of {getattr(self, name)} {unit}")


_IDEAL = Conditions()
