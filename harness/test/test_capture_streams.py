"""Tests of the numbers of TCP."""

from typing import Any

from scapy.layers.inet import TCP
from scapy.layers.l2 import Ether
from twisted.trial.unittest import SynchronousTestCase

from harness._addresses import WireAddress
from harness._capture_streams import Connection

CLIENT, SERVER = WireAddress("192.0.2.1", 40000), WireAddress("192.0.2.2", 80)


def written(frame: bytes) -> str:
    """Write down a frame, with numbers from the first of each direction."""
    tcp: Any = Ether(frame)[TCP]
    first, other = (1_000, 5_001_000) if tcp.dport == 80 else (5_001_000, 1_000)
    ack = f" ack {tcp.ack - other}" if tcp.flags.A else ""
    arrow = ">" if tcp.dport == 80 else "<"
    return f"{arrow}{tcp.flags} {tcp.seq - first}{ack} {len(tcp.payload)}"


class ConnectionTests(SynchronousTestCase):
    """What both ends say."""

    def setUp(self) -> None:
        self.connection = Connection(CLIENT, SERVER)
        self.there = self.connection.direction(CLIENT)
        self.back = self.connection.direction(SERVER)

    def said(self, *frames: Any) -> list[str]:
        """Write down some rows of frames."""
        return [written(frame) for row in frames for frame in row]

    def test_hands_are_shaken(self) -> None:
        """Once."""
        self.assertEqual(
            self.said(
                self.connection.ask(),
                self.connection.shake_hands(),
                self.connection.shake_hands(),
            ),
            [">S 0 0", "<SA 0 ack 1 0", ">A 1 ack 1 0"],
        )

    def test_an_answer_that_is_lost(self) -> None:
        """It is given once more, as it was."""
        self.connection.resume()
        self.back.take(100)

        self.assertEqual(self.said(self.connection.agree()), ["<SA 0 ack 1 0"])

    def test_bytes(self) -> None:
        """Each takes a number; what has arrived is acknowledged."""
        self.connection.resume()
        first = self.there.take(5)
        second = self.there.take(3)
        sent = self.said(
            self.connection.send(first, b"hello"), self.connection.send(second, b"you")
        )
        self.there.receive(first)

        self.assertEqual(sent, [">PA 1 ack 1 5", ">PA 6 ack 1 3"])
        self.assertEqual(
            self.said([self.connection.acknowledge(self.there)]), ["<A 1 ack 6 0"]
        )

    def test_what_is_not_the_next(self) -> None:
        """It is thrown away, and what is missing is asked for."""
        self.connection.resume()
        self.there.take(5)
        self.there.receive(self.there.take(3))

        self.assertEqual(
            self.said([self.connection.acknowledge(self.there)]), ["<A 1 ack 1 0"]
        )

    def test_sent_again(self) -> None:
        """The same segment has the same numbers."""
        self.connection.resume()
        first = self.there.take(5, segment=1)
        self.there.take(3, segment=2)

        self.assertEqual(self.there.take(5, segment=1), first)
        self.assertEqual(self.there.next, 1_000 + 1 + 8)

    def test_very_many_bytes(self) -> None:
        """They take several frames."""
        self.connection.resume()
        piece = self.back.take(100_000)

        self.assertEqual(
            self.said(self.connection.send(piece, bytes(100_000))),
            ["<PA 1 ack 1 65000", "<PA 65001 ack 1 35000"],
        )

    def test_ends(self) -> None:
        """The end of a direction takes a number, the end of both takes none."""
        self.connection.resume()
        finished = self.said(self.connection.finish(self.there.take(1)))

        self.assertEqual(finished, [">FA 1 ack 1 0"])
        self.assertEqual(
            self.said(self.connection.reset(self.there)), [">RA 2 ack 1 0"]
        )

    def test_refusal(self) -> None:
        """It acknowledges the question."""
        asked = self.said(self.connection.ask(), self.connection.refuse())

        self.assertEqual(asked, [">S 0 0", "<RA -5001000 ack 1 0"])
