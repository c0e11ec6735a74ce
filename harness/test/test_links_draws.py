"""Tests of what a link draws at random: each purpose has a stream of its own."""

from typing import Any, NamedTuple

from twisted.trial.unittest import SynchronousTestCase

from harness import Host, Network

#: Another value for each condition: small enough to tell what each adds to a delay.
OTHERWISE: dict[str, float] = {
    "latency": 2.0,
    "jitter": 0.25,
    "bandwidth": 8e6,
    "segment": 10,
    "loss": 0.3,
    "duplication": 0.3,
    "reordering": 0.3,
}


class Luck(NamedTuple):
    """What befell a datagram.

    Attributes:
        duplication: How often it was sent.
        loss: Whether the original was lost.
        reordering: Whether it was overtaken, or None if nobody can know.
        jitter: How much longer it took by chance, in microseconds, or None.
    """

    duplication: int
    loss: bool
    reordering: bool | None
    jitter: int | None


class EachKnobTests(SynchronousTestCase):
    """What is left to chance, when something else is changed."""

    def luck(self, **changes: Any) -> list[Luck]:
        """Send datagrams over a link like this, one at a time."""
        network = Network()
        one, two = network.host("one", "192.0.2.1"), network.host("two", "192.0.2.2")
        network.shape(**{"latency": 1.0, **changes})
        return [self.luck_of_one(network, one, two) for _ in range(50)]

    def luck_of_one(self, network: Network, one: Host, two: Host) -> Luck:
        """Send a datagram, and say what befell it."""
        trace = network.start_trace(packets=True)
        link = network.link(one, two)
        link.carry_datagram(1000, list)
        network.advance(10)
        sent, *copies = (event for event in trace.events if event.kind == "send")
        (end,) = (
            event
            for event in trace.events
            if event.packet == sent.packet and event is not sent
        )
        if end.kind == "lost":
            return Luck(1 + len(copies), True, None, None)
        latency, bandwidth = link.conditions.latency, link.conditions.bandwidth
        late = end.time - sent.time - 8000 / bandwidth - latency
        overtaken = late > latency / 2  # as jitter is less
        jitter = late - latency if overtaken else late
        return Luck(1 + len(copies), False, overtaken, round(jitter * 1e6))

    def test_keeps_its_draws(self) -> None:
        """To change one thing does not change what is drawn for any other."""
        for knob in ("jitter", "loss", "duplication", "reordering"):
            alone = self.luck(**{knob: OTHERWISE[knob]})
            self.assertGreater(len({getattr(luck, knob) for luck in alone}), 1)
            for other in [each for each in OTHERWISE if each != knob]:
                both = self.luck(**{knob: OTHERWISE[knob], other: OTHERWISE[other]})
                known = [
                    (getattr(one, knob), getattr(two, knob))
                    for one, two in zip(alone, both, strict=True)
                    if None not in (getattr(one, knob), getattr(two, knob))
                ]

                self.assertGreater(len(known), 25)
                self.assertEqual([one for one, _ in known], [two for _, two in known])
