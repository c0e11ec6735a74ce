"""Random conversations over TCP: what one reactor makes of them, another must, too.

A conversation is a list of steps: one end writes, pauses, resumes, closes one half or
both, or aborts. `play` performs them on a reactor, one after the other, each to the end
of its effects, and writes down what both protocols were told. `harness.VirtualReactor`
has to tell them what Twisted's epoll reactor tells them, with the real kernel below::

    $ python -m harness.contracts.conversations --count 1000
    1000 conversations of 8120 steps, seed 0: all the same

How bytes are grouped is left out, as it means nothing on TCP. All else is compared:
after each step both kernels are given the time to come to rest.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from twisted.internet.epollreactor import EPollReactor

from harness._reactor import VirtualReactor
from harness.contracts._playing import Transcript, play
from harness.contracts._running import Reactor, dispose

#: Less than any kernel keeps for a reader who sleeps: how much more is its own affair.
UNREAD_AT_MOST = 32_768


@dataclass(frozen=True)
class Step:
    """What one end does.

    Attributes:
        end: 0 for the client, 1 for the server.
        action: The name of a method of the transport.
        data: What it is given to write.
    """

    end: int
    action: str
    data: bytes = b""

    def __str__(self) -> str:
        written = f" {len(self.data)} bytes" if self.data else ""
        return f"{('client', 'server')[self.end]}: {self.action}{written}"


@dataclass(frozen=True)
class Conversation:
    """What both ends do, in order.

    Attributes:
        half_closeable: For each end, whether its protocol knows half close.
        steps: The steps.
    """

    half_closeable: tuple[bool, bool]
    steps: tuple[Step, ...]


def conversations(count: int, seed: int = 0) -> Iterator[Conversation]:
    """Make up conversations.

    Args:
        count: How many.
        seed: What they are drawn from: the same seed, the same conversations.
    """
    random = Random(seed)
    for _ in range(count):
        halves = random.random() < 0.7, random.random() < 0.7
        yield Conversation(halves, tuple(_steps(random)))


def _steps(random: Random) -> Iterator[Step]:
    """Draw steps until both ends have said their last word."""
    ends = [_End(0), _End(1)]
    for _ in range(random.randrange(1, 12)):
        talking = [end for end in ends if not end.closed]
        if talking:
            end = random.choice(talking)
            yield end.step(random, ends[1 - end.number])
    for end in ends:
        if end.paused:
            yield Step(end.number, "resumeProducing")
    for end in ends:
        if not end.closed:
            yield Step(end.number, "loseConnection")


class _End:
    """What is known of one end while a conversation is made up."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.paused = self.half_closed = self.closed = False
        self.unread = 0

    def step(self, random: Random, other: "_End") -> Step:
        weights = self._weights()
        (action,) = random.choices(list(weights), list(weights.values()))
        if action == "write":
            return Step(self.number, action, self._data(random, other))
        if action in ("pauseProducing", "resumeProducing"):
            self.paused = action == "pauseProducing"
            self.unread = 0
        elif action == "loseWriteConnection":
            self.half_closed = True
        else:
            self.closed = True
        return Step(self.number, action)

    def _weights(self) -> dict[str, float]:
        return {
            "write": 6,
            "resumeProducing" if self.paused else "pauseProducing": 2,
            "loseWriteConnection": 0 if self.half_closed else 1,
            "loseConnection": 0.8,
            "abortConnection": 0.4,
        }

    def _data(self, random: Random, other: "_End") -> bytes:
        most = random.choice([10, 1000, 200_000])
        if other.paused:
            most = min(most, max(1, UNREAD_AT_MOST - other.unread))
        size = random.randint(1, most)
        other.unread += size
        return random.randbytes(size)


def transcripts(
    make_reactor: Callable[[], Reactor], talks: list[Conversation]
) -> list[Transcript]:
    """Play conversations on a reactor made for it: see `play`."""
    reactor = make_reactor()
    try:
        return play(reactor, talks)
    finally:
        dispose(reactor)


def compare(talks: list[Conversation]) -> list[str]:
    """Play conversations on virtual time and on epoll.

    Returns:
        For each that went differently, a description.
    """
    virtual = transcripts(VirtualReactor, talks)
    real = transcripts(EPollReactor, talks)
    return [
        describe(number, *entry)
        for number, entry in enumerate(zip(talks, virtual, real, strict=True))
        if entry[1] != entry[2]
    ]


def describe(
    number: int, talk: Conversation, virtual: Transcript, real: Transcript
) -> str:
    """Write down a conversation as far as it went the same, and one step more."""
    pairs = list(zip(virtual, real, strict=True))
    first = next(n for n, (seen, expected) in enumerate(pairs) if seen != expected)
    lines = [f"conversation {number}, half closeable: {talk.half_closeable}"]
    for step, (client, server) in zip(talk.steps[: first + 1], real, strict=False):
        lines += [f"  {step}", f"    real: {client!r} and {server!r}"]
    client, server = virtual[first]
    return "\n".join([*lines, f"    virtual: {client!r} and {server!r}"])


def main(*argv: str) -> int:
    """Compare as many conversations as the command line asks for.

    Returns:
        0 if they all went the same on both, otherwise 1.
    """
    parser = argparse.ArgumentParser(description="Compare virtual and real TCP.")
    parser.add_argument("--count", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=0, help="what to draw from (0)")
    options = parser.parse_args(argv)
    talks = list(conversations(options.count, options.seed))
    steps = sum(len(talk.steps) for talk in talks)
    differences = compare(talks)
    for difference in differences:
        print(difference)
    verdict = f"{len(differences)} differ" if differences else "all the same"
    print(
        f"{len(talks)} conversations of {steps} steps, seed {options.seed}: {verdict}"
    )
    return 1 if differences else 0


__all__ = [
    "Conversation",
    "Step",
    "Transcript",
    "compare",
    "conversations",
    "describe",
    "main",
    "play",
    "transcripts",
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
