"""Tests of what events say."""

from twisted.trial.unittest import SynchronousTestCase

from harness import TraceEvent
from harness._rows import CATEGORIES, category_of_packet, say


def said(kind: str, *ends: object, data: bytes = b"", note: str = "") -> str:
    """Return what an event says, after what it is about."""
    source, destination = (*ends, None, None)[:2]
    event = TraceEvent(0.0, "one", kind, source, destination, data, note)
    saying = say(event)
    assert saying.category in CATEGORIES
    return f"{saying.category}: {saying.text}"


class SayTests(SynchronousTestCase):
    """One sentence for each kind."""

    def test_connections(self) -> None:
        """What becomes of them."""
        self.assertEqual(said("listen", "a"), "connection: listens")
        self.assertEqual(said("connect", "a", "b"), "connection: connects")
        self.assertEqual(said("accept", "a", "b"), "connection: accepts")
        self.assertEqual(said("refused", "a", "b"), "connection: refuses")
        self.assertEqual(said("fin", "a", "b"), "connection: closes its side")
        self.assertEqual(said("reset", "a", "b"), "connection: resets the connection")
        self.assertEqual(
            said("timeout", "a", "b"), "connection: gives up, as nobody answers"
        )

    def test_bytes(self) -> None:
        """They speak for themselves, unless they are encrypted."""
        self.assertEqual(said("data", "a", "b", data=b"hi\n"), r"data: hi\n")
        self.assertEqual(said("plaintext", "a", "b", data=b"\xff"), "tls: ff")
        self.assertEqual(said("datagram", "a", "b", data=b"hi"), "datagram: hi")
        self.assertEqual(
            said("encrypted", "a", "b", data=b"hi"), "tls: 2 bytes of its own"
        )

    def test_machines(self) -> None:
        """And the links between them."""
        self.assertEqual(said("crash", "one"), "machine: crashes")
        self.assertEqual(said("restart", "one"), "machine: starts again")
        self.assertEqual(
            said("partition", "one", "two"), "machine: loses its link to two"
        )
        self.assertEqual(said("heal", "one", "two"), "machine: regains its link to two")

    def test_names_and_timers(self) -> None:
        """With their names."""
        self.assertEqual(said("lookup", "www"), "name: looks up www")
        self.assertEqual(said("timer", "Pool.sweep"), "timer: timer: Pool.sweep")

    def test_deferreds(self) -> None:
        """What happens to them, in one line."""
        self.assertEqual(
            said("deferred", "Deferred 1", note="at x.py:1"),
            "deferred: Deferred 1 is made at x.py:1",
        )
        self.assertEqual(
            said("fired", "Deferred 1", note="'a\nb'"),
            r"deferred: Deferred 1 fires: 'a\nb'",
        )
        self.assertEqual(
            said("callback", "Deferred 1", note="f -> 1"),
            "deferred: Deferred 1 calls f -> 1",
        )
        self.assertEqual(
            said("errback", "Deferred 1", note="f -> 1"),
            "deferred: Deferred 1 calls errback f -> 1",
        )

    def test_words_of_others(self) -> None:
        """All that there is of them."""
        self.assertEqual(said("note", "order 7"), "note: note order 7")
        self.assertEqual(
            said("fault", "one", "two", data=b"x", note="cut"),
            "note: fault one two cut x",
        )

    def test_packets(self) -> None:
        """Those that nobody has asked for."""
        self.assertEqual(category_of_packet("window"), "window")
        self.assertEqual(category_of_packet("data"), "data")
        self.assertEqual(category_of_packet("SYN+ACK"), "connection")
