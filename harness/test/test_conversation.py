"""Tests of conversations in text."""

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, TraceEvent, describe_conversation
from harness._conversation import describe_rows, in_words, rows_to_tell
from harness.test.traces import greeting, trace_of

LOOPBACK = ("127.0.0.1:40000", "127.0.0.1:80")


def line_of(*events: TraceEvent, width: int = 120) -> str:
    """Return the last line of a conversation."""
    text = describe_conversation(trace_of(*events), width=width)
    return text.splitlines()[-1]


class ConversationTests(SynchronousTestCase):
    """What is told of a trace."""

    maxDiff = None

    def test_a_whole_one(self) -> None:
        """Who says what to whom, when, and how long it is under way."""
        self.assertEqual(
            describe_conversation(greeting()),
            """\
The conversation, in virtual seconds, 10 events:
   0.000000  two:80                      listens
   0.000000  one                         timer: _BaseBaseClient.resolveAddress
   0.000000  one:32768 -> two:80  50 ms  connects
   0.050000  two:80 -> one:32768  50 ms  SYN+ACK
   0.100000  one:32768 -> two:80  50 ms  ACK
   0.100000  one:32768 -> two:80  50 ms  hello
   0.150000  two:80 -> one:32768         accepts
   0.150000  two:80 -> one:32768  50 ms  hello
   1.100000  one:32768 -> two:80  50 ms  closes its side
   1.150000  two:80 -> one:32768  50 ms  closes its side
""",
        )

    def test_the_last_events(self) -> None:
        """When there is no room for all."""
        lines = describe_conversation(greeting(), limit=2).splitlines()

        self.assertEqual(
            lines[0], "The conversation, in virtual seconds, the last 2 events:"
        )
        self.assertEqual(len(lines), 3)

    def test_nothing(self) -> None:
        """That is said, too."""
        self.assertEqual(
            describe_conversation(Trace()), "The conversation: nothing was said.\n"
        )
        self.assertEqual(
            describe_conversation(greeting(), limit=0),
            "The conversation: nothing was said.\n",
        )

    def test_everything(self) -> None:
        """With arrivals, and what is seldom wanted."""
        trace = greeting()
        lines = list(describe_rows(rows_to_tell(trace, everything=True), 120))

        self.assertIn(
            "   0.050000  one:32768 => two:80         SYN arrives\n",
            lines,
        )
        self.assertIn(
            "   0.150000  one:32768 => two:80         arrives: hello\n", lines
        )
        self.assertTrue(any("Deferred 1 is made" in line for line in lines))


class LineTests(SynchronousTestCase):
    """One line of a conversation."""

    def test_much_data(self) -> None:
        """It is cut to what fits, and its size is told."""
        line = line_of(TraceEvent(0, "one", "data", *LOOPBACK, b"a" * 1000), width=80)

        self.assertEqual(
            line,
            f"   0.000000  one:40000 -> one:80    {'a' * 28}... (1000 bytes)",
        )

    def test_a_narrow_window(self) -> None:
        """Something is always shown."""
        line = line_of(TraceEvent(0, "one", "data", *LOOPBACK, b"a" * 1000), width=10)

        self.assertTrue(line.endswith("  aaaaaaaaaaaaaaaaa... (1000 bytes)"))

    def test_long_words(self) -> None:
        """They are cut as well."""
        line = line_of(TraceEvent(0, "one", "timer", "t" * 100), width=50)

        self.assertEqual(len(line), 50)
        self.assertTrue(line.endswith("..."))

    def test_what_it_is(self) -> None:
        """Datagrams and what is encrypted are marked."""
        udp = line_of(TraceEvent(0, "one", "datagram", *LOOPBACK, b"hi"))
        tls = line_of(TraceEvent(0, "one", "plaintext", *LOOPBACK, b"hi"))

        self.assertTrue(udp.endswith("  UDP hi"), udp)
        self.assertTrue(tls.endswith("  TLS hi"), tls)

    def test_fates(self) -> None:
        """What is lost, sent again, under way, or has not been sent yet."""
        ends = ("192.0.2.1:32768", "192.0.2.2:80")
        trace = trace_of(
            TraceEvent(0, "one", "data", *ends, b"hello"),
            TraceEvent(0, "one", "send", *ends, b"he", "data", 1, 1),
            TraceEvent(0, "two", "lost", *ends, b"", "data", 1, 1),
            TraceEvent(1, "one", "send", *ends, b"he", "data", 2, 1),
            TraceEvent(1, "one", "data", *ends, b"later"),
            details=("packets",),
        )

        self.assertEqual(
            describe_conversation(trace).splitlines()[1:],
            [
                "   0.000000  one:32768 -> two:80  under way  hello",
                "   0.000000  one:32768 -> two:80       lost  he",
                "   1.000000  one:32768 -> two:80  under way  again: he",
                "   1.000000  one:32768 -> two:80             later",
            ],
        )


class InWordsTests(SynchronousTestCase):
    """Lengths of time."""

    def test_units(self) -> None:
        """The largest that fits, and three digits."""
        self.assertEqual(in_words(90), "90 s")
        self.assertEqual(in_words(0.0505), "50.5 ms")
        self.assertEqual(in_words(25e-6), "25 us")
        self.assertEqual(in_words(1e-8), "10 ns")
        self.assertEqual(in_words(0), "0 ns")
