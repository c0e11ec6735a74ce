"""Tests of where two traces begin to differ."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, TraceEvent
from harness._divergence import describe_divergence
from harness.test.traces import trace_of


def events(count: int, *others: TraceEvent) -> list[TraceEvent]:
    """Make some events that are all the same, and then others."""
    same = [TraceEvent(float(n), "one", "note", f"n{n}") for n in range(count)]
    return [*same, *others]


class DivergenceTests(SynchronousTestCase):
    """The first difference."""

    def difference(self, one: Trace, other: Trace) -> list[str]:
        """Return the lines of a description."""
        return (describe_divergence(one, other) or "").splitlines()

    def test_none(self) -> None:
        """Two runs are the same."""
        self.assertIsNone(
            describe_divergence(trace_of(*events(3)), trace_of(*events(3)))
        )

    def test_where_it_is(self) -> None:
        """What comes before, and what comes in each."""
        one = trace_of(*events(5, TraceEvent(9.0, "one", "crash", "one")))
        other = trace_of(*events(5, TraceEvent(9.0, "two", "crash", "two")))

        self.assertEqual(
            self.difference(one, other),
            [
                "They are the same for 5 events, and then differ:",
                "  2.000000000 one note n2",
                "  3.000000000 one note n3",
                "  4.000000000 one note n4",
                "- 9.000000000 one crash one",
                "+ 9.000000000 two crash two",
            ],
        )

    def test_the_end_of_one(self) -> None:
        """One goes on where the other ends."""
        lines = self.difference(trace_of(*events(2)), trace_of(*events(9)))

        self.assertEqual(lines[3], "- (nothing more)")
        self.assertEqual(
            lines[4:], [f"+ {n}.000000000 one note n{n}" for n in range(2, 7)]
        )

    def test_every_part_counts(self) -> None:
        """The bytes, also behind those that are shown, and how they are kept not."""
        long = TraceEvent(0.0, "one", "data", "a", "b", bytes(100) + b"x")
        other = long._replace(data=memoryview(bytes(100) + b"y"))
        same = long._replace(data=memoryview(bytes(100) + b"x"))

        self.assertEqual(len(self.difference(trace_of(long), trace_of(other))), 3)
        self.assertEqual(self.difference(trace_of(long), trace_of(same)), [])

    def test_each_field_counts(self) -> None:
        """When it happened, and where; who it was, and to whom; which packet it was."""
        event = TraceEvent(1.0, "one", "send", "a", "b", b"", "data", 1, 1)
        for changes in (
            {"time": 1.5},
            {"host": "two"},
            {"kind": "lost"},
            {"source": "c"},
            {"destination": "c"},
            {"note": "FIN"},
            {"packet": 2},
            {"segment": 2},
        ):
            other: TraceEvent = event._replace(**changes)
            traces = [trace_of(each, details=("packets",)) for each in (event, other)]
            self.assertEqual(
                self.difference(*traces),
                [
                    "They are the same for 0 events, and then differ:",
                    f"- {event}",
                    f"+ {other}",
                ],
                changes,
            )

    def test_what_differs_in_each_run(self) -> None:
        """What is encrypted, also in packets, and who makes Twisted's Deferreds."""

        def run(secret: bytes, path: str) -> Trace:
            return trace_of(
                TraceEvent(0.0, "one", "encrypted", "a", "b", secret),
                TraceEvent(0.0, "one", "send", "a", "b", secret, "data", 1),
                TraceEvent(0.0, "", "deferred", "Deferred 1", note=path),
                details=("packets", "deferreds"),
            )

        self.assertEqual(self.difference(run(b"x", "at a:1"), run(b"yy", "at b:1")), [])

    def test_details(self) -> None:
        """What only one of them has recorded does not count."""
        timer = TraceEvent(0.0, "one", "timer", "tick")
        plain = trace_of(*events(2))
        detailed = trace_of(timer, *events(2), details=("timers",))

        self.assertEqual(self.difference(plain, detailed), [])
        self.assertEqual(
            self.difference(detailed, trace_of(*events(2), details=("timers",)))[0],
            "They are the same for 0 events, and then differ:",
        )
